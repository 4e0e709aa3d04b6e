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
