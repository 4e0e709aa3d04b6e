# The predictors of the rows that a fit was trained on, which it does not hold: they are
# read again where its call finds the data, and must still give its predictions.

# As forge_new() gives new rows. `user`: where the user's call would look for the data. `model`: a
# module of the user's own, where it is another session.
training_rows <- function(fit, generic, call, user, model = NULL) {
  need_formula(fit, generic, call)
  stored <- stored_fitted(fit, call)
  frame <- rows_of_fit(fit, generic, call, user)
  blueprint <- fit$blueprint
  strata <- blueprint$strata
  x <- unstratified_matrix(blueprint$terms, frame, strata, blueprint$contrasts)
  # Which term of the formula each column is of.
  assign <- attr(x, "assign")[colnames(x) != "(Intercept)"]
  x <- drop_intercept(x)
  offset <- check_offset(stats::model.offset(frame), nrow(x), call, row_names = row.names(frame))
  offset <- by_outcome(offset, fit$outcome$names %||% fit$outcome$levels, "offset", call)
  forged <- list(
    x = x, offset = offset, row_names = fit$row_names, weights = fit$weights, assign = assign,
    strata = if (!is.null(strata)) new_strata(frame, strata)
  )
  same <- nrow(x) == nrow(stored) && ncol(x) == length(column_terms(fit))
  if (!same || !agrees(predict_rows(fit, forged, "response", model, call), stored)) {
    abort_changed(fit, generic, "They do not give the fit's own predictions.", call)
  }
  check_outcome_again(fit, frame, generic, call)
  forged
}

# The model frame of data that are found, but may have changed.
rows_of_fit <- function(fit, generic, call, user) {
  data_place(fit, generic, call, user)
  tryCatch(frame_again(fit, generic, call, user), error = function(error) {
    abort_changed(fit, generic, conditionMessage(error), call)
  })
}

# The outcome, where a fit holds it as the formula has it: numbers, or positions of classes.
check_outcome_again <- function(fit, frame, generic, call) {
  if (!fit$outcome$kind %in% c("numeric", "class")) return()
  again <- tryCatch(as_outcome(formula_outcome(frame), "data", call), error = function(error) NULL)
  stored <- fit$outcome$values
  alike <- again$kind == fit$outcome$kind && length(again$values) == length(stored)
  if (isTRUE(alike) && !agrees(again$values, stored)) {
    abort_changed(fit, generic, "They do not have the fit's outcome.", call)
  }
}

# But for rounding, also of float32.
agrees <- function(values, stored) {
  isTRUE(all.equal(as.vector(values), as.vector(stored), tolerance = 1e-4))
}

abort_changed <- function(fit, generic, why, call) {
  abort_nnfit("argument", c(
    "{.fn {generic}} reads the rows of the fit again, and the data are not what they were.",
    "x" = "{why}",
    "i" = if (generic == "survfit") {
      "Fit again, or have the curves alone: {.code se.fit = FALSE}."
    } else if (generic %in% reread_or_given) {
      "Fit again, or give the data that it was made on: {.arg data}."
    } else {
      "Fit again, or give {.arg newdata} where there is such an argument."
    }
  ), call)
}

# What takes the data as an argument.
reread_or_given <- c("nn_diagnose", "nn_effects", "nn_importance", "plot")
