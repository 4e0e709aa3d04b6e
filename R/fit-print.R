#' @rdname nn_fit-methods
#' @export
print.nn_fit <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(describe_model(x), "\n", sep = "")
  cat(describe_data(x), "\n", sep = "")
  cat(describe_embed(x), sep = "")
  cat(describe_training(x), "\n", sep = "")
  cat(describe_result(x, digits), "\n", sep = "")
  cat(describe_metrics(x, digits), describe_tuning(x), describe_fault(x), sep = "")
  cat(describe_replicates(x))
  if (is_linear(x)) {
    cat("\nCoefficients:\n")
    print(coef(x), digits = digits)
  }
  invisible(x)
}

describe_model <- function(fit) {
  size <- counted(parameter_count(fit), "parameter")
  frozen <- unlist(fit$options$freeze)
  if (length(frozen)) size <- paste0(size, " trained (freeze ", toString(frozen), ")")
  if (!is.null(fit$module_key)) return(paste0("A torch module of your own, ", size))
  layers <- c(input_count(fit), hidden_layers(fit, component_text), fit$options$n_outputs)
  kind <- if (is_linear(fit)) "Linear model" else "Neural network"
  members <- members_of(fit)
  if (members > 1) kind <- paste("Mean of", members, "neural networks")
  paste0(kind, " ", paste(layers, collapse = " -> "), describe_branches(fit), ", ", size)
}

# "16 relu", "16 layer_norm relu": the size of each hidden layer, its norm, its activation.
# `text`: component_name() or component_text().
hidden_layers <- function(fit, text) {
  units <- unlist(fit$options$hidden_units)
  if (!length(units)) return(character())
  norms <- vapply(fit$options$norm, text, "")
  norms <- ifelse(norms == "identity", "", paste0(norms, " "))
  norms <- if (length(norms)) norms else ""
  paste0(units, " ", norms, vapply(fit$options$activation, text, ""))
}

describe_branches <- function(fit) {
  there <- c(residual = isTRUE(fit$options$residual), skip = has_skip(fit))
  paste0(", ", names(there)[there], recycle0 = TRUE, collapse = "")
}

counted <- function(n, what) paste0(with_commas(n), " ", what, if (n != 1) "s")

# The decimal mark is named for users whose own is a comma (options(OutDec =)).
with_commas <- function(n) format(n, big.mark = ",", decimal.mark = ".")

describe_loss <- function(options) {
  loss <- options$loss
  if (is_own(loss)) return("Own loss")
  # How much the counts scatter is fixed, where it is not given too.
  if (component_name(loss) == "negative_binomial_nll") {
    args <- if (length(loss) > 1) as.list(loss[[2]])
    args$dispersion <- loss_argument(loss, "dispersion")
    loss <- list("negative_binomial_nll", args)
  }
  weighed <- if (!is.null(options$class_weights)) ", classes weighted"
  paste0("Loss ", component_text(loss), " (", options$reduction, weighed, ")")
}

component_name <- function(component) as.character(component[[1]])

describe_data <- function(fit) {
  what <- if (is.null(fit$formula)) "Fitted on" else paste0(rlang::quo_text(fit$formula), " on")
  python <- fit$columns$python
  if (!is.null(python)) what <- paste0("In Python: ", beginning(python), " on")
  held_out <- row_counts(fit)[["validation"]]
  paste0(
    what, " ", counted(row_counts(fit)[["train"]], "row"),
    if (held_out) paste0(", ", with_commas(held_out), " held out"),
    describe_missing(fit)
  )
}

describe_missing <- function(fit) {
  missing <- if (keeps_no_data(fit)) fit$rows[["missing"]] else length(fit$na_action)
  if (missing) paste0(", ", with_commas(missing), " left out for missing values")
}

# At once, by the engine "least_squares": see its `_solves()`.
is_solved <- function(options) {
  options$engine == "least_squares" && component_name(options$optimizer) == "lbfgs" &&
    !length(unlist(options$optimizer[-1])) && isTRUE(options$learn_rate == 1) &&
    !isTRUE(options$mixture > 0)
}

