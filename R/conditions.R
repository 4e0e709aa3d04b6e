# Every error of the package is a classed condition: `nnfit_error_<kind>` and
# `nnfit_error`, raised from the call that the user wrote.

abort_nnfit <- function(kind, message, call, ..., .envir = parent.frame()) {
  cli::cli_abort(
    message,
    class = c(paste0("nnfit_error_", kind), "nnfit_error"),
    call = call, ..., .envir = .envir
  )
}

warn_nnfit <- function(kind, message, call, ..., .envir = parent.frame()) {
  cli::cli_warn(
    message,
    class = c(paste0("nnfit_warning_", kind), "nnfit_warning"),
    call = call, ..., .envir = .envir
  )
}

# Stops with a plain message where a suggested package is missing.
need_package <- function(package, what, call = rlang::caller_env()) {
  if (!requireNamespace(package, quietly = TRUE)) {
    abort_nnfit("package", c(
      "{what} needs the package {.pkg {package}}, which is not installed.",
      "i" = "Run {.code install.packages(\"{package}\")}."
    ), call)
  }
}
