# Every error of the package is a classed condition: `nnfit_error_<kind>` and
# `nnfit_error`, raised from the call that the user wrote.

abort_nnfit <- function(kind, message, call, ..., .envir = parent.frame()) {
  cli::cli_abort(
    message,
    class = c(paste0("nnfit_error_", kind), "nnfit_error"),
    call = named_call(call), ..., .envir = .envir
  )
}

# do.call(nn_fit, ...) puts the function itself and all of the data into the call, of
# which a reader sees the source: the function's name is meant.
named_call <- function(call) {
  written <- if (is.environment(call)) rlang::error_call(call) else call
  if (!is.call(written) || !is.function(written[[1]])) return(call)
  name <- name_of_function(written[[1]])
  if (is.null(name)) call else rlang::call2(name)
}

# One of ours, or the generic of another package.
name_of_function <- function(fun) {
  namespace <- topenv()
  ours <- Filter(
    function(name) identical(get0(name, namespace), fun), getNamespaceExports(namespace)
  )
  if (length(ours)) return(ours[1])
  code <- body(fun)
  if (rlang::is_call(code, "UseMethod")) as.character(code[[2]])
}

# An error of ours that was raised in another process, from the user's call in this one.
raise_again <- function(error, call) {
  from <- named_call(call)
  error["call"] <- list(if (is.environment(from)) rlang::error_call(from) else from)
  error["trace"] <- list(NULL)
  rlang::cnd_signal(error)
}

warn_nnfit <- function(kind, message, call, ..., .envir = parent.frame()) {
  cli::cli_warn(
    message,
    class = c(paste0("nnfit_warning_", kind), "nnfit_warning"),
    call = call, ..., .envir = .envir
  )
}
