#' @rdname nn_fit-methods
#' @export
print.nn_fit <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  cat(describe_model(x), "\n", sep = "")
  cat(describe_data(x), "\n", sep = "")
  cat(describe_training(x), "\n", sep = "")
  cat(describe_result(x, digits), "\n", sep = "")
  cat(describe_fault(x), sep = "")
  cat(describe_replicates(x), sep = "")
  if (is_linear(x)) {
    cat("\nCoefficients:\n")
    print(coef(x), digits = digits)
  }
  invisible(x)
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
    if (is.null(options$batch_size)) "all" else options$batch_size, " rows a step",
    ", engine ", options$engine,
    if (options$device != "cpu") paste(" on", options$device)
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
