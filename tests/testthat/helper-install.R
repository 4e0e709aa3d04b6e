# Environments for tests of install_nnfit(): none of the user's is ever in reach.

# A folder for virtual environments, for the length of a test. Gives its path.
local_environments <- function(frame = parent.frame()) {
  root <- withr::local_tempdir(.local_envir = frame)
  withr::local_envvar(
    WORKON_HOME = root, RETICULATE_VIRTUALENV_ROOT = root, RETICULATE_PYTHON = NA,
    RETICULATE_PYTHON_ENV = NA, .local_envir = frame
  )
  normalizePath(root)
}

# A folder that looks like a virtual environment. Its Python writes down what it is called
# with, says `says` as an error and ends with `status`.
fake_environment <- function(path, status = 0, says = character()) {
  skip_on_os("windows")
  dir.create(file.path(path, "bin"), recursive = TRUE, showWarnings = FALSE)
  file.create(file.path(path, "pyvenv.cfg"))
  fake_program(file.path(path, "bin", "python"), c(
    "printf '%s\\n' \"$@\" >>\"$(dirname \"$0\")/../pyvenv.cfg\"",
    sprintf("echo '%s' >&2", says), paste("exit", status)
  ))
  path
}

fake_program <- function(path, lines) {
  writeLines(c("#!/bin/sh", lines), path)
  Sys.chmod(path, "755")
  path
}

# What the fake Python was called with.
calls_of <- function(path) readLines(file.path(path, "pyvenv.cfg"))

# Everything in a folder: files with what is in them.
contents <- function(path) {
  files <- list.files(path, recursive = TRUE, include.dirs = TRUE, all.files = TRUE)
  suppressWarnings(tools::md5sum(stats::setNames(file.path(path, files), files)))
}

# Functions of the package, replaced for the length of a test.
local_replaced <- function(..., frame = parent.frame()) {
  namespace <- asNamespace("nnfit")
  set <- function(values) {
    for (name in names(values)) {
      unlockBinding(name, namespace)
      assign(name, values[[name]], namespace)
      lockBinding(name, namespace)
    }
  }
  replacements <- list(...)
  before <- mget(names(replacements), namespace)
  set(replacements)
  withr::defer(set(before), frame)
}

# A package for pip, with nothing in it but its version.
make_wheel <- function(folder, name, version) {
  info <- paste0(name, "-", version, ".dist-info")
  files <- c("__init__.py", "METADATA", "WHEEL", "RECORD")
  files <- file.path(c(name, info, info, info), files)
  content <- list(
    sprintf("__version__ = '%s'", version),
    c("Metadata-Version: 2.1", paste("Name:", name), paste("Version:", version)),
    c("Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"),
    character()
  )
  withr::local_dir(withr::local_tempdir())
  for (k in seq_along(files)) {
    dir.create(dirname(files[k]), showWarnings = FALSE)
    writeLines(content[[k]], files[k])
  }
  wheel <- file.path(folder, paste0(name, "-", version, "-py3-none-any.whl"))
  python <- reticulate::import("zipfile")$ZipFile(wheel, "w")
  for (file in files) python$write(file)
  python$close()
}

# A package for PYTHONPATH.
fake_package <- function(folder, name, code) {
  dir.create(file.path(folder, name))
  writeLines(enc2utf8(code), file.path(folder, name, "__init__.py"), useBytes = TRUE)
}