describe_training <- function(fit) {
  options <- fit$options
  if (is_solved(options)) return(describe_solving(options))
  rate <- options$learn_rate
  paste0(
    describe_loss(options), ", ",
    component_text(options$optimizer),
    if (!is.null(rate)) paste(" with learn_rate", signif(rate, 3)),
    if (!is.null(fit$rates)) " (found)", ", ",
    if (!is.null(options$schedule)) paste0("schedule ", component_text(options$schedule), ", "),
    if (isTRUE(options$mixture > 0)) describe_mixture(options),
    describe_batch(options$batch_size, fit),
    ", engine ", options$engine,
    if (options$device != "cpu") paste(" on", options$device)
  )
}

# There is no descent whose steps could be told.
describe_solving <- function(options) {
  paste0(
    describe_loss(options), ", solved, engine least_squares",
    if (options$device != "cpu") paste(" on", options$device)
  )
}

describe_mixture <- function(options) {
  paste0("penalty ", signif(options$penalty, 3), " with mixture ", signif(options$mixture, 3), ", ")
}

# A batch larger than there are rows is all of them.
describe_batch <- function(size, fit) {
  rows <- if (inherits(fit, "nn_fit")) row_counts(fit)[["train"]] else Inf
  if (is.null(size)) return("all rows a step")
  if (size >= rows) return(paste0("all ", rows, " rows a step (batch_size ", size, ")"))
  paste(size, if (size == 1) "row" else "rows", "a step")
}

# A better epoch that training went past.
describe_passed <- function(fit, digits) {
  valid <- fit$history$valid_loss
  if (!length(valid) || !is.null(fit$best_epoch) || members_of(fit) > 1) return()
  least <- which.min(valid)
  passed <- valid[least] < 0.99 * valid[length(valid)]
  if (passed) paste0(" (least ", format(signif(valid[least], digits)), " at epoch ", least, ")")
}

stopped_words <- c(
  epochs = "", converged = " (converged)", early = " (stopped early)",
  callback = " (stopped by callback)",
  diverged = " (diverged)", interrupted = " (interrupted)"
)

describe_result <- function(fit, digits) {
  history <- fit$history
  epochs <- length(history$train_loss)
  epoch <- fit$best_epoch %||% epochs
  number <- function(x) format(signif(x[epoch], digits))
  of_mean <- fit$tuning$mean_loss
  solved <- is_solved(fit$options) && fit$stopped == "converged"
  paste0(
    "Loss ", if (is.null(of_mean)) number(history$train_loss) else format(signif(of_mean, digits)),
    if (length(history$valid_loss)) paste0(", on validation ", number(history$valid_loss)),
    describe_passed(fit, digits),
    if (members_of(fit) > 1 && is.null(of_mean)) " (the mean of its members' own)",
    if (is.null(fit$best_epoch) && !solved) paste(" after", counted(epochs, "epoch")),
    if (!is.null(fit$best_epoch)) paste0(" at its best epoch, ", epoch, " of ", epochs),
    if (!solved) stopped_words[[fit$stopped]], ", ", format(signif(fit$seconds, 2)), " s"
  )
}

# A metric in training, and behind it in validation, at the epoch whose model this is.
describe_metrics <- function(fit, digits) {
  names <- as.character(unlist(fit$options$metrics))
  if (!length(names)) return(character())
  epoch <- fit$best_epoch %||% length(fit$history$train_loss)
  number <- function(part, name) {
    format(signif(fit$history[[paste0(part, "_", name)]][epoch], digits))
  }
  validates <- length(fit$history$valid_loss) > 0
  each <- vapply(names, function(name) {
    beside <- if (validates) paste0(" (", number("valid", name), ")")
    paste0(name, " ", number("train", name), beside)
  }, "")
  by <- if (!is.null(fit$options$monitor)) paste0(", compared by ", fit$options$monitor)
  paste0(
    "Metrics", if (validates) " in training (in validation)", ": ", paste(each, collapse = ", "),
    by, "\n"
  )
}
