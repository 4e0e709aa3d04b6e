#' Make the Python environment that nnfit uses
#'
#' Creates the virtual environment `r-nnfit` in the place where reticulate
#' looks for such environments, and installs torch and a NumPy that the
#' installed reticulate can use into it. An environment that is there is
#' brought up to date. Restart R afterwards if Python was already running.
#'
#' Nothing is lost if it fails: pip undoes what it began, and with `new_env`
#' the environment that was there stands aside, as `<path>.before-nnfit`, until
#' the new one is whole. If R is ended on the way, the next call brings it back.
#'
#' @param envname Name of the environment (letters, digits, `-`, `_`, `.`), or a path, which has a
#'   `/`. What is there already has to be a virtual environment.
#' @param torch One string: what to install as torch, in pip's words.
#' @param packages Further Python packages to install beside it, such as
#'   `"pyarrow"`, with which [nn_fit()] reads Parquet files, or
#'   `c("onnx", "onnxscript", "onnxruntime")` for [nn_export()].
#' @param pip_options Options for pip, one string for each word, such as
#'   `c("--extra-index-url", "<address>")` for a build without GPU support
#'   from the index that [pytorch.org](https://pytorch.org/get-started/locally/)
#'   names. pip's own configuration applies too.
#' @param python Path of the Python to make a new environment with; `NULL` for
#'   the one that reticulate finds. It must have a shared library.
#' @param new_env Logical: put a new environment in the place of the one that is there? It must
#'   hold nothing else, and its Python must not be running in this session.
#' @return The path of the environment's Python, invisibly. An error of class
#'   `nnfit_error_argument` refuses what was asked, one of class `nnfit_error_install` tells what
#'   failed; its field `said` has the lines of pip's errors.
#' @seealso [nnfit_sitrep()] to see what is there.
#' @export
#' @examples
#' \dontrun{
#' install_nnfit()
#' }
install_nnfit <- function(envname = "r-nnfit", torch = "torch>=2.4", packages = NULL,
                          pip_options = character(), python = NULL, new_env = FALSE) {
  call <- rlang::current_env()
  check_install_arguments(mget(names(install_rules)), call)
  path <- environment_path(envname, call)
  check_environment(path, new_env, call)
  python <- starter_python(python, path, new_env, call)
  requirements <- c(numpy_requirement(), torch, fitting_pyarrow(packages))
  make_environment(path, requirements, pip_options, python, new_env)
  tell_use(path)
  invisible(environment_python(path))
}

# Where the environment that was made is not the one that fits will find.
tell_use <- function(path) {
  variable <- choosing_variable()
  if (!is.null(variable)) {
    cli::cli_inform(c("!" = "{.envvar {variable}} is set: unset it, or that Python is used."))
  } else if (path != in_full(nnfit_environment())) {
    use <- paste0(bridge$name, "::use_virtualenv(", quoted(path), ")")
    cli::cli_inform(c("i" = "Start each session with {.code {use}}, for nnfit to use it."))
  }
}

# From version 26 on pyarrow needs NumPy 2, which pip does not know.
fitting_pyarrow <- function(packages, numpy = numpy_requirement()) {
  if (numpy == "numpy<2") sub("^pyarrow$", "pyarrow<26", packages) else packages
}

#' What nnfit finds of Python, and what is wrong
#'
#' Asks the Python that reticulate would take, in a process of its own, what it has. Where that
#' is enough, starts it in this session, as a fit would; else says what is wrong and what to do,
#' and leaves the session without Python. Installs and downloads nothing.
#'
#' @return A list with `ok` (logical), `python` (its path), `versions` (of R,
#'   nnfit, reticulate, Python, NumPy and torch), `device` (that `"auto"` means), and `problems`
#'   and `cures`, which are printed. Invisibly.
#' @seealso [install_nnfit()].
#' @export
#' @examplesIf nnfit:::has_torch()
#' nnfit_sitrep()
nnfit_sitrep <- function() {
  report <- python_report()
  cli::cli_h2("nnfit")
  for (name in names(report$versions)) {
    version <- report$versions[[name]]
    if (!is.na(version)) cli::cli_text("{.strong {name}}: {version}")
  }
  if (!is.null(report$python)) cli::cli_text("{.strong Python} is {.path {report$python}}")
  if (report$ok) cli::cli_alert_success("All is there; models run on {.val {report$device}}.")
  for (problem in report$problems) cli::cli_alert_danger("{problem}")
  for (cure in report$cures) cli::cli_alert_info("{cure}")
  invisible(report)
}

# What is found, and what is wrong, as plain data.
python_report <- function() {
  if (is_core_loaded()) return(new_report(find_python()$path, loaded_versions()))
  facts <- python_facts()
  wrong <- diagnose(facts)
  if (is.null(wrong)) {
    error <- tryCatch(is.null(core()), nnfit_error_python = identity)
    if (is_core_loaded()) return(new_report(facts$path, loaded_versions()))
    wrong <- error$found %||% list(problem = conditionMessage(error), cure = character())
  }
  versions <- vapply(c(Python = "version", NumPy = "numpy", torch = "torch"), function(name) {
    version <- facts$has[[name]]
    if (length(version) && nzchar(version)) version else NA_character_
  }, "")
  new_report(facts$path, versions, wrong)
}

new_report <- function(path, versions, wrong = NULL) {
  here <- c(R = as.character(getRversion()), nnfit = as.character(utils::packageVersion("nnfit")))
  here[bridge$name] <- as.character(bridge$version())
  list(
    ok = is.null(wrong), problems = as.character(wrong$problem), cures = as.character(wrong$cure),
    versions = c(here, versions), python = path,
    device = if (is.null(wrong)) automatic_device() else NA_character_
  )
}
