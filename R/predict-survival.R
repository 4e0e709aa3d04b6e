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

# `forge()` makes predictors of the new data.
predict_survival <- function(fit, newdata, type, times, reference, interval, se.fit, model, forge,
                             call) {
  check_no_interval(interval, type, call)
  if (se.fit) check_survival_errors(fit, type, call)
  own <- missing(newdata)
  if (own && !se.fit) return(own_risks(fit, type, reference, call))
  if (!own) need_rows(newdata, paste0("type \"", type, "\""), call)
  forged <- forge()
  row_names <- forged$row_names %||% rownames(newdata)
  if (type == "survival") {
    values <- survival_rows(fit, forged, times, model, call)
    dimnames(values) <- list(row_names, format(times %||% event_times(fit), trim = TRUE))
    return(values)
  }
  link <- predict_rows(fit, forged, "link", model, call)[, 1]
  values <- relative_to(link, fit, forged$strata, type, reference, row_names, call)
  if (!se.fit) return(values)
  errors <- link_errors(fit, forged, reference) * if (type == "risk") values else 1
  found <- list(fit = values, se.fit = stats::setNames(errors, row_names))
  if (own) lapply(found, function(part) stats::napredict(fit$na_action, part)) else found
}

# Of the rows of the fit, which holds their risks.
own_risks <- function(fit, type, reference, call) {
  if (type == "survival") need_rows(, "curves of survival", call)
  link <- log(stored_fitted(fit, call)[, 1])
  values <- relative_to(link, fit, fit$outcome$strata, type, reference, fit$row_names, call)
  stats::napredict(fit$na_action, values)
}

relative_to <- function(link, fit, strata, type, reference, row_names, call) {
  values <- link - reference_of(fit, strata, reference, call)
  stats::setNames(if (type == "risk") exp(values) else values, row_names)
}

check_survival_errors <- function(fit, type, call) {
  if (type == "survival") {
    abort_nnfit("argument", c(
      "{.arg se.fit} does not go with {.code type = \"survival\"}.",
      "i" = "{.code type = \"lp\"} has standard errors."
    ), call)
  }
  need_information(fit, "se.fit", call)
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

check_no_interval <- function(interval, type, call) {
  if (interval != "none") {
    abort_nnfit("argument", c(
      "{.arg interval} does not go with {.code type = \"{type}\"}.",
      "i" = "{.code type = \"response\"} and {.val link} have intervals of bootstrap replicates."
    ), call)
  }
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
  rows <- complete_part(forged, complete, call)
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
