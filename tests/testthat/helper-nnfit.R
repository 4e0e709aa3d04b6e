skip_if_no_torch <- function() {
  skip_if_not(has_torch(), "Python with torch")
}

# A classed error, from the user's call, whose message matches every pattern. What is wrong
# with what was given is told whole: no error of others stands behind it.
expect_refused <- function(code, kind, ..., from = NULL) {
  error <- expect_error(code, class = paste0("nnfit_error_", kind))
  expect_s3_class(error, "nnfit_error")
  if (!kind %in% c("core", "install")) expect_null(error$parent)
  for (pattern in c(...)) expect_match(flat_message(error), pattern, fixed = TRUE)
  if (!is.null(from)) expect_identical(rlang::call_name(conditionCall(error)), from)
}

# Without the line breaks and quotes that depend on the console.
flat_message <- function(condition) {
  text <- cli::ansi_strip(conditionMessage(condition))
  gsub("\\s+", " ", gsub("[`'\"\u2018\u2019]", "", text))
}

fixture <- function(name) utils::read.csv(test_path("fixtures", name))

# The folder of the sources, which an installed package does not have.
source_root <- function() {
  root <- test_path("..", "..")
  skip_if_not(file.exists(file.path(root, "CONTRIBUTING.md")), "the sources")
  root
}

# Runs a function in a second, real R process with nnfit attached.
in_new_session <- function(fun, args = list()) {
  skip_if_not_installed("callr")
  source <- if (is_dev_package()) pkgload::pkg_path()
  callr::r(function(fun, args, source) {
    if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
    environment(fun) <- globalenv()
    do.call(fun, args)
  }, list(fun, args, source))
}

is_dev_package <- function() {
  requireNamespace("pkgload", quietly = TRUE) && pkgload::is_dev_package("nnfit")
}

# A virtual environment without NumPy and torch, made once.
python_without_torch <- function() {
  skip_if_no_torch()
  folder <- file.path(tempdir(), "without-torch")
  python <- file.path(folder, "bin", "python")
  if (!file.exists(python)) {
    base <- reticulate::py_config()$pythonhome
    base_python <- strsplit(base, ":")[[1]][1]
    system2(file.path(base_python, "bin", "python3"), c("-m", "venv", "--without-pip", folder))
  }
  skip_if_not(file.exists(python), "Python's venv module")
  python
}

# Loading recipes asks the system for its time zone, which warns in a container.
skip_if_no_recipes <- function() {
  withr::local_envvar(TZ = "UTC")
  skip_if_not_installed("recipes")
}
