# Predictions with limits: percentiles of the bootstrap replicates, or by what the
# members of a fit have missed of rows that they have not seen.

# The classes that a row may have: a logical matrix.
# `forge()` makes predictors of the new data.
predict_set <- function(fit, newdata, interval, level, forge, call) {
  if (interval != "none") {
    abort_nnfit("argument", c(
      "{.arg interval} does not go with {.code type = \"set\"}, which is as sure by itself.",
      "i" = "Leave one of the two out."
    ), call)
  }
  if (is.null(fit$held_out)) {
    abort_nnfit("argument", c(
      "{.arg type} {.val set} needs probabilities of rows that were held out.",
      "i" = "A network has them where its penalty is chosen: see {.help nnfit::nn_fit}."
    ), call)
  }
  need_rows(newdata, "sets of classes", call)
  forged <- forge()
  complete <- complete_rows(forged$x, forged$offset)
  row_names <- forged$row_names %||% rownames(newdata)
  levels <- fit$outcome$levels
  sets <- matrix(NA, nrow(forged$x), length(levels), dimnames = list(row_names, levels))
  if (!any(complete)) return(sets)
  rows <- core_rows(fit_state(fit, "held_out"), forged, complete, call)
  sets[complete, ] <- call_core("predict_sets", c(rows, list(level = level)), call)
  sets
}

# Rows in memory, which a fit does not hold itself.
need_rows <- function(newdata, what, call) {
  if (missing(newdata)) {
    abort_nnfit("argument", c(
      "{.arg newdata} must be given for {what}: a fit does not hold its predictors."
    ), call)
  }
  if (is_path(newdata)) {
    abort_nnfit("argument", c(
      "{.arg newdata} must be in memory for {what}, not the path of a file."
    ), call)
  }
}

predict_interval <- function(fit, newdata, type, interval, level, model, forge, call) {
  check_interval(fit, type, interval, level, call)
  need_rows(newdata, "an interval", call)
  forged <- forge()
  scale <- if (type == "link") "link" else "response"
  limits <- interval_rows(fit, forged, interval, level, scale, model, call)
  if (type == "prob") limits <- both_limits(limits, fit$outcome$levels)
  shape_limits(limits, fit, forged$row_names %||% rownames(newdata))
}

check_interval <- function(fit, type, interval, level, call) {
  if (interval == "prediction") return(check_prediction_interval(fit, type, call))
  if (type == "class") {
    abort_nnfit("argument", c(
      "{.arg interval} goes with numbers, and {.arg type} {.val class} gives classes.",
      "i" = "{.code type = \"prob\"} has intervals."
    ), call)
  }
  need_replicates(fit, "An interval", call)
}

check_prediction_interval <- function(fit, type, call) {
  if (!is.null(fit$outcome$levels)) {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} goes with a numeric outcome, and this one has classes.",
      "i" = "{.code type = \"set\"} gives the classes that a row may have."
    ), call)
  }
  if (is.null(fit$held_out)) {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} needs residuals of rows that were held out.",
      "x" = "Replicates tell how sure the fitted curve is, not how far single outcomes scatter.",
      "i" = "A network has them where its penalty is chosen: see {.help nnfit::nn_fit}."
    ), call)
  }
  if (type != "response") {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} goes with {.code type = \"response\"}, not {.val {type}}."
    ), call)
  }
}

# What Python is asked for each interval, and the part of a fit that it needs.
interval_needs <- list(
  confidence = c("predict_interval", "replicates"),
  prediction = c("predict_conformal", "held_out")
)

# Rows with a missing predictor do not go to Python: they are NA.
interval_rows <- function(fit, forged, interval, level, scale, model, call) {
  needs <- interval_needs[[interval]]
  x <- forged$x
  complete <- complete_rows(x, forged$offset)
  module <- recall_module(fit, model, call)
  nothing <- matrix(NA_real_, nrow(x), prediction_width(fit, scale))
  limits <- list(fit = nothing, lwr = nothing, upr = nothing)
  if (!any(complete)) return(limits)
  rows <- core_rows(fit_state(fit, needs[2]), forged, complete, call)
  of_replicates <- if (interval == "confidence") list(type = scale, model = module)
  found <- call_core(needs[1], c(rows, list(level = level), of_replicates), call)
  for (limit in names(limits)) limits[[limit]][complete, ] <- found[[limit]]
  limits
}

# The first class has 1 minus the second's probability, so its lower limit comes
# from the second's upper one.
both_limits <- function(limits, levels) {
  if (length(levels) != 2 || ncol(limits$fit) == 2) return(limits)
  list(
    fit = cbind(1 - limits$fit, limits$fit),
    lwr = cbind(1 - limits$upr, limits$lwr),
    upr = cbind(1 - limits$lwr, limits$upr)
  )
}

# As predict.lm() has it; of several columns, a list with one such matrix each.
shape_limits <- function(limits, fit, row_names) {
  columns <- ncol(limits$fit)
  matrices <- lapply(seq_len(columns), function(column) {
    values <- vapply(limits, function(limit) limit[, column], numeric(nrow(limits$fit)))
    matrix(values, ncol = 3, dimnames = list(row_names, names(limits)))
  })
  if (columns == 1) return(matrices[[1]])
  stats::setNames(matrices, column_names(fit, columns))
}
