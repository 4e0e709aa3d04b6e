# Times to an event, some of them censored: survival::Surv().

is_censored <- function(y) inherits(y, "Surv")

# The types of Surv() that a partial likelihood compares, and the columns of each.
survival_types <- list(right = c("time", "event"), counting = c("start", "time", "event"))

survival_outcome <- function(y, arg, call) {
  type <- attr(y, "type")
  if (!isTRUE(type %in% names(survival_types))) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have times that are censored on the right, not of type {.val {type}}.",
      "i" = "{.code Surv(time, status)}, or {.code Surv(start, stop, status)} for rows that are
        at risk from a start on."
    ), call)
  }
  values <- matrix(as.double(unclass(y)), nrow(y))
  colnames(values) <- survival_types[[type]]
  list(kind = "survival", values = values, levels = NULL, names = NULL)
}

# As Python's surv() takes them; other outcomes are a matrix, or codes.
core_outcome <- function(outcome) {
  if (outcome$kind != "survival") return(outcome$values)
  columns <- lapply(colnames(outcome$values), function(name) as.array(outcome$values[, name]))
  columns <- stats::setNames(columns, colnames(outcome$values))
  # Every stratum of a fit has a place of its own, if no row is left in it: as in R.
  columns$stratum <- if (!is.null(outcome$strata)) as.array(as.character(outcome$strata))
  columns
}

# The held-out outcome, as Python takes it.
match_survival <- function(y, outcome, strata, call, arg = "validation") {
  same <- is_censored(y)
  held_out <- if (same) as_outcome(y, arg, call)
  if (!same || !identical(colnames(held_out$values), colnames(outcome$values))) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have an outcome of censored times, as the training data have.",
      "i" = "Those have {.field {colnames(outcome$values)}}."
    ), call)
  }
  check_finite(held_out$values, arg, call)
  if (!is.null(strata)) check_finite(list(strata = strata), arg, call)
  core_outcome(with_strata(held_out, strata))
}

refuse_survival <- function(fit, what, instead, call) {
  if (fit$outcome$kind == "survival") {
    abort_nnfit(
      "argument", c("{what} does not go with censored times.", "i" = "{instead}"), call
    )
  }
}

refuse_survival_files <- function(call) {
  abort_nnfit("argument", c(
    "{.arg formula} can not have {.fn Surv} where {.arg data} is a path: risks are compared with
      those of all other rows, which have to be in memory.",
    "i" = "Read the columns that the formula names into a data frame."
  ), call)
}

# Rows that a partial likelihood can say something of.
check_survival <- function(outcome, arg, call) {
  if (outcome$kind != "survival") return(invisible())
  values <- outcome$values
  if (!any(values[, "event"] > 0)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have a row with an event.",
      "x" = "All {nrow(values)} row{?s} {?is/are} censored: nothing can be learned from them alone."
    ), call)
  }
  if (ncol(values) == 2 && any(values[, "time"] < 0)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must not have times below 0.",
      "x" = "{sum(values[, 'time'] < 0)} row{?s} {?has/have} one.",
      "i" = "Rows that are at risk from a start on: {.code Surv(start, stop, status)}."
    ), call)
  }
}
