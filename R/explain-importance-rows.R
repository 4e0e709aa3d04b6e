# The rows that importances are measured on, with their outcome.

# What is read several times warns of the same each time.
warned_once <- function(code) {
  said <- character()
  withCallingHandlers(code, nnfit_warning = function(warning) {
    if (conditionMessage(warning) %in% said) rlang::cnd_muffle(warning)
    said <<- c(said, conditionMessage(warning))
  })
}

# As explained_rows() gives them, with `y` and the `part` of the fit's rows that they are:
# "held out", "training" or "new". `outcome`: whether one is needed.
importance_rows <- function(fit, data, outcome, module, call, user) {
  found <- explained_rows(fit, data, module, "nn_importance", call, user)
  if (!found$own) {
    found$part <- "new"
    return(if (outcome) with_given_outcome(fit, found, data, call) else found)
  }
  if (outcome) found$y <- own_outcome(fit)
  held_out <- fit$validation_rows
  found$part <- if (length(held_out)) "held out" else "training"
  # Shapley values are of any rows; those that were trained on are no worse.
  if (!length(held_out) || !outcome) return(found)
  take_found(found, sort(as.integer(held_out)))
}

# The same with some of the rows, by their numbers.
take_found <- function(found, chosen) {
  found$rows <- found$rows[chosen, , drop = FALSE]
  found$x <- take_rows(found$x, chosen)
  for (part in c("offset", "y", "weights")) {
    if (!is.null(found[[part]])) found[[part]] <- take_part(found[[part]], chosen)
  }
  found$kept <- found$kept[chosen]
  found
}

# Censored times are a list of columns.
take_part <- function(part, chosen) {
  if (is.list(part)) return(lapply(part, function(column) column[chosen]))
  if (length(dim(part)) == 2) take_rows(part, chosen) else as.array(as.vector(part)[chosen])
}

# The outcome of rows that the fit was not made on.
with_given_outcome <- function(fit, found, data, call) {
  if (is.data.frame(data) && is.null(fit$formula) || is.matrix(data)) refuse_without(call)
  forged <- forged_with_outcome(fit, data, call)
  missing <- is_na_row(forged$y)[found$kept]
  if (all(missing)) {
    abort_nnfit("data", "{.arg data} must have a row in which nothing is missing.", call)
  }
  if (any(missing)) found <- take_found(found, which(!missing))
  y <- take_outcome(forged$y, seq_len(found$given) %in% found$kept)
  if (!is.null(fit$outcome$trials) && NCOL(y) == 2) {
    made <- shares_of(as.matrix(y))
    found$weights <- made$trials
    y <- made$shares
  }
  strata <- forged$strata[found$kept]
  y <- match_outcome(y, fit$outcome, if (length(strata)) strata, call, "data")
  if (fit$outcome$kind == "class") y <- as.array(fit$outcome$levels[y + 1])
  found$y <- y
  found
}

refuse_without <- function(call) {
  abort_nnfit("argument", c(
    "{.arg data} must have the outcome: its rows are judged by it.",
    "i" = "This fit has no formula: give {.code list(x, y)}."
  ), call)
}
