# Predictions of censored times: risks, relative to a reference, and survival curves.

check_survival_type <- function(type, times, reference, fit, call) {
  if (type %in% survival_prediction_types && fit$outcome$kind != "survival") {
    abort_nnfit("argument", c(
      "{.arg type} {.val {type}} is for censored times, and this outcome is none.",
      "i" = "Use {.val response} or {.val link}."
    ), call)
  }
  if (!is.null(times) && type != "survival") {
    abort_nnfit("argument", c(
      "{.arg times} goes with {.code type = \"survival\"}, not {.val {type}}."
    ), call)
  }
  if (!is.null(times)) {
    check_rule(times, rule("finite numbers, one or more", is_finite_numbers), "times", call)
  }
  if (reference != "strata" && !type %in% c("lp", "risk")) {
    abort_nnfit("argument", c(
      "{.arg reference} goes with {.code type = \"lp\"} and {.val risk}, not {.val {type}}."
    ), call)
  }
}

# `forge()` makes predictors of the new data; `asked`: what predict() was asked for.
predict_survival <- function(fit, newdata, asked, model, forge, call, user) {
  type <- asked$type
  if (!missing(newdata)) need_rows(newdata, paste0("type \"", type, "\""), call)
  sure <- asked$se.fit || asked$interval != "none"
  if (sure) check_survival_errors(fit, asked, call)
  if (type == "expected") return(predict_expected(fit, newdata, asked, model, forge, call, user))
  if (type == "survival") {
    need_rows(newdata, "curves of survival", call)
    return(predict_curves(fit, newdata, forge(), asked, model, call, user))
  }
  if (missing(newdata) && !sure) return(own_risks(fit, type, asked$reference, call))
  found <- predict_risks(fit, newdata, forge(), asked, model, call)
  if (!missing(newdata)) return(found)
  padded <- function(part) stats::napredict(fit$na_action, part)
  if (asked$se.fit) lapply(found, padded) else padded(found)
}

# Risks and linear predictors, of the fit's own rows where there are no others.
predict_risks <- function(fit, newdata, forged, asked, model, call) {
  row_names <- forged$row_names %||% if (!missing(newdata)) rownames(newdata)
  link <- predict_rows(fit, forged, "link", model, call)[, 1]
  values <- relative_to(link, fit, forged$strata, "lp", asked$reference, row_names, call)
  if (!asked$se.fit && asked$interval == "none") {
    return(if (asked$type == "risk") exp(values) else values)
  }
  errors <- link_errors(fit, forged, asked$reference)
  risks_with_limits(values, errors, asked, row_names)
}

# With limits on the scale of linear predictors, which become those of risks.
risks_with_limits <- function(values, errors, asked, row_names) {
  scale <- if (asked$type == "risk") exp else identity
  away <- errors * stats::qnorm((1 + asked$level) / 2)
  shown <- if (asked$interval == "none") {
    scale(values)
  } else {
    limits <- scale(cbind(fit = values, lwr = values - away, upr = values + away))
    rownames(limits) <- row_names
    limits
  }
  if (!asked$se.fit) return(shown)
  if (asked$type == "risk") errors <- errors * exp(values) # the delta method
  list(fit = shown, se.fit = stats::setNames(errors, row_names))
}

# A row for each row, a column for each time.
predict_curves <- function(fit, newdata, forged, asked, model, call, user) {
  names <- list(
    forged$row_names %||% rownames(newdata),
    format(asked$times %||% event_times(fit), trim = TRUE)
  )
  values <- survival_rows(fit, forged, asked$times, model, call)
  dimnames(values) <- names
  if (!asked$se.fit && asked$interval == "none") return(values)
  at <- as.double(asked$times %||% event_times(fit))
  at <- matrix(at, nrow(values), length(at), byrow = TRUE)
  errors <- hazard_errors(fit, newdata, forged, at, asked, call, user)
  dimnames(errors) <- names
  shown <- if (asked$interval == "none") values else curve_limits(values, errors, asked$level)
  if (asked$se.fit) list(fit = shown, se.fit = values * errors) else shown
}

