# Each problem, made for real as far as a process of its own sees it. Which Python reticulate
# would take is said here, as this session's is running.

told <- function(path, ...) {
  local_replaced(find_python = function() {
    found <- list(
      path = path, running = FALSE, managed = FALSE, shared = TRUE, has_torch = FALSE
    )
    utils::modifyList(found, list(...))
  })
  diagnose(python_facts())
}

expect_told <- function(told, problem, cure) {
  expect_match(told$problem, problem, fixed = TRUE)
  expect_match(told$cure, cure, fixed = TRUE)
}

# What PYTHONPATH adds to a Python that has nothing.
packages <- function(torch = "__version__ = '2.9'", numpy = "__version__ = '1.26'",
                     frame = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = frame)
  if (length(torch)) fake_package(folder, "torch", torch)
  if (length(numpy)) fake_package(folder, "numpy", numpy)
  withr::local_envvar(PYTHONPATH = folder, .local_envir = frame)
  folder
}

test_that("a variable that names no Python is named, and never cured by installing alone", {
  root <- local_environments()
  file <- file.path(root, "text")
  writeLines("hello", file)
  program <- fake_program(file.path(root, "program"), "echo 'usage: {cat(1)}' >&2; exit 2")
  fake_environment(file.path(root, "env"))
  unset <- "Unset it (Sys.unsetenv(\"RETICULATE_PYTHON\"), or take it out of .Renviron)"
  named <- function(value, ..., cure = unset) {
    withr::local_envvar(RETICULATE_PYTHON = value)
    expect_told(told(NULL), paste0("RETICULATE_PYTHON ", ...), cure)
  }
  named("", "is set, but empty.")
  named("/nowhere/{cat('x')}", "names \"/nowhere/{cat('x')}\", which does not exist.")
  named(root, "names \"", root, "\", a folder without a program \"python\" in it.")
  named(file, "names \"", file, "\", which is not a Python that runs")
  says <- "which is not a Python that runs (it says: usage: {cat(1)})."
  named(program, "names \"", program, "\", ", says)
  inside <- file.path(root, "env", "bin", "python")
  named(file.path(root, "env"), "names", cure = paste0("Set it to \"", inside, "\" instead"))
  withr::local_envvar(RETICULATE_PYTHON_ENV = "mine")
  expect_told(
    told(NULL), "RETICULATE_PYTHON_ENV names \"mine\", and there is no such environment",
    "Sys.unsetenv(\"RETICULATE_PYTHON_ENV\")"
  )
})

test_that("a Python that reticulate can not use is said to be one", {
  python <- python_without_torch()
  local_environments()
  withr::local_envvar(RETICULATE_PYTHON = python)
  expect_told(
    told(NULL, error = "config failed\nmore"),
    paste0("\"", python, "\" is Python 3."), "Update reticulate, or choose another Python."
  )
})

test_that("without a Python, what would happen and what to do", {
  root <- local_environments()
  expect_told(told(NULL), "No Python was found.", "Install Python 3.9 or later")
  expect_told(told(NULL, error = "Bad {luck}"), "No Python was found: Bad {luck}", "Install Python")
  expect_told(
    told(NULL, managed = TRUE), "reticulate would download one, with torch: several GB",
    "Run nnfit::install_nnfit() once"
  )
  fake_environment(file.path(root, "r-nnfit"))
  for (path in list(NULL, "/usr/bin/nothing")) {
    expect_told(
      told(path), "r-nnfit\", does not run", "Run nnfit::install_nnfit(new_env = TRUE) once"
    )
  }
})

test_that("a Python that does not serve", {
  python <- python_without_torch()
  root <- local_environments()
  withr::local_envvar(RETICULATE_PYTHON = python)
  expect_told(told(python, shared = FALSE), "has no shared library (libpython)", "Choose a Python")
  old <- fake_program(file.path(root, "old"), "printf 'nnfit\\tversion\\t3.8.1\\n'")
  expect_told(told(old), "is Python 3.8.1; nnfit needs 3.9 or later", "Unset it")
  broken <- fake_program(file.path(root, "broken"), "echo 'no {home}' >&2; exit 1")
  expect_told(told(broken), "does not run: no {home}", "Mend it, or choose another Python")
  expect_told(told("/nowhere/p"), "\"/nowhere/p\" does not run: it is not there", "Mend it")
  withr::local_envvar(RETICULATE_PYTHON = NA)
  own <- file.path(root, "r-nnfit", "bin", "python")
  fake_environment(file.path(root, "r-nnfit"), status = 1)
  expect_told(told(own), "does not run", "Run nnfit::install_nnfit(new_env = TRUE)")
  expect_told(
    told(own, shared = FALSE), "has no shared library", "run nnfit::install_nnfit(new_env = TRUE)"
  )
})

