test_that("the variable that reticulate heeds is the first that is set, even to nothing", {
  withr::local_envvar(RETICULATE_PYTHON = NA, RETICULATE_PYTHON_ENV = NA)
  expect_null(choosing_variable())
  withr::local_envvar(RETICULATE_PYTHON_ENV = "mine")
  expect_identical(choosing_variable(), "RETICULATE_PYTHON_ENV")
  Sys.setenv(RETICULATE_PYTHON = "")
  expect_identical(choosing_variable(), "RETICULATE_PYTHON")
})

test_that("the cure fits whose Python it is", {
  root <- local_environments()
  facts <- function(path, ...) list(path = path, managed = FALSE, ...)
  own <- file.path(root, "r-nnfit", "bin", "python")
  for (nobodys in list(facts(own), facts(NULL), facts("/p", chosen_by = "PATH"), facts("/p"))) {
    expect_identical(
      install_there("torch>=2.4", nobodys), "Run nnfit::install_nnfit() once, then restart R."
    )
    expect_match(install_there("pyarrow", nobodys), "install_nnfit(packages = \"pyarrow\")",
      fixed = TRUE
    )
  }
  by_variable <- install_there("torch>=2.4", facts("/my python", variable = "RETICULATE_PYTHON"))
  expect_match(by_variable, "'/my python' -m pip install 'torch>=2.4'", fixed = TRUE)
  expect_match(by_variable, "or unset RETICULATE_PYTHON and run nnfit::install_nnfit()",
    fixed = TRUE
  )
  by_call <- install_there("torch>=2.4", facts("/my", chosen_by = "use_python function"))
  expect_match(by_call, "'/my' -m pip install.*or choose no Python and run")
})

test_that("a path that R's language can not write is known", {
  expect_false(is_unreadable("/home/me/python", utf8 = FALSE))
  skip_on_os("windows")
  expect_true(is_unreadable("/home/m\u00fc/python", utf8 = FALSE))
  expect_false(is_unreadable("/home/m\u00fc/python", utf8 = TRUE))
  bytes <- "/home/m\u00fc/python"
  Encoding(bytes) <- "unknown" # as the system gives it in the language C
  expect_true(is_unreadable(bytes, utf8 = FALSE))
})

test_that("a file of the working directory that hides a package is known", {
  here <- withr::local_tempdir()
  withr::local_dir(here)
  hidden <- function(file) is_hidden(list(has = list(torch_file = file)), "torch")
  expect_true(hidden(file.path(here, "torch.py")))
  expect_true(hidden(file.path(here, "torch", "__init__.py")))
  expect_false(hidden(file.path(here, "lib", "torch", "__init__.py")))
  expect_false(hidden(""))
  expect_false(hidden(NULL))
})

test_that("no Python runs where only the place of one is asked", {
  local_replaced(probe_python = function(...) stop("ran"))
  expect_null(python_facts(probed = FALSE)$has)
  withr::local_envvar(RETICULATE_PYTHON = "/nowhere/python")
  local_replaced(find_python = function() no_python())
  facts <- python_facts("said")
  expect_null(facts$has)
  expect_identical(facts$asked, "/nowhere/python")
  expect_identical(facts$said, "said")
})
