#' Look at a fitted network
#'
#' The usual questions to a model, answered from the fit alone: none of these
#' starts Python.
#'
#' @param object,x An [nn_fit()].
#' @param digits Whole number: significant digits to print.
#' @param ... Not used.
#' @return
#' - `fitted()`: predictions for the rows that the model was given, as
#'   `predict(object)`.
#' - `residuals()`: outcome minus fitted value; for classes, 1 for the observed
#'   class (else 0) minus its probability.
#' - `nobs()`: the number of rows that it was trained on.
#' - `formula()`: the formula as you gave it, or `NULL` where there was none.
#' - `print()`: the fit, invisibly.
#' @name nn_fit-methods
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(c ~ u, thermometer)
#' fit
#' residuals(fit)
NULL

#' @rdname nn_fit-methods
#' @export
fitted.nn_fit <- function(object, ...) {
  values <- stored_fitted(object, rlang::current_env())
  values <- shape_prediction(values, "response", object, object$row_names)
  stats::napredict(object$na_action, values)
}

#' @rdname nn_fit-methods
#' @export
residuals.nn_fit <- function(object, ...) {
  fitted <- stored_fitted(object, rlang::current_env())
  outcome <- object$outcome
  observed <- if (outcome$kind == "class") indicators(outcome) else outcome$values
  if (ncol(fitted) < ncol(observed)) observed <- observed[, 2, drop = FALSE]
  values <- shape_prediction(observed - fitted, "response", object, object$row_names)
  stats::naresid(object$na_action, values)
}

indicators <- function(outcome) {
  outer(outcome$values, seq_along(outcome$levels) - 1L, "==") * 1
}

#' @rdname nn_fit-methods
#' @importFrom stats nobs
#' @export
nobs.nn_fit <- function(object, ...) {
  row_counts(object)[["train"]]
}

row_counts <- function(fit) {
  held_out <- length(fit$validation_rows)
  fit$rows %||% c(train = nrow(fit$fitted) - held_out, validation = held_out)
}

#' @rdname nn_fit-methods
#' @export
formula.nn_fit <- function(x, ...) x$formula

# The predictions for the training rows, which a fit on Parquet files does not hold.
stored_fitted <- function(fit, call) {
  if (!is.null(fit$rows)) {
    abort_nnfit("argument", c(
      "A fit on files holds no predictions for their rows.",
      "i" = "Make them: {.code predict(fit, path)}."
    ), call)
  }
  fit$fitted
}

is_linear <- function(fit) {
  is.null(fit$module_key) && length(fit$options$hidden_units) == 0
}

parameter_count <- function(fit) {
  sum(lengths(fit$parameters[setdiff(names(fit$parameters), fit$buffers)]))
}
