test_that("a Python is asked without starting it here", {
  python <- python_without_torch()
  probed <- probe_python(python)
  expect_match(probed$version, "^3[.][0-9]+[.][0-9]+$")
  expect_match(probed$numpy_absent, "^ModuleNotFoundError: ")
  expect_match(probed$torch_absent, "^ModuleNotFoundError: ")
})

test_that("what a package says as it is imported comes back whole, as data", {
  folder <- withr::local_tempdir()
  fake_package(folder, "torch", 'raise OSError("no {cat(1)}\\n\\tlib \u00fc")')
  fake_package(folder, "numpy", "__version__ = '1.2'; print('nnfit'); print('hello')")
  withr::local_envvar(PYTHONPATH = folder)
  probed <- probe_python(python_without_torch())
  expect_identical(probed$torch_error, "OSError: no {cat(1)} lib \u00fc")
  expect_identical(probed$numpy, "1.2")
  expect_match(probed$numpy_file, "numpy/__init__.py", fixed = TRUE)
})

test_that("an import that ends Python leaves what was known before", {
  folder <- withr::local_tempdir()
  withr::local_envvar(PYTHONPATH = folder)
  fake_package(folder, "numpy", "__version__ = '1.2'")
  fake_package(folder, "torch", "import os; os.kill(os.getpid(), 9)")
  probed <- probe_python(python_without_torch())
  expect_identical(probed$numpy, "1.2")
  expect_null(probed[["torch"]])
  expect_null(probed$torch_error)
})

test_that("what is no Python has no version", {
  skip_on_os("windows")
  expect_null(probe_python("/nowhere/python")$version)
  said <- probe_python(fake_program(withr::local_tempfile(), "echo 'not {me}' >&2; exit 1"))
  expect_null(said$version)
  expect_identical(said$said, "not {me}")
})

test_that("a Python is told from another program", {
  skip_if_no_torch()
  expect_true(answers_as_python(reticulate::py_config()$python))
  for (program in c(Sys.which("true"), Sys.which("sh"), "/nowhere/python", tempdir())) {
    expect_false(answers_as_python(program), label = program)
  }
})

test_that("what a program complains of, when it is asked, is not for the user's eyes", {
  program <- fake_program(withr::local_tempfile(), c("echo complaint >&2", "echo nnfit 3"))
  skip_if_not_installed("callr")
  shown <- withr::local_tempfile()
  answers <- callr::r(function(ask, program) {
    environment(ask) <- asNamespace("nnfit")
    ask(program)
  }, list(answers_as_python, program), stdout = shown, stderr = "2>&1", show = FALSE)
  expect_true(answers)
  expect_no_match(paste(readLines(shown), collapse = ""), "complaint")
})

test_that("what Python writes is taken for UTF-8 whatever the session's language", {
  bytes <- rawToChar(as.raw(c(0xc3, 0xbc)))
  expect_identical(Encoding(bytes), "unknown")
  expect_identical(Encoding(as_utf8(bytes)), "UTF-8")
  expect_identical(as_utf8(c(bytes, "a")), c("\u00fc", "a"))
  expect_identical(as_utf8(rawToChar(as.raw(0xfc))), "\u00fc") # no UTF-8: latin1
})
