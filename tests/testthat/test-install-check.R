refused <- function(code, ...) {
  suppressMessages(expect_refused(code, "argument", ..., from = "install_nnfit"))
}

# Fails if anything is made or removed.
local_no_making <- function(frame = parent.frame()) {
  local_replaced(make_environment = function(path, ...) stop("made: ", path), frame = frame)
}

test_that("what is no name and no path of an environment is refused", {
  root <- local_environments()
  local_no_making()
  fake_environment(file.path(root, "one"))
  before <- contents(root)
  # `NA` and "" are what an unset variable and an unset option leave.
  for (envname in list(
    "", " ", NA, NA_character_, NULL, character(), c("a", "b"), 1, TRUE, list("one"), factor("one")
  )) {
    refused(install_nnfit(envname, new_env = TRUE), "envname must be one name or one path")
  }
  for (envname in c(
    ".", "..", "~", "-rf", ".hidden", "a b", "one;rm", "one\n", "$(one)", "*", "{cat('x')}"
  )) {
    refused(install_nnfit(envname, new_env = TRUE), "envname must be a name of letters")
  }
  for (envname in c("../one", "a/../one", "a/..", "one/./two", "~nobody-here/one")) {
    refused(install_nnfit(envname, new_env = TRUE), "envname must be a path that is written out")
  }
  expect_identical(contents(root), before)
})

test_that("folders that hold what is the user's are refused", {
  root <- local_environments()
  local_no_making()
  fake_environment(root) # even where it looks like an environment
  here <- withr::local_tempdir()
  withr::local_dir(here)
  for (path in c(
    "/", "~/", "./", dirname(path.expand("~/x")), root, paste0(root, "/"), dirname(root), tempdir(),
    here, R.home(), .libPaths()[1], dirname(.libPaths()[1])
  )) {
    refused(install_nnfit(path, new_env = TRUE), "must be the name or path of an environment")
    refused(install_nnfit(path), "must be the name or path of an environment")
  }
})

test_that("only a virtual environment is changed, and only one that holds nothing else replaced", {
  root <- local_environments()
  local_no_making()
  at <- function(...) file.path(root, ...)
  dir.create(at("plain"))
  writeLines("x", at("plain", "data.csv"))
  writeLines("x", at("file"))
  fake_environment(at("conda"))
  dir.create(at("conda", "conda-meta"))
  fake_environment(at("project"))
  writeLines("x", at("project", "analysis.R"))
  fake_environment(at("hidden"))
  writeLines("x", at("hidden", ".Renviron"))
  fake_environment(at("real"))
  file.symlink(at("real"), at("link"))
  file.symlink(at("nowhere"), at("dangling"))
  before <- contents(root)
  for (name in c("plain", "file", "conda", "dangling")) {
    refused(install_nnfit(name), "must be a virtual environment, or not be there yet", at(name))
    refused(install_nnfit(name, new_env = TRUE), "must be a virtual environment")
    refused(install_nnfit(at(name), new_env = TRUE), "must be a virtual environment")
  }
  refused(install_nnfit("project", new_env = TRUE), "holds more than an environment", "analysis.R")
  refused(install_nnfit("hidden", new_env = TRUE), "holds more than an environment", ".Renviron")
  refused(install_nnfit("link", new_env = TRUE), "is a link to", at("real"))
  refused(install_nnfit(at("link/"), new_env = TRUE), "is a link to")
  for (name in c("project", "link", "real", "new", "sub/new")) {
    path <- if (grepl("/", name)) at(name) else name
    expect_error(install_nnfit(path), paste0("made: ", at(name)), fixed = TRUE)
  }
  expect_error(install_nnfit("real", new_env = TRUE), paste0("made: ", at("real")), fixed = TRUE)
  withr::local_dir(root)
  expect_error(install_nnfit("./new"), paste0("made: ", at("new")), fixed = TRUE)
  expect_identical(contents(root), before)
})

test_that("the environment whose Python runs is not replaced", {
  root <- local_environments()
  local_no_making()
  path <- fake_environment(file.path(root, "one"))
  local_replaced(find_running = function() file.path(path, "bin", "python"))
  refused(install_nnfit("one", new_env = TRUE), "whose Python runs in this session", "Restart R")
  local_replaced(find_running = function() file.path(root, "one-more", "bin", "python"))
  expect_error(install_nnfit("one", new_env = TRUE), "made: ")
})

test_that("without a folder for environments nothing is guessed", {
  local_environments()
  local_no_making()
  withr::local_envvar(WORKON_HOME = "", RETICULATE_VIRTUALENV_ROOT = "")
  refused(install_nnfit(new_env = TRUE), "WORKON_HOME", "set, but empty")
})

test_that("the other arguments are checked too", {
  root <- local_environments()
  local_no_making()
  for (wrong in list("", NULL, NA, c("a", "b"), 1, "--target=/")) {
    refused(install_nnfit(torch = wrong), "torch must be one string that pip understands")
  }
  for (wrong in list(NA, 1, "", c("a", ""), list("a"), "-r x")) {
    refused(install_nnfit(packages = wrong), "packages must be names of Python packages")
  }
  for (wrong in list(NA, 1, "index", list("--pre"), "")) {
    refused(install_nnfit(pip_options = wrong), "pip_options must be options of pip")
  }
  refused(install_nnfit(pip_options = "--index-url x"), "as two strings", "--index-url x")
  for (wrong in list(NA, NULL, "yes", 1, c(TRUE, FALSE))) {
    refused(install_nnfit(new_env = wrong), "new_env must be TRUE or FALSE")
  }
  for (wrong in list(NA, 1, "", c("a", "b"))) {
    refused(install_nnfit(python = wrong), "python must be the path of a Python, or NULL")
  }
  for (wrong in c("/nowhere/python", root, "no-such-program", test_path("helper-install.R"))) {
    refused(install_nnfit(python = wrong), "is no program that can be run")
  }
})

test_that("a Python is for an environment that is made anew", {
  root <- local_environments()
  local_no_making()
  path <- fake_environment(file.path(root, "one"))
  python <- fake_program(file.path(withr::local_tempdir(), "python"), "echo nnfit 3")
  refused(install_nnfit("one", python = python), "can not be changed", "new_env = TRUE")
  inside <- file.path(path, "bin", "python")
  refused(install_nnfit("one", python = inside, new_env = TRUE), "must not be in the environment")
  expect_error(install_nnfit("one", python = python, new_env = TRUE), "made: ")
  expect_error(install_nnfit("two", python = python), "made: ")
})

test_that("a program that is no Python makes no environment", {
  skip_on_os("windows")
  root <- local_environments()
  local_no_making()
  before <- contents(root)
  for (program in unname(Sys.which(c("true", "false", "sh", "cat")))) {
    refused(install_nnfit("new", python = program), "python must be", "is no Python 3")
  }
  refused(install_nnfit("new", python = "sh"), "sh is no Python 3")
  expect_identical(contents(root), before)
})

test_that("bytes that are no text are refused by the argument's name", {
  local_no_pip()
  bad <- "\xff\xfe"
  expect_refused(install_nnfit(bad), "argument", "envname must be one name")
  expect_refused(install_nnfit("some", packages = bad), "argument", "packages must be names")
  expect_refused(install_nnfit("some", python = bad), "argument", "python must be the path")
})

test_that("a backslash parts folders on Windows alone", {
  expect_true(has_separator("a/b"))
  expect_false(has_separator("a"))
  expect_identical(has_separator("a\\b"), .Platform$OS.type == "windows")
})
