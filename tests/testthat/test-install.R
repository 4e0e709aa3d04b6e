test_that("pyarrow is one that goes with the NumPy", {
  expect_identical(fitting_pyarrow(c("pandas", "pyarrow"), "numpy<2"), c("pandas", "pyarrow<26"))
  expect_identical(fitting_pyarrow("pyarrow", "numpy"), "pyarrow")
  expect_length(fitting_pyarrow(NULL, "numpy<2"), 0)
})

test_that("the report has what was found", {
  skip_if_no_torch()
  report <- suppressMessages(nnfit_sitrep())
  expect_true(report$ok)
  expect_identical(report$problems, character())
  expect_true(file.exists(report$python))
  expect_false(anyNA(report$versions[c("R", "nnfit", "reticulate", "Python", "NumPy", "torch")]))
})

test_that("the report says what is wrong, and what to run", {
  there <- in_new_session(function(python) {
    Sys.setenv(RETICULATE_PYTHON = python)
    messages <- capture.output(report <- nnfit_sitrep(), type = "message")
    list(report = report, messages = messages)
  }, list(python_without_torch()))
  expect_false(there$report$ok)
  expect_match(there$report$problems, "torch")
  expect_match(there$messages, "install_nnfit", all = FALSE)
})

test_that("the report has every version as text", {
  skip_if_no_torch()
  versions <- python_report()$versions
  expect_type(versions, "character")
  for (module in c("torch", "NumPy")) expect_match(versions[[module]], "^[0-9]+[.][0-9]+")
})
