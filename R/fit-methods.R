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
  shape_prediction(values, "response", object, object$row_names)
}

#' @rdname nn_fit-methods
#' @export
residuals.nn_fit <- function(object, ...) {
  fitted <- stored_fitted(object, rlang::current_env())
  outcome <- object$outcome
  observed <- if (outcome$kind == "class") indicators(outcome) else outcome$values
  if (ncol(fitted) < ncol(observed)) observed <- observed[, 2, drop = FALSE]
  shape_prediction(observed - fitted, "response", object, object$row_names)
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
  fit$streamed$rows %||% c(train = nrow(fit$fitted) - held_out, validation = held_out)
}

#' @rdname nn_fit-methods
#' @export
formula.nn_fit <- function(x, ...) x$formula

#' @rdname nn_fit-methods
#' @export
print.nn_fit <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(describe_model(x), "\n", sep = "")
  cat(describe_data(x), "\n", sep = "")
  cat(describe_training(x), "\n", sep = "")
  cat(describe_result(x, digits), "\n", sep = "")
  cat(describe_replicates(x), sep = "")
  if (is_linear(x)) {
    cat("\nCoefficients:\n")
    print(coef(x), digits = digits)
  }
  invisible(x)
}

is_linear <- function(fit) {
  is.null(fit$module_key) && length(fit$options$hidden_units) == 0
}

parameter_count <- function(fit) {
  sum(lengths(fit$parameters[setdiff(names(fit$parameters), fit$buffers)]))
}

describe_model <- function(fit) {
  size <- counted(parameter_count(fit), "parameter")
  if (!is.null(fit$module_key)) return(paste0("A torch module of your own, ", size))
  units <- unlist(fit$options$hidden_units)
  activations <- vapply(fit$options$activation, component_name, "")
  hidden <- if (length(units)) paste(units, activations) else character()
  layers <- c(fit$columns$number, hidden, fit$options$n_outputs)
  kind <- if (is_linear(fit)) "Linear model" else "Neural network"
  paste0(kind, " ", paste(layers, collapse = " -> "), ", ", size)
}

counted <- function(n, what) paste0(with_commas(n), " ", what, if (n != 1) "s")

# The decimal mark is named for users whose own is a comma (options(OutDec =)).
with_commas <- function(n) format(n, big.mark = ",", decimal.mark = ".")

component_name <- function(component) as.character(component[[1]])

describe_data <- function(fit) {
  what <- if (is.null(fit$formula)) "Fitted on" else paste0(rlang::quo_text(fit$formula), " on")
  held_out <- row_counts(fit)[["validation"]]
  paste0(
    what, " ", counted(nobs(fit), "row"),
    if (held_out) paste0(", ", with_commas(held_out), " held out")
  )
}

describe_training <- function(fit) {
  options <- fit$options
  rate <- options$learn_rate
  paste0(
    "Loss ", component_name(options$loss), " (", options$reduction, "), ",
    component_name(options$optimizer),
    if (!is.null(rate)) paste(" with learn_rate", signif(rate, 3)), ", ",
    if (is.null(options$batch_size)) "all rows a step" else paste(options$batch_size, "rows a step")
  )
}

stopped_words <- c(
  epochs = "", converged = " (converged)", early = " (stopped early)",
  diverged = " (diverged)", interrupted = " (interrupted)"
)

describe_result <- function(fit, digits) {
  history <- fit$history
  epochs <- length(history$train_loss)
  epoch <- fit$best_epoch %||% epochs
  number <- function(x) format(signif(x[epoch], digits))
  paste0(
    "Loss ", number(history$train_loss),
    if (length(history$valid_loss)) paste0(", on validation ", number(history$valid_loss)),
    if (is.null(fit$best_epoch)) paste(" after", counted(epochs, "epoch")),
    if (!is.null(fit$best_epoch)) paste0(" at its best epoch, ", epoch, " of ", epochs),
    stopped_words[[fit$stopped]], ", ", format(signif(fit$seconds, 2)), " s"
  )
}
