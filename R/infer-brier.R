# How well a fit to censored times predicts: concordance, and Brier scores, the mean squared
# distances of probabilities of survival from what has happened.

# At each of some times the mean squared distance of probabilities of survival (rows, times)
# from what has happened by then, of rows that were not censored before it; those count for
# the others too. Graf and others (1999).
brier_scores <- function(values, probabilities, times, weights) {
  time <- values[, "time"]
  event <- values[, "event"] > 0
  uncensored <- censoring_curve(time, event, weights)
  vapply(seq_along(times), function(i) {
    gone <- time <= times[i] & event
    there <- time > times[i] | time == times[i] & !event
    counts <- numeric(length(time))
    counts[gone] <- 1 / uncensored(time[gone])
    counts[there] <- 1 / uncensored(times[i])
    apart <- (there - probabilities[, i])^2
    sum(weights * counts * apart) / sum(weights)
  }, numeric(1))
}

# Kaplan and Meier's probability of not being censored before a time. At one time events
# come before censoring.
censoring_curve <- function(time, event, weights) {
  at <- sort(unique(time[!event]))
  lost <- vapply(at, function(t) sum(weights[time == t & !event]), numeric(1))
  at_risk <- vapply(at, function(t) sum(weights[time > t | time == t & !event]), numeric(1))
  curve <- c(1, cumprod(1 - lost / at_risk))
  function(t) curve[findInterval(t, at, left.open = TRUE) + 1]
}

# Concordance and integrated Brier score in training and, where rows were held out, there.
survival_summary <- function(fit) {
  if (fit$outcome$kind != "survival" || !is.null(fit$rows)) return(NULL)
  parts <- list(training = used_rows(fit))
  if (length(fit$validation_rows)) parts$validation <- fit$validation_rows
  do.call(rbind, lapply(names(parts), function(name) {
    tibble::tibble(part = name, !!!judged_part(fit, parts[[name]]))
  }))
}

judged_part <- function(fit, rows) {
  found <- concordance_part(fit, rows)
  right <- ncol(fit$outcome$values) == 2
  scores <- if (right) integrated_brier(fit, rows) else c(NA_real_, NA_real_, NA_real_)
  c(
    list(rows = length(fit$fitted[rows, 1]), events = sum(fit$outcome$values[rows, "event"])),
    list(concordance = found[1], std_err = found[2]),
    list(brier = scores[1], brier_without = scores[2], until = scores[3])
  )
}

concordance_part <- function(fit, rows) {
  # Not of a fit that diverged.
  known <- !is.null(fit$fitted) && all(is.finite(log(fit$fitted[rows, 1])))
  if (!known || !requireNamespace("survival", quietly = TRUE)) return(c(NA_real_, NA_real_))
  found <- concordance_of(own_survival(fit, rows))
  c(found$concordance, sqrt(found$var))
}

# The mean over time of the Brier score, up to the last event or to where the fit's curves end; of
# the model, and of Kaplan and Meier's curve, which knows no predictors.
integrated_brier <- function(fit, rows) {
  values <- fit$outcome$values[rows, , drop = FALSE]
  weights <- (fit$weights %||% rep(1, nrow(fit$fitted)))[rows]
  known <- as.vector(fit$baseline$time)
  events <- values[values[, "event"] > 0, "time"]
  if (!length(events)) return(rep(NA_real_, 3))
  end <- min(max(events), max(known))
  steps <- score_steps(c(values[, "time"], known), end, max(100, 2e7 %/% nrow(values)))
  between <- (steps[-1] + steps[-length(steps)]) / 2
  model <- brier_scores(values, survival_of(fit, rows, between), between, weights)
  curve <- event_curve(values, weights, between)
  same <- matrix(curve, nrow(values), length(between), byrow = TRUE)
  without <- brier_scores(values, same, between, weights)
  mean_over_time <- function(scores) sum(scores * diff(steps)) / end
  c(mean_over_time(model), mean_over_time(without), end)
}

# Between these times scores stay as they are: a curve steps, or a row has its event or is lost. Of
# more than so many some are left out.
score_steps <- function(times, end, most) {
  steps <- sort(unique(c(0, times[times > 0 & times < end], end)))
  if (length(steps) <= most) return(steps)
  steps[unique(round(seq(1, length(steps), length.out = most)))]
}

# Probabilities of survival of the fit's own rows, as predict_survival() of the core has
# them; after the last time of a stratum that of the last.
survival_of <- function(fit, rows, at) {
  baseline <- fit$baseline
  known <- unlist(fit$options$strata) %||% ""
  own <- match(as.character(fit$outcome$strata %||% rep("", nrow(fit$fitted))), known)[rows]
  hazards <- vapply(seq_along(known), function(one) {
    here <- as.vector(baseline$stratum) == one - 1
    c(0, as.vector(baseline$hazard)[here])[findInterval(at, as.vector(baseline$time)[here]) + 1]
  }, numeric(length(at)))
  exp(-t(matrix(hazards, length(at)))[own, , drop = FALSE] * fit$fitted[rows, 1])
}

event_curve <- function(values, weights, at) {
  event <- values[, "event"] > 0
  known <- sort(unique(values[event, "time"]))
  had <- vapply(known, function(t) sum(weights[values[, "time"] == t & event]), numeric(1))
  at_risk <- vapply(known, function(t) sum(weights[values[, "time"] >= t]), numeric(1))
  c(1, cumprod(1 - had / at_risk))[findInterval(at, known) + 1]
}

# `table`: of survival_summary().
describe_survival <- function(table, digits) {
  if (is.null(table)) return(character())
  number <- function(x) format(signif(x, digits))
  paste0(vapply(seq_len(nrow(table)), function(i) {
    row <- table[i, ]
    paste0(
      if (row$part == "training") "In training: " else "On rows held out: ",
      with_commas(row$events), " events, concordance ", number(row$concordance),
      " (standard error ", number(row$std_err), ")",
      if (!is.na(row$brier)) paste0(
        ", Brier score ", number(row$brier), " up to time ", number(row$until), " (without ",
        "predictors ", number(row$brier_without), ")"
      ), "\n"
    )
  }, ""), collapse = "")
}
