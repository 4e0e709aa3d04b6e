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
      "i" = held_out_advice(fit)
    ), call)
  }
  need_rows(newdata, "sets of classes", call)
  forged <- forge()
  complete <- complete_rows(forged$x, forged$offset)
  row_names <- forged$row_names %||% rownames(newdata)
  levels <- fit$outcome$levels
  sets <- matrix(NA, nrow(forged$x), length(levels), dimnames = list(row_names, levels))
  if (!any(complete)) return(sets)
  rows <- complete_part(forged, complete)
  sets[complete, ] <- compute_rows(
    "predict_sets", fit_state(fit, "held_out"), rows, level = level, call = call
  )
  sets
}

# As cli text: what has what was predicted for rows held out.
held_out_advice <- function(fit) {
  if (keeps_no_data(fit) && !is.null(fit$tuning)) {
    return("With {.code keep_data = TRUE} the fit would hold them.")
  }
  "A network has them where its penalty is chosen: see {.help nnfit::nn_fit}."
}

# Rows in memory: of a linear fit by its likelihood they may be its own.
need_rows <- function(newdata, what, call, own = FALSE) {
  if (missing(newdata)) {
    if (own) return()
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

# Predictions with limits, standard errors, or both.
predict_sure <- function(fit, newdata, type, interval, level, model, forge, se.fit, call) {
  if (se.fit) check_errors(fit, type, call)
  source <- if (interval == "none") "likelihood" else interval_source(fit, type, interval, call)
  what <- if (interval == "none") "standard errors" else "an interval"
  need_rows(newdata, what, call, own = source == "likelihood")
  forged <- forge()
  scale <- scale_of(type)
  shape <- shape_of_rows(fit, type, forged$row_names %||% rownames(newdata), missing(newdata))
  found <- if (source == "likelihood" || se.fit) delta_of(fit, forged, call)
  predicted <- if (interval == "none") {
    shape$values(predict_rows(fit, forged, scale, model, call))
  } else {
    limits <- if (source == "likelihood") {
      delta_limits(fit, forged, found, interval, level, scale, call)
    } else {
      interval_rows(fit, forged, source, interval, level, scale, model, call)
    }
    shape$limits(if (type == "prob") both_limits(limits, fit$outcome$levels) else limits)
  }
  if (!se.fit) return(predicted)
  list(
    fit = predicted, se.fit = shape$values(delta_errors(fit, found, scale), errors = TRUE),
    df = fit$information$freedom,
    residual.scale = sqrt(dispersion_of(fit))
  )
}

# Those of the fit's own rows have, as lm() has it, rows of NA where data were missing.
shape_of_rows <- function(fit, type, row_names, own) {
  padded <- function(values) if (own) stats::napredict(fit$na_action, values) else values
  list(
    values = function(values, errors = FALSE) {
      # Of two classes one is 1 less the other, and so as sure.
      if (errors && type == "prob" && ncol(values) == 1) values <- cbind(values, values)
      padded(shape_prediction(values, type, fit, row_names))
    },
    limits = function(limits) {
      shaped <- shape_limits(limits, fit, row_names)
      if (is.list(shaped)) lapply(shaped, padded) else padded(shaped)
    }
  )
}

# By what there are limits: the part of the fit, or "likelihood".
interval_source <- function(fit, type, interval, call) {
  if (interval == "prediction") return(prediction_source(fit, type, call))
  if (type == "class") {
    abort_nnfit("argument", c(
      "{.arg interval} goes with numbers, and {.arg type} {.val class} gives classes.",
      "i" = "{.code type = \"prob\"} has intervals."
    ), call)
  }
  if (is_replicated(fit)) return("replicates")
  if (!is.null(fit$tuning)) return(members_source(fit, call))
  if (!is_linear(fit)) need_replicates(fit, "An interval", call)
  check_likelihood(fit, type, "An interval", call, or_replicates = TRUE)
  "likelihood"
}

# The members of a network whose penalty was chosen, each of which has not seen some rows:
# where there are few outcomes, each has the same share of every one, and in that they do
# not differ as other rows would. The loss says whether there are; numbers may be as few too.
members_source <- function(fit, call) {
  family <- loss_family(fit$options$loss)
  what <- if (isTRUE(family$counts)) "counts" else family$outcome
  alike <- alike_in_members[what]
  if (is.na(alike) && !isFALSE(fit$tuning$evenly)) alike <- "numbers of few different values"
  if (!is.na(alike)) {
    abort_nnfit("argument", c(
      "An interval of a network for {alike} needs replicates.",
      "i" = "Fit with {.code bootstrap = 100}."
    ), call)
  }
  "tuning"
}

alike_in_members <- c(
  counts = "counts", class = "classes", binary = "classes or shares", survival = "censored times"
)

prediction_source <- function(fit, type, call) {
  refuse_survival(
    fit, "interval = \"prediction\"", "type = \"survival\" says when events come.", call
  )
  if (!is.null(fit$outcome$levels)) {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} goes with a numeric outcome, and this one has classes.",
      "i" = "{.code type = \"set\"} gives the classes that a row may have."
    ), call)
  }
  normal <- is_linear(fit) && is_normal(fit)
  if (is.null(fit$held_out) && !normal) {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} needs residuals of rows that were held out, or a \
        linear model under squared error.",
      "x" = "Replicates tell how sure the fitted curve is, not how far single outcomes scatter.",
      "i" = held_out_advice(fit)
    ), call)
  }
  if (type != "response") {
    abort_nnfit("argument", c(
      "{.arg interval} {.val prediction} goes with {.code type = \"response\"}, not {.val {type}}."
    ), call)
  }
  if (!is.null(fit$held_out)) return("held_out")
  check_likelihood(fit, type, "A prediction interval", call)
  "likelihood"
}

check_errors <- function(fit, type, call) {
  if (type %in% c("class", "set")) {
    abort_nnfit("argument", c(
      "{.arg se.fit} goes with numbers, and {.arg type} {.val {type}} gives classes.",
      "i" = "{.code type = \"prob\"} has standard errors."
    ), call)
  }
  check_likelihood(fit, type, "`se.fit`", call)
}

# `what` needs it.
check_likelihood <- function(fit, type, what, call, or_replicates = FALSE) {
  need_information(fit, what, call, or_replicates)
  if (type == "link") refuse_scores(fit, what, call)
}

# What compute_rows() is asked for, by the part of a fit that it needs.
interval_functions <- c(
  replicates = "predict_interval", tuning = "predict_jackknife", held_out = "predict_conformal"
)

# Rows with a missing predictor are not computed: they are NA.
interval_rows <- function(fit, forged, source, interval, level, scale, model, call) {
  x <- forged$x
  complete <- complete_rows(x, forged$offset)
  module <- recall_module(fit, model, call)
  nothing <- matrix(NA_real_, nrow(x), prediction_width(fit, scale))
  limits <- list(fit = nothing, lwr = nothing, upr = nothing)
  if (!any(complete)) return(limits)
  rows <- complete_part(forged, complete)
  state <- fit_state(fit, source)
  name <- interval_functions[[source]]
  found <- if (source == "held_out") {
    compute_rows(name, state, rows, level = level, call = call)
  } else {
    # A model of the user's own has replicates.
    compute_rows(name, state, rows, level = level, type = scale, model = module, call = call)
  }
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