# On the scale of the cumulative hazard, as survfit() has them by default: of one time a matrix,
# of several a list of them.
curve_limits <- function(values, errors, level) {
  away <- errors * stats::qnorm((1 + level) / 2)
  lower <- values * exp(-away)
  upper <- pmin(values * exp(away), 1)
  each <- lapply(seq_len(ncol(values)), function(time) {
    limits <- cbind(fit = values[, time], lwr = lower[, time], upr = upper[, time])
    rownames(limits) <- rownames(values)
    limits
  })
  if (length(each) == 1) each[[1]] else stats::setNames(each, colnames(values))
}

# Of the rows of the fit, which holds their risks.
own_risks <- function(fit, type, reference, call) {
  link <- log(stored_fitted(fit, call)[, 1])
  values <- relative_to(link, fit, fit$outcome$strata, type, reference, fit$row_names, call)
  stats::napredict(fit$na_action, values)
}

relative_to <- function(link, fit, strata, type, reference, row_names, call) {
  values <- link - reference_of(fit, strata, reference, call)
  stats::setNames(if (type == "risk") exp(values) else values, row_names)
}

check_survival_errors <- function(fit, asked, call) {
  if (asked$interval == "prediction") {
    refuse_survival(
      fit, "interval = \"prediction\"", "type = \"survival\" says when events come.", call
    )
  }
  what <- if (asked$interval != "none") "interval" else "se.fit"
  if (what == "interval" && is_replicated(fit)) {
    abort_nnfit("argument", c(
      "{.arg interval} does not go with {.code type = \"{asked$type}\"} of a fit with replicates.",
      "i" = "{.code type = \"response\"} and {.val link} have intervals of bootstrap replicates."
    ), call)
  }
  need_information(fit, what, call)
  if (!is.null(asked$offset) && asked$type %in% c("survival", "expected")) {
    abort_nnfit("argument", c(
      "{.arg offset} has to be a column of {.arg newdata} for {.arg {what}} of
        {.code type = \"{asked$type}\"}."
    ), call)
  }
}

# Of linear predictors, relative to a row or to the mean of each stratum.
link_errors <- function(fit, forged, reference) {
  baseline <- fit$baseline
  columns <- forged$x
  if (reference == "strata" && !is.null(forged$strata)) {
    place <- match(as.character(forged$strata), unlist(fit$options$strata))
    columns <- columns - baseline$strata_means[place, , drop = FALSE]
  } else if (reference != "zero") {
    columns <- sweep(columns, 2, as.vector(baseline$means))
  }
  sqrt(rowSums((columns %*% information_root(fit$information, 1))^2))
}

# The times at which an event was seen.
event_times <- function(fit) {
  baseline <- fit$baseline
  sort(unique(as.vector(baseline$time)[as.vector(baseline$n_event) > 0]))
}

survival_rows <- function(fit, forged, times, model, call) {
  complete <- complete_rows(forged$x, forged$offset)
  if (!is.null(forged$strata)) complete <- complete & !is.na(forged$strata)
  at <- as.double(times %||% event_times(fit))
  values <- matrix(NA_real_, nrow(forged$x), length(at))
  module <- recall_module(fit, model, call)
  if (!any(complete)) return(values)
  rows <- complete_part(forged, complete)
  strata <- if (!is.null(forged$strata)) as.list(as.character(forged$strata)[complete])
  values[complete, ] <- compute_rows(
    "predict_survival", fit_state(fit, "baseline"), rows, times = as.array(at),
    stratum = strata, model = module, call = call
  )
  # Python's NaN: after the last time of a stratum nothing is known.
  values[is.nan(values)] <- NA_real_
  values
}

# What the link is moved by: survival::predict.coxph() compares rows within their strata.
reference_of <- function(fit, strata, reference, call) {
  if (reference == "zero") return(zero_reference(fit, call))
  if (reference == "sample" || is.null(strata)) return(0)
  centers <- as.vector(fit$baseline$center)
  centers[match(as.character(strata), unlist(fit$options$strata))]
}

# The link of a row of zeros.
zero_reference <- function(fit, call) {
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.arg reference} {.val zero} is for linear models: a network has no row of zeros that
        all others are compared with.",
      "i" = "Use {.val sample} or {.val strata}."
    ), call)
  }
  slopes <- coef(fit)
  as.vector(fit$scaling$output_center) -
    sum((slopes * as.vector(fit$scaling$x_center))[!is.na(slopes)])
}
