# Residuals of Cox models: those of martingales from the fit alone, others by the equal coxph().

# With `collapse` and `weighted`, as survival::residuals.coxph() takes them.
survival_residuals_by_row <- function(fit, type, call, user, ...) {
  if (!type %in% cox_residual_types) {
    abort_nnfit("argument", c(
      "{.arg type} {.val {type}} does not go with censored times.",
      "i" = "Use one of {.or {.val {cox_residual_types}}}."
    ), call)
  }
  if (type %in% c("martingale", "deviance") && !...length()) {
    values <- stats::setNames(survival_residuals(fit, type, call), fit$row_names)
    return(stats::naresid(fit$na_action, values))
  }
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.arg type} {.val {type}} is for linear models, and so are {.arg collapse} and
        {.arg weighted}.",
      "i" = "A network has {.val martingale} and {.val deviance} without them."
    ), call)
  }
  check_collapse(fit, list(...), call)
  residuals_of_equal(fit, equal_model(fit, "residuals", call, user), type, call, ...)
}

# What is added up by groups of rows, and whether it is weighted.
check_collapse <- function(fit, given, call) {
  rows <- length(stats::naresid(fit$na_action, numeric(nrow(fit$fitted))))
  groups <- given$collapse
  if (!is.null(groups) && (!is.atomic(groups) || length(groups) != rows || anyNA(groups))) {
    abort_nnfit("argument", c(
      "{.arg collapse} must have the group of each of the {rows} rows, not {describe(groups)}."
    ), call)
  }
  if (!is.null(given$weighted)) check_rule(given$weighted, flag_rule, "weighted", call)
}

residuals_of_equal <- function(fit, model, type, call, ...) {
  if (type %in% c("schoenfeld", "scaledsch")) { # a row for each event
    model$na.action <- NULL
    return(stats::residuals(model, type = type, ...))
  }
  check_every_row(fit, call)
  stats::residuals(model, type = type, ...)
}

check_every_row <- function(fit, call) {
  if (all(used_rows(fit))) return(invisible())
  abort_nnfit("argument", c(
    "Such residuals are for fits to all of their rows.",
    "x" = "{sum(!used_rows(fit))} row{?s} {?has/have} the weight 0.",
    "i" = "Leave {cli::qty(sum(!used_rows(fit)))}{?it/them} out by {.arg subset}."
  ), call)
}

# The expected events of each row are its risk times the hazard that it was under; of tied
# events Efron's share. Rows that were not trained on have none.
survival_residuals <- function(fit, type, call) {
  stored_fitted(fit, call)
  residual <- rep(NA_real_, nrow(fit$fitted))
  residual[used_rows(fit)] <- as.vector(fit$baseline$residual)
  if (type == "martingale") return(residual)
  event <- fit$outcome$values[, "event"]
  apart <- residual + ifelse(event > 0, event * log(event - residual), 0)
  sign(residual) * sqrt(pmax(-2 * apart, 0))
}
