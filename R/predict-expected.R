# Numbers of events that censored times let expect, and how sure hazards are.

# Without new data of the rows of the fit, of which it holds what is left of their events.
predict_expected <- function(fit, newdata, asked, model, forge, call, user) {
  sure <- asked$se.fit || asked$interval != "none"
  if (sure) check_one_time(fit, call)
  if (missing(newdata)) return(expected_of_own(fit, asked, call, user))
  need_formula(fit, "predict", call)
  forged <- forge(outcomes = TRUE)
  y <- new_outcome(fit, forged$y[[1]], call)
  forged$y <- y
  row_names <- forged$row_names
  link <- predict_rows(fit, forged, "link", model, call)[, 1]
  hazard <- hazard_at(fit, forged$strata, y[, "time"], length(link))
  if ("start" %in% colnames(y)) {
    hazard <- hazard - hazard_at(fit, forged$strata, y[, "start"], length(link))
  }
  values <- stats::setNames(hazard * exp(link), row_names)
  if (!sure) return(values)
  at <- matrix(y[, "time"], ncol = 1)
  errors <- hazard_errors(fit, newdata, forged, at, asked, call, user)[, 1]
  expected_with_limits(values, stats::setNames(errors, row_names), asked)
}

# The variance of a difference of hazards is no difference of variances.
check_one_time <- function(fit, call) {
  if (ncol(fit$outcome$values) > 2) {
    abort_nnfit("argument", c(
      "{.arg se.fit} and {.arg interval} of {.code type = \"expected\"} are for
        {.code Surv(time, status)}, and this outcome has starts.",
      "i" = "{.code type = \"survival\"} has standard errors at times."
    ), call)
  }
}

new_outcome <- function(fit, y, call) {
  known <- colnames(fit$outcome$values)
  values <- if (is_censored(y)) survival_outcome(y, "newdata", call)$values
  if (!identical(colnames(values), known)) {
    abort_nnfit("data", c(
      "{.arg newdata} must have an outcome of censored times for {.code type = \"expected\"}, as
        the fit has.",
      "i" = "That has {.field {known}}."
    ), call)
  }
  values
}

# The cumulative baseline hazard at a time for each row, in its stratum; after the last time
# nothing is known.
hazard_at <- function(fit, strata, times, rows) {
  baseline <- fit$baseline
  own <- if (is.null(strata)) {
    rep(1L, rows)
  } else {
    match(as.character(strata), unlist(fit$options$strata))
  }
  hazard <- rep(NA_real_, rows)
  for (one in unique(own[!is.na(own)])) {
    here <- as.vector(baseline$stratum) == one - 1
    known <- as.vector(baseline$time)[here]
    rows <- which(own == one & times <= max(known, -Inf))
    place <- findInterval(times[rows], known)
    hazard[rows] <- c(0, as.vector(baseline$hazard)[here])[place + 1]
  }
  hazard
}

# Events less what is left of them. Standard errors are those of the equal coxph().
expected_of_own <- function(fit, asked, call, user) {
  stored_fitted(fit, call)
  event <- fit$outcome$values[, "event"]
  values <- stats::setNames(event - survival_residuals(fit, "martingale", call), fit$row_names)
  if (!asked$se.fit && asked$interval == "none") {
    return(stats::napredict(fit$na_action, values))
  }
  model <- equal_model(fit, "predict", call, user)
  model$na.action <- NULL
  errors <- rep(NA_real_, length(values))
  errors[used_rows(fit)] <- stats::predict(model, type = "expected", se.fit = TRUE)$se.fit
  found <- expected_with_limits(values, stats::setNames(errors, fit$row_names), asked)
  padded <- function(part) stats::napredict(fit$na_action, part)
  if (asked$se.fit) lapply(found, padded) else padded(found)
}

# They are cumulative hazards, whose limits are those that make the limits of survival.
expected_with_limits <- function(values, errors, asked) {
  away <- errors * stats::qnorm((1 + asked$level) / 2)
  shown <- if (asked$interval == "none") {
    values
  } else {
    cbind(fit = values, lwr = pmax(values - away, 0), upr = values + away)
  }
  if (asked$se.fit) list(fit = shown, se.fit = errors) else shown
}

# The standard errors of each row's cumulative hazard at its own times (rows, times), which
# survival computes for the equal coxph().
hazard_errors <- function(fit, newdata, forged, times, asked, call, user) {
  model <- equal_model(fit, "predict", call, user)
  complete <- complete_rows(forged$x, forged$offset)
  if (!is.null(forged$strata)) complete <- complete & !is.na(forged$strata)
  errors <- times
  errors[] <- NA_real_
  # Survival holds all times of all rows.
  rows_at_once <- max(1, most_errors_at_once %/% length(fit$baseline$time))
  for (rows in split(which(complete), (seq_len(sum(complete)) - 1) %/% rows_at_once)) {
    some <- as.data.frame(newdata)[rows, , drop = FALSE]
    curves <- survival::survfit(model, some, conf.type = "none")
    errors[rows, ] <- t(vapply(seq_along(rows), function(i) {
      curve_errors(curves, i, !is.null(forged$strata), length(rows), times[rows[i], ])
    }, numeric(ncol(times))))
  }
  errors
}

most_errors_at_once <- 1e6

# Of one row of so many: in strata curves lie one behind the other, else beside each other.
curve_errors <- function(curves, i, in_strata, rows, times) {
  known <- curves$time
  each <- curves$std.err
  if (in_strata) {
    here <- sum(curves$strata[seq_len(i - 1)]) + seq_len(curves$strata[i])
    known <- known[here]
    each <- each[here]
  } else if (rows > 1) {
    each <- each[, i]
  }
  found <- c(0, each)[findInterval(times, known) + 1]
  replace(found, is.na(times) | times > max(known), NA)
}
