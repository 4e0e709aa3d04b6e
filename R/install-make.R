# An environment, made or brought up to date. Nothing that was there is lost if that fails,
# or is cut off: a virtual environment does not work where it was not made, so the one
# before steps aside until the new one is whole, and comes back otherwise.

make_environment <- function(path, requirements, pip_options, python, new_env,
                             call = rlang::caller_env()) {
  come_back(path, call)
  if (is_environment(path) && !new_env) {
    install_packages(path, requirements, pip_options, call)
  } else {
    in_its_place(path, {
      rlang::try_fetch(create_environment(path, python), error = function(error) {
        said <- conditionMessage(error)
        abort_nnfit("install", c(
          "The environment {.path {path}} could not be made.",
          "x" = "{said}",
          "i" = "On Debian and Ubuntu it takes the package {.pkg python3-venv}; {.arg python} names
            another Python to make it with."
        ), call, parent = error)
      })
      install_packages(path, c("pip", requirements), pip_options, call)
    }, call)
  }
  invisible(environment_python(path))
}

environment_python <- function(path) {
  program <- if (.Platform$OS.type == "windows") c("Scripts", "python.exe") else c("bin", "python")
  do.call(file.path, as.list(c(path, program)))
}

stands_aside <- function(path) paste0(path, ".before-nnfit")
to_be_removed <- function(path) paste0(path, ".remove-nnfit")

# Runs code that makes the folder anew. Only a folder that the code made, or one that has
# been replaced, is removed.
in_its_place <- function(path, code, call) {
  aside <- stands_aside(path)
  replaced <- dir.exists(path)
  if (replaced) move(path, aside, call)
  dir.create(path, recursive = TRUE)
  file.create(file.path(path, unfinished_mark))
  done <- FALSE
  on.exit(if (!done) {
    unlink(path, recursive = TRUE)
    if (replaced) move(aside, path, call)
  })
  force(code)
  unlink(file.path(path, unfinished_mark))
  done <- TRUE
  if (replaced) {
    # under another name, so that what is half removed never comes back
    move(aside, to_be_removed(path), call)
    unlink(to_be_removed(path), recursive = TRUE)
  }
}

move <- function(from, to, call) {
  if (!suppressWarnings(file.rename(from, to))) {
    abort_nnfit("install", c(
      "A folder could not be moved: {.path {from}} to {.path {to}}.",
      "i" = "Nothing was removed. End other programs that use it, and see that you may write there."
    ), call)
  }
}

# After a call that was killed: what it had begun to make goes, what stood aside is the user's.
come_back <- function(path, call) {
  unlink(to_be_removed(path), recursive = TRUE)
  if (is_unfinished(path)) unlink(path, recursive = TRUE)
  aside <- stands_aside(path)
  if (!dir.exists(aside)) return(invisible())
  if (dir.exists(path)) {
    abort_nnfit("install", c(
      "An earlier call was cut off, and nnfit can not tell which environment is to stay.",
      "x" = "{.path {aside}} is the one before it; {.path {path}} was made since.",
      "i" = "Remove one of the two, or give it another name."
    ), call)
  }
  move(aside, path, call)
  cli::cli_inform("{.path {path}} is back as it was before a call that was cut off.")
}

# pip undoes what it began where it fails; what it says is shown, and told in the error.
install_packages <- function(path, requirements, pip_options, call) {
  said <- tempfile("nnfit-pip-")
  on.exit(unlink(said))
  arguments <- c("-m", "pip", "install", "--upgrade", "--no-user", pip_options, requirements)
  cli::cli_inform("pip installs {requirements} into {.path {path}}.")
  status <- tryCatch(
    suppressWarnings(system2(environment_python(path), shQuote(arguments), stderr = said)),
    error = function(error) conditionMessage(error)
  )
  if (!identical(status, 0L)) stop_pip(status, said, path, requirements, call)
}

stop_pip <- function(status, said, path, requirements, call) {
  lines <- if (file.exists(said)) as_utf8(readLines(said, warn = FALSE))
  errors <- grep("^ERROR: ", lines, value = TRUE)
  reason <- sub("^ERROR: ", "", utils::tail(if (length(errors)) errors else lines, 5))
  if (!length(reason)) reason <- paste("It ended with status", status)
  abort_nnfit("install", c(
    "pip could not install {requirements} into {.path {path}}.",
    "x" = "{reason[1]}", "x" = if (length(reason) > 1) "{reason[2]}",
    "x" = if (length(reason) > 2) "{reason[3]}",
    "i" = "What was installed there before is still there. An environment that is damaged is made
      anew by {.code install_nnfit(new_env = TRUE)}."
  ), call, said = lines)
}
