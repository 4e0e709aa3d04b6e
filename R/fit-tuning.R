# How the penalty of a network was chosen, as Python says in `tuning`, which a fit has
# only where it was left open. See repeats/tuning.py.

# A row for each penalty on the path, from the smallest.
tuning_table <- function(fit) {
  tuning <- fit$tuning
  tibble::tibble(
    penalty = as.double(tuning$penalty), valid_loss = as.double(tuning$valid_loss),
    std_error = as.double(tuning$std_error), chosen = seq_along(tuning$penalty) == tuning$chosen
  )
}

# How many networks a fit is the mean of; fits of earlier versions do not say.
members_of <- function(fit) fit$options$members %||% 1

describe_tuning <- function(fit) {
  tuning <- fit$tuning
  if (is.null(tuning)) return(character())
  times <- c("once", "twice")[tuning$repeats]
  paste0(
    "Penalty ", format(signif(fit$options$penalty, 3)), ", chosen by ", tuning$folds,
    "-fold cross-validation (", times, ") among ", length(tuning$penalty), "\n",
    describe_unseen(tuning), end_of_path(tuning), "\n",
    if (length(tuning$penalty) > 1) {
      paste0("As the least of ", length(tuning$penalty), ", it flatters a little\n")
    }
  )
}

# Of what members that have not seen a row give it on average, as summary() judges it. Of censored
# times, and in fits of earlier versions, there are those of the members alone.
describe_unseen <- function(tuning) {
  of_mean <- tuning$unseen_loss
  loss <- of_mean %||% tuning$valid_loss[tuning$chosen]
  paste(
    if (is.null(of_mean)) "Loss of single networks on rows held out" else "Loss on rows held out",
    format(signif(loss, 4))
  )
}

# Where on the path of penalties the losses of a fit's history are: the epochs after which the
# penalty grew, up to the one chosen. NULL: it did not, or the fit does not say.
penalty_marks <- function(fit) {
  tuning <- fit$tuning
  number <- tuning$chosen - 1
  if (is.null(tuning$steps) || number < 1) return(NULL)
  list(at = as.vector(tuning$steps)[seq_len(number)], to = tuning$penalty[number + 1])
}

# Beyond an end of the path a penalty was not tried that may do better.
end_of_path <- function(tuning) {
  number <- length(tuning$penalty)
  if (number < 2 || !tuning$chosen %in% c(1, number)) return(NULL)
  paste("; no", if (tuning$chosen == 1) "smaller" else "larger", "penalty was tried")
}

print_tuning <- function(fit) {
  table <- tuning_table(fit)
  shown <- tibble::tibble(
    penalty = format(table$penalty, drop0trailing = TRUE),
    valid_loss = format(signif(table$valid_loss, 4)),
    std_error = format(signif(table$std_error, 2)), chosen = ifelse(table$chosen, "*", "")
  )
  cat("\nLosses of single networks on rows held out, by penalty:\n")
  print_table(shown, right = names(shown)[1:3])
  degrees <- fit$tuning$temperature
  if (is.null(degrees)) return()
  cat("Scores of classes are divided by ", format(signif(degrees, 3)), " (temperature)\n", sep = "")
}
