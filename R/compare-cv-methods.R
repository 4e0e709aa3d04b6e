# What nn_cv() returned, looked at.

#' @rdname nn_cv
#' @export
print.nn_cv <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  repeats <- ncol(x$folds)
  what <- if (is.null(x$formula)) "Cross-validation" else rlang::quo_text(x$formula)
  cat(
    what, ": ", max(x$folds), " folds", if (repeats > 1) paste0(", ", repeats, " times"),
    ", of ", counted(nrow(x$folds), "row"), describe_missing(x), "\n", sep = ""
  )
  if (nrow(x$losses) < max(x$folds) * repeats) cat(describe_done(x), "\n", sep = "")
  cat(describe_training(x), "\n", sep = "")
  table <- summary(x)
  number <- function(value) format(signif(value, digits))
  cat(
    "Loss in training ", number(table$mean[1]), ", on the folds ", number(table$mean[2]),
    " (standard error ", number(table$std_err[2]), ")\n", sep = ""
  )
  if (component_name(x$options$loss) == "cox") cat(risk_set_words)
  for (i in grep("^valid_", table$loss)[-1]) {
    unknown <- describe_unknown(x$losses[[table$loss[i]]])
    cat(
      sub("^valid_", "", table$loss[i]), " on the folds ", number(table$mean[i]),
      " (standard error ", number(table$std_err[i]), ")", unknown, "\n", sep = ""
    )
  }
  invisible(x)
}

# Why a mean is none.
describe_unknown <- function(values) {
  unknown <- sum(is.na(values))
  if (unknown) paste0(": not known on ", unknown, " of ", length(values))
}

risk_set_words <- paste0(
  "The two can not be compared: in a fold each event has fewer rows at risk beside it.\n",
  "Compare folds of several models, or give metrics = \"concordance_survival\".\n"
)

describe_done <- function(cv) {
  paste0(
    "Cross-validation was interrupted: ", with_commas(nrow(cv$losses)), " of ",
    counted(max(cv$folds) * ncol(cv$folds), "fit"), " are done."
  )
}

# Of the repeats that an interrupt has left: NA is none, NaN is a prediction.
mean_of_done <- function(values) {
  done <- values[!is.na(values) | is.nan(values)]
  if (length(done)) mean(done) else NA_real_
}

#' @rdname nn_cv
#' @export
summary.nn_cv <- function(object, ...) {
  check_dots()
  of_fits <- c("repetition", "fold", "label", "epochs", "stopped", "seed")
  losses <- object$losses[setdiff(names(object$losses), of_fits)]
  spread <- vapply(losses, stats::sd, numeric(1), USE.NAMES = FALSE)
  tibble::tibble(
    loss = names(losses), mean = vapply(losses, mean, numeric(1), USE.NAMES = FALSE),
    sd = spread, std_err = spread / sqrt(nrow(losses)), n = nrow(losses)
  )
}

#' @rdname nn_cv
#' @export
fitted.nn_cv <- function(object, ...) {
  check_dots()
  predicted <- object$predicted
  values <- apply(predicted, 1:2, mean_of_done)
  values <- shape_prediction(values, "response", object, object$row_names)
  stats::napredict(object$na_action, values)
}

#' @export
loss_table.nn_cv <- function(fit, ...) {
  check_dots()
  tables <- Map(function(history, fold, time) {
    tibble::tibble(
      repetition = time, fold = fold, epoch = seq_along(history$train_loss),
      train_loss = history$train_loss, valid_loss = history$valid_loss,
      !!!history[setdiff(names(history), c("train_loss", "valid_loss"))]
    )
  }, fit$history, fit$losses$fold, fit$losses$repetition)
  do.call(rbind, tables)
}
