# The rows that a fit is looked at with: its own, read again, or others that are given.

# `x`, `y` as they cross, `weights`, `offset`, and whether they are the fit's `own`.
diagnosed_rows <- function(fit, data, module, call, user) {
  if (!is.null(data)) return(given_rows(fit, data, module, call))
  if (!is.null(fit$rows)) {
    abort_nnfit("argument", c(
      "A fit {why_no_rows(fit)} does not hold its rows.",
      "i" = "Give some of them, in memory: {.code nn_diagnose(fit, data)}."
    ), call)
  }
  if (length(fit$blueprint$embedded)) return(embedded_rows(fit, module, call, user))
  forged <- if (is.null(fit$formula)) {
    found_rows(fit, module, call, user)
  } else {
    training_rows(fit, "nn_diagnose", call, user, module)
  }
  own_rows(fit, forged$x)
}

# Levels that are embedded are not columns of a model matrix.
embedded_rows <- function(fit, module, call, user) {
  rows <- given_rows(fit, found_data(fit, call, user), module, call)
  if (!rows$own) {
    abort_changed(fit, "nn_diagnose", "They do not give the fit's own predictions.", call)
  }
  rows
}

own_rows <- function(fit, x) {
  list(x = x, y = own_outcome(fit), weights = own_weights(fit), offset = fit$offset, own = TRUE)
}

# Of classes their labels, which say by themselves that they are no positions.
own_outcome <- function(fit) {
  outcome <- fit$outcome
  if (outcome$kind == "class") return(as.array(outcome$levels[as.vector(outcome$values) + 1]))
  core_outcome(outcome)
}

# What the fit's call names.
found_data <- function(fit, call, user) {
  data <- find_data(fit, user)
  if (is.null(data)) {
    abort_nnfit("argument", c(
      "{.fn nn_diagnose} reads the rows of the fit again, and does not find them.",
      "i" = "Give them: {.code nn_diagnose(fit, data)}, as a data frame or {.code list(x, y)}."
    ), call)
  }
  data
}

# Of a fit without a formula.
found_rows <- function(fit, module, call, user) {
  data <- found_data(fit, call, user)
  forged <- forge_design(fit$blueprint, fit$columns, data, "data", call)
  if (!is.null(fit$kept)) forged$x <- take_rows(forged$x, fit$kept)
  if (!are_own(fit, forged$x, module, call)) {
    abort_changed(fit, "nn_diagnose", "They do not give the fit's own predictions.", call)
  }
  forged
}

# Does the fit predict for these rows what it holds?
are_own <- function(fit, x, module, call) {
  if (!is.null(fit$rows) || nrow(x) != nrow(fit$fitted) || anyNA(x)) return(FALSE)
  forged <- list(x = x, offset = fit$offset)
  agrees(predict_rows(fit, forged, "response", module, call), fit$fitted)
}

given_rows <- function(fit, data, module, call) {
  forged <- forged_with_outcome(fit, data, call)
  if (was_chosen_from(fit, forged, module, call)) {
    return(own_rows(fit, take_rows(forged$x, fit$kept)))
  }
  complete <- complete_rows(matrix(forged$x, nrow(forged$x)), forged$offset) & !is_na_row(forged$y)
  if (!any(complete)) {
    abort_nnfit("data", "{.arg data} must have a row in which nothing is missing.", call)
  }
  x <- take_rows(forged$x, complete)
  y <- take_outcome(forged$y, complete)
  trials <- NULL
  if (!is.null(fit$outcome$trials) && NCOL(y) == 2) {
    made <- shares_of(as.matrix(y))
    trials <- made$trials
    y <- made$shares
  }
  strata <- forged$strata[complete]
  check_finite(x, "data", call)
  y <- match_outcome(y, fit$outcome, if (length(strata)) strata, call, "data")
  same <- are_own(fit, x, module, call) && agrees_with_outcome(y, fit)
  if (same) return(own_rows(fit, x))
  offset <- if (!is.null(forged$offset)) take_rows(forged$offset, complete)
  if (fit$outcome$kind == "class") y <- as.array(fit$outcome$levels[y + 1])
  list(x = x, y = y, weights = trials, offset = offset, own = FALSE)
}

# All rows of the data of which `subset`, or what was missing, left some to the fit?
was_chosen_from <- function(fit, forged, module, call) {
  kept <- fit$kept
  if (is.null(kept) || max(kept) > nrow(forged$x)) return(FALSE)
  x <- take_rows(forged$x, kept)
  chosen <- seq_len(nrow(forged$x)) %in% kept
  y <- tryCatch(take_outcome(forged$y, chosen), error = function(error) NULL)
  if (is.null(y) || !are_own(fit, x, module, call)) return(FALSE)
  if (!is.null(fit$outcome$trials)) return(TRUE)
  strata <- forged$strata[kept]
  y <- tryCatch(
    match_outcome(y, fit$outcome, if (length(strata)) strata, call, "data"),
    error = function(error) NULL
  )
  !is.null(y) && agrees_with_outcome(y, fit)
}

agrees_with_outcome <- function(y, fit) {
  if (fit$outcome$kind == "survival") {
    return(isTRUE(all.equal(y, core_outcome(fit$outcome), check.attributes = FALSE)))
  }
  agrees(y, fit$outcome$values)
}

# A data frame where the fit has a formula or a recipe, otherwise list(x, y) and an offset.
forged_with_outcome <- function(fit, data, call) {
  known <- !is.null(fit$formula) || inherits(fit$blueprint, "recipe_blueprint")
  if (known && is.data.frame(data)) {
    forged <- forge_design(fit$blueprint, fit$columns, data, "data", call, outcomes = TRUE)
  } else {
    parts <- if (is.list(data) && !is.data.frame(data)) length(data) else 0
    offset <- isTRUE(fit$options$has_offset)
    if (!parts %in% c(2, 2 + offset)) refuse_diagnosed(fit, known, call)
    data <- validation_parts(data, call, "data")
    forged <- forge_design(
      fit$blueprint, fit$columns, data[[1]], "data", call, offset = if (parts == 3) data[[3]]
    )
    check_same_rows(nrow(forged$x), NROW(data[[2]]), call)
    forged$y <- data[[2]]
  }
  check_offset_known(forged$offset, isTRUE(fit$options$has_offset), "data", call)
  forged
}

refuse_diagnosed <- function(fit, known, call) {
  abort_nnfit("argument", c(
    "{.arg data} must be the data that the fit was made on:",
    "*" = if (known) "a data frame, with the outcome;",
    "*" = "{.code list(x, y)}, with the offset behind where there is one."
  ), call)
}

is_na_row <- function(y) {
  if (is.data.frame(y)) return(Reduce(`|`, lapply(y, is_na_row)))
  missing <- is.na(if (inherits(y, "torch.Tensor")) as.array(y) else y)
  if (length(dim(missing)) == 2) rowSums(missing) > 0 else as.vector(missing)
}

take_outcome <- function(y, rows) {
  if (all(rows)) return(y)
  if (inherits(y, "torch.Tensor")) y <- as.array(y)
  if (length(dim(y)) == 2 && !inherits(y, "Surv")) y[rows, , drop = FALSE] else y[rows]
}
