# Outcomes of glm()'s binomial families that are two columns, successes and failures: the
# share of successes, which counts as often as there were trials.

has_trials <- function(outcome, family) {
  isTRUE(family$family %in% c("binomial", "quasibinomial")) && outcome$kind == "numeric" &&
    NCOL(outcome$values) == 2
}

# The outcome as shares, and the weights of its rows. Rows without trials have the weight 0.
trials_of <- function(outcome, options, call) {
  counts <- outcome$values
  known <- counts[!is.na(counts)]
  if (any(known < 0) || any(is.infinite(known))) {
    abort_nnfit("argument", c(
      "{.arg family} {.val {options$family$family}} needs an outcome of successes and failures:
        two columns of numbers of at least 0."
    ), call)
  }
  if (is_other_data(options$validation)) {
    abort_nnfit("argument", c(
      "{.arg validation} can not be other data where the outcome is successes and failures: how
        much their rows count would not be known.",
      "i" = "Give a share of the rows, or rows by number."
    ), call)
  }
  made <- shares_of(counts)
  outcome$values <- matrix(made$shares, dimnames = list(NULL, NULL))
  outcome["names"] <- list(NULL)
  outcome$trials <- made$trials
  list(outcome = outcome, weights = made$trials * (options$weights %||% 1))
}

# Successes and failures, in two columns.
shares_of <- function(counts) {
  trials <- counts[, 1] + counts[, 2]
  list(shares = ifelse(trials == 0, 0, counts[, 1] / trials), trials = trials)
}

refuse_trials <- function(outcome, family, call) {
  if (has_trials(outcome, family)) {
    abort_nnfit("argument", c(
      "{.arg family} {.val {family$family}} can not have two columns as outcome where {.arg data}
        is a path.",
      "i" = "Store the share of successes as a column, and the number of trials for
        {.arg weights}."
    ), call)
  }
}