test_that("a path that R's language can not write", {
  skip_on_os("windows")
  skip_if_not(l10n_info()[["UTF-8"]], "a language with UTF-8")
  local_environments()
  path <- "/home/m\u00fc/bin/python"
  local_replaced(is_unreadable = function(path) TRUE)
  expect_told(told(path), "m\u00fc/bin/python\", has letters that R's language", "LC_ALL=C.UTF-8")
  expect_no_match(told(path, running = TRUE)$problem, "letters", fixed = TRUE)
})

test_that("torch and NumPy: missing, damaged, in part, too old, too new", {
  python <- python_without_torch()
  root <- local_environments()
  withr::local_envvar(RETICULATE_PYTHON = python)
  install <- paste0(shQuote(python), " -m pip install 'torch>=2.4'")
  expect_told(told(python), "NumPy is not installed in", install)
  packages(torch = NULL)
  expect_told(told(python), "torch is not installed in", install)

  from_path <- "Unset PYTHONPATH"
  packages(torch = "raise ImportError('{.emph no}')")
  expect_told(told(python), "does not load: ImportError: {.emph no}.", from_path)
  packages(torch = "def f(:")
  expect_told(told(python), "does not load: SyntaxError: ", from_path)
  packages(torch = "import os; os.kill(os.getpid(), 9)")
  expect_told(told(python), "does not load: its import ends Python.", from_path)
  packages(torch = "")
  expect_told(told(python), "is installed in part: it has no version", from_path)
  folder <- packages(torch = "__version__ = '1.13.1+cpu'")
  expect_told(told(python), "torch 1.13.1+cpu in", from_path)
  expect_match(told(python)$problem, "torch\", a folder in PYTHONPATH, is too old", fixed = TRUE)
  expect_match(told(python)$problem, folder, fixed = TRUE)
  packages(numpy = "raise ImportError('libopenblas')")
  expect_told(told(python), "NumPy in ", from_path)
  packages()
  expect_null(told(python))
})

test_that("a NumPy that reticulate can not read", {
  python <- python_without_torch()
  local_environments()
  packages(numpy = "__version__ = '2.1.0'")
  local_replaced(bridge = list(name = "reticulate", version = function() {
    package_version("1.28")
  }))
  expect_told(
    told(python), "reticulate 1.28 can not use NumPy 2.1.0", "Update reticulate to 1.38 or later"
  )
  local_replaced(bridge = list(name = "reticulate", version = function() {
    package_version("1.41")
  }))
  expect_null(told(python))
})

test_that("what is damaged in an environment is installed anew there", {
  python <- python_without_torch()
  root <- local_environments()
  path <- file.path(dirname(dirname(python)), "lib")
  site <- list.files(path, "^site-packages$", recursive = TRUE, include.dirs = TRUE)
  skip_if(!length(site), "site-packages")
  site <- file.path(path, site[1])
  for (name in c("torch", "numpy")) fake_package(site, name, "raise ValueError")
  withr::defer(unlink(file.path(site, c("torch", "numpy")), recursive = TRUE))
  withr::local_envvar(RETICULATE_PYTHON = python)
  expect_told(told(python), "NumPy in", "pip install '--force-reinstall' 'numpy")
  withr::local_envvar(RETICULATE_PYTHON = NA)
  expect_told(told(python), "NumPy in", "Run nnfit::install_nnfit(new_env = TRUE)")
})

test_that("a file of the user's that hides torch", {
  python <- python_without_torch()
  local_environments()
  packages()
  withr::local_dir(withr::local_tempdir())
  writeLines("x = 1", "torch.py")
  expect_told(
    told(python), "torch.py\" in the working directory hides the Python package torch",
    "Rename or remove it"
  )
})

test_that("what loads in Python and not in R", {
  python <- python_without_torch()
  local_environments()
  packages()
  local_replaced(find_python = function() {
    list(path = python, running = TRUE, managed = FALSE, shared = TRUE, has_torch = TRUE)
  })
  facts <- python_facts("ImportError: {cat(1)} libstdc++\nat line 1")
  expect_told(
    diagnose(facts), "itself, but not in R: ImportError: {cat(1)} libstdc++", "Restart R and load"
  )
})
