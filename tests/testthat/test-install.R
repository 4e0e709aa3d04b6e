test_that("pyarrow is one that goes with the NumPy", {
  expect_identical(fitting_pyarrow(c("pandas", "pyarrow"), "numpy<2"), c("pandas", "pyarrow<26"))
  expect_identical(fitting_pyarrow("pyarrow", "numpy"), "pyarrow")
  expect_length(fitting_pyarrow(NULL, "numpy<2"), 0)
})

test_that("the report has what was found", {
  skip_if_no_torch()
  report <- suppressMessages(nnfit_sitrep())
  expect_true(report$ok)
  expect_identical(report$cures, character())
  expect_identical(report$problems, character())
  expect_true(file.exists(report$python))
  expect_false(anyNA(report$versions[c("R", "nnfit", "reticulate", "Python", "NumPy", "torch")]))
})

test_that("the report says what is wrong and what to run, and leaves the session as it was", {
  there <- in_new_session(function(python) {
    loadNamespace("reticulate") # Matrix, which it loads, sets an option
    looked <- function(value) {
      Sys.setenv(RETICULATE_PYTHON = value)
      before <- list(Sys.getenv(), options())
      messages <- capture.output(report <- nnfit_sitrep(), type = "message")
      list(
        report = report, messages = paste(messages, collapse = " "),
        same = identical(before, list(Sys.getenv(), options())),
        running = reticulate::py_available(), drawn = exists(".Random.seed", globalenv())
      )
    }
    list(looked(python), looked("/tmp/{cat(\"run\")}"), looked("{.emph none}"))
  }, list(python_without_torch()))
  for (one in there) {
    expect_false(one$report$ok)
    expect_match(one$messages, one$report$problems, fixed = TRUE)
    expect_match(one$messages, one$report$cures, fixed = TRUE)
    expect_true(one$same)
    expect_false(one$running)
    expect_false(one$drawn)
  }
  expect_match(there[[1]]$report$problems, "NumPy is not installed in")
  expect_match(there[[1]]$report$cures, "-m pip install", fixed = TRUE)
  expect_match(
    there[[2]]$report$problems, "names \"/tmp/{cat(\"run\")}\", which does not exist", fixed = TRUE
  )
  expect_match(there[[3]]$report$problems, "names \"{.emph none}\"", fixed = TRUE)
})

test_that("the report says of an environment that lies elsewhere how to use it", {
  root <- local_environments()
  expect_silent(tell_use(in_full(file.path(root, "r-nnfit"))))
  expect_message(tell_use(file.path(root, "mine")), "use_virtualenv(\"", fixed = TRUE)
  withr::local_envvar(RETICULATE_PYTHON = "/my/python")
  expect_message(tell_use(in_full(file.path(root, "r-nnfit"))), "RETICULATE_PYTHON.*unset it")
})

test_that("the report has every version as text", {
  skip_if_no_torch()
  versions <- python_report()$versions
  expect_type(versions, "character")
  for (module in c("torch", "NumPy")) expect_match(versions[[module]], "^[0-9]+[.][0-9]+")
})

test_that("a Python that serves is loaded for the report, and nothing is wrong", {
  skip_if_no_torch()
  there <- in_new_session(function(python) {
    Sys.setenv(RETICULATE_PYTHON = python)
    suppressMessages(nnfit_sitrep())
  }, list(reticulate::py_config()$python))
  expect_true(there$ok)
  expect_length(there$problems, 0)
  expect_identical(there$device, automatic_device())
  expect_identical(there$versions[["torch"]], loaded_versions()[["torch"]])
})
