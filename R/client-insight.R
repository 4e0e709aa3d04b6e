# What the packages of easystats ask a model by insight. Where its answer for an unknown class is
# that for an lm() or a glm(), there is no method; most others are in R/client-hand-on.R.

# Of a network, too, which is no such model.
#' @exportS3Method insight::get_data
get_data.nn_fit <- function(x, ...) {
  if (!is_linear(x)) return(NextMethod())
  insight::get_data(equal_model(x, "get_data"), ...)
}

# By it compare_performance() and the tests of performance take models, of classes that they know,
# if the first is a fit. They are named as they are written in the call.
#' @exportS3Method insight::ellipsis_info
ellipsis_info.nn_fit <- function(objects, ...) {
  call <- rlang::current_env()
  asked_by <- rlang::call_name(rlang::frame_call(rlang::caller_env())) %||% "ellipsis_info"
  given <- list(objects, ...)
  written <- as.list(substitute(list(objects, ...)))[-1]
  is_fit <- vapply(given, inherits, NA, "nn_fit")
  given[is_fit] <- lapply(given[is_fit], equal_model, asked_by, call)
  unnamed <- rlang::names2(written) == ""
  names <- make.unique(vapply(written[unnamed], rlang::as_label, ""))
  here <- list2env(stats::setNames(given[unnamed], names), parent = topenv())
  given[unnamed] <- lapply(names, as.name)
  eval(rlang::call2(quote(insight::ellipsis_info), !!!given), here)
}
