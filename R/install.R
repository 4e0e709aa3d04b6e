#' Make the Python environment that nnfit uses
#'
#' Creates the virtual environment `r-nnfit` in the place where reticulate
#' looks for such environments, and installs torch and a NumPy that the
#' installed reticulate can use into it. An environment that is there is
#' brought up to date. Restart R afterwards if Python was already running.
#'
#' @param envname Name of the environment, or a path.
#' @param torch What to install as torch, in pip's words.
#' @param packages Further Python packages to install beside it, such as
#'   `"pyarrow"`, with which [nn_fit()] reads Parquet files.
#' @param pip_options Options for pip, such as
#'   `c("--extra-index-url", "<address>")` for a build without GPU support
#'   from the index that [pytorch.org](https://pytorch.org/get-started/locally/)
#'   names. pip's own configuration applies too.
#' @param python Path of the Python to make the environment with; `NULL` for
#'   the one that reticulate finds. It must have a shared library.
#' @param new_env Logical: remove an environment of that name first?
#' @return The path of the environment's Python, invisibly.
#' @seealso [nnfit_sitrep()] to see what is there.
#' @export
#' @examples
#' \dontrun{
#' install_nnfit()
#' }
install_nnfit <- function(envname = "r-nnfit", torch = "torch>=2.4", packages = NULL,
                          pip_options = character(), python = NULL, new_env = FALSE) {
  make_environment(
    envname, c(numpy_requirement(), torch, fitting_pyarrow(packages)), pip_options, python, new_env
  )
}

# From version 26 on pyarrow needs NumPy 2, which pip does not know.
fitting_pyarrow <- function(packages, numpy = numpy_requirement()) {
  if (numpy == "numpy<2") sub("^pyarrow$", "pyarrow<26", packages) else packages
}

#' What nnfit finds of Python, and what is wrong
#'
#' Starts Python if it is not running.
#'
#' @return A list with `ok` (logical), `python` (its path), `versions` (of R,
#'   nnfit, reticulate, Python, NumPy and torch), `device` and `problems`, which
#'   is printed. Invisibly.
#' @seealso [install_nnfit()].
#' @export
#' @examplesIf nnfit:::has_torch()
#' nnfit_sitrep()
nnfit_sitrep <- function() {
  report <- python_report()
  cli::cli_h2("nnfit")
  shown <- report$versions[!is.na(report$versions)]
  cli::cli_dl(shown)
  if (!is.null(report$python)) cli::cli_text("Python: {.path {report$python}}")
  if (report$ok) cli::cli_alert_success("All is there; models run on {.val {report$device}}.")
  for (problem in report$problems) cli::cli_alert_danger(problem)
  if (!report$ok) cli::cli_alert_info("Run {.code nnfit::install_nnfit()}, then restart R.")
  invisible(report)
}
