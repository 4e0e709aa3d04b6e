# Every call says what it does; the tests look at what is there after it.
quietly <- function(code) {
  utils::capture.output(result <- suppressMessages(code))
  result
}

making <- function(path, status = 0, says = character()) {
  force(status)
  function(path, python) fake_environment(path, status, says)
}

test_that("an environment that is there gets the packages, with pip's options", {
  root <- local_environments()
  path <- fake_environment(file.path(root, "one"))
  local_replaced(create_environment = function(...) stop("not to be made"))
  python <- quietly(install_nnfit(
    "one", torch = "torch==2.5", packages = "pandas; x",
    pip_options = c("--index-url", "https://a b/$HOME")
  ))
  expect_identical(python, file.path(path, "bin", "python"))
  expect_identical(calls_of(path), c(
    "-m", "pip", "install", "--upgrade", "--no-user", "--index-url", "https://a b/$HOME",
    numpy_requirement(), "torch==2.5", "pandas; x"
  ))
})

test_that("a new environment is made with the Python that is asked for", {
  root <- local_environments()
  asked <- NULL
  local_replaced(create_environment = function(path, python) {
    asked <<- python
    fake_environment(path)
  })
  python <- fake_program(file.path(withr::local_tempdir(), "python"), "echo nnfit 3")
  quietly(install_nnfit("one", python = python, pip_options = "--pre"))
  expect_identical(asked, python)
  path <- file.path(root, "one")
  expect_identical(
    calls_of(path)[4:8], c("--upgrade", "--no-user", "--pre", "pip", numpy_requirement())
  )
  expect_identical(list.files(root, all.files = TRUE, no.. = TRUE), "one")
  expect_false(is_unfinished(path))
  quietly(install_nnfit("two"))
  expect_null(asked)
})

test_that("new_env puts a new one in the old one's place", {
  root <- local_environments()
  path <- fake_environment(file.path(root, "one"))
  dir.create(file.path(path, "lib"))
  writeLines("old", file.path(path, "lib", "old.py"))
  local_replaced(create_environment = making())
  quietly(install_nnfit("one"))
  expect_true(file.exists(file.path(path, "lib", "old.py")))
  quietly(install_nnfit("one", new_env = TRUE))
  expect_false(file.exists(file.path(path, "lib", "old.py")))
  expect_identical(list.files(root, all.files = TRUE, no.. = TRUE), "one")
})

test_that("whatever fails, the environment before is what it was", {
  root <- local_environments()
  path <- fake_environment(file.path(root, "one"))
  before <- contents(root)
  fails <- function(create, ...) {
    local_replaced(create_environment = create)
    expect_refused(quietly(install_nnfit("one", new_env = TRUE)), "install", ..., from =
      "install_nnfit")
    expect_identical(contents(root), before)
  }
  fails(function(path, python) stop("no venv {cat(1)}"), "could not be made", "no venv {cat(1)}")
  fails(function(path, python) {
    fake_environment(path)
    stop("half")
  }, "could not be made", "half")
  fails(making(status = 1, says = "ERROR: No matching distribution {.emph x}"),
    "pip could not install", "No matching distribution {.emph x}", "still there")
  # an interrupt
  local_replaced(create_environment = function(path, python) {
    fake_environment(path)
    rlang::interrupt()
  })
  tryCatch(quietly(install_nnfit("one", new_env = TRUE)), interrupt = function(condition) NULL)
  expect_identical(contents(root), before)
})

test_that("what can not be moved is left, and said", {
  root <- local_environments()
  fake_environment(file.path(root, "one"))
  fake_environment(stands_aside(file.path(root, "one")))
  before <- contents(root)
  local_replaced(create_environment = making())
  expect_refused(
    quietly(install_nnfit("one", new_env = TRUE)), "install", "can not tell which environment",
    "one.before-nnfit"
  )
  expect_identical(contents(root), before)
})

test_that("nothing is left of an environment that could not be made", {
  root <- local_environments()
  local_replaced(create_environment = making(status = 1))
  error <- expect_error(quietly(install_nnfit("one")), class = "nnfit_error_install")
  expect_match(flat_message(error), "It ended with status 1")
  expect_length(list.files(root, all.files = TRUE, no.. = TRUE), 0)
})

test_that("a pip that fails in an environment that stays is told with all that it said", {
  root <- local_environments()
  fake_environment(file.path(root, "one"), status = 1, says = "ERROR: no network\nERROR: at all")
  error <- expect_refused(
    quietly(install_nnfit("one")), "install", "no network", "at all i What", "new_env = TRUE"
  )
  error <- expect_error(quietly(install_nnfit("one")), class = "nnfit_error_install")
  expect_identical(error$said, c("ERROR: no network", "ERROR: at all"))
  fake_environment(file.path(root, "one"), status = 1, says = "ERROR: only this")
  error <- expect_error(quietly(install_nnfit("one")), class = "nnfit_error_install")
  expect_match(flat_message(error), "only this i What", fixed = TRUE)
  # one that can not be run at all
  unlink(file.path(root, "one", "bin", "python"))
  expect_refused(quietly(install_nnfit("one")), "install", "pip could not install")
})

test_that("after a call that was killed the next one begins with what was there before it", {
  root <- local_environments()
  path <- file.path(root, "one")
  fake_environment(stands_aside(path))
  writeLines("the user's", file.path(stands_aside(path), "pyvenv.cfg"))
  fake_environment(path)
  file.create(file.path(path, unfinished_mark))
  dir.create(to_be_removed(path))
  expect_message(utils::capture.output(install_nnfit("one")), "back as it was")
  expect_identical(calls_of(path)[1:2], c("the user's", "-m"))
  expect_identical(list.files(root, all.files = TRUE, no.. = TRUE), "one")
})

test_that("with a real Python and real packages", {
  skip_on_cran()
  skip_if_no_torch()
  root <- local_environments()
  withr::local_envvar(PIP_NO_INDEX = "1", PIP_FIND_LINKS = NA, PIP_CONFIG_FILE = "/dev/null")
  wheels <- withr::local_tempdir()
  for (name in c("torch", "numpy")) make_wheel(wheels, name, c(torch = "9.9", numpy = "1.26")[name])
  base <- strsplit(reticulate::py_config()$pythonhome, ":")[[1]][1]
  starter <- file.path(base, "bin", "python3")
  asks <- system2(starter, c("-c", shQuote("import venv, ensurepip")), stderr = FALSE)
  skip_if_not(asks == 0, "Python's venv module")
  install <- function(...) {
    quietly(install_nnfit("one", pip_options = c("--find-links", wheels), ...))
  }
  python <- install(python = starter)
  probed <- probe_python(python)
  expect_identical(probed[c("numpy", "torch")], list(numpy = "1.26", torch = "9.9"))
  before <- contents(root)
  expect_refused(install(torch = "torch>99"), "install", "torch>99")
  expect_identical(contents(root), before)
})

test_that("an environment in folders that are not there yet is marked until it is whole", {
  root <- local_environments()
  path <- file.path(root, "some", "where", "one")
  marked <- NULL
  local_replaced(create_environment = function(path, python) {
    marked <<- is_unfinished(path)
    fake_environment(path)
  })
  expect_no_warning(quietly(install_nnfit(path)))
  expect_true(marked)
  expect_false(is_unfinished(path))
})
