# Survival curves, computed in R (core: inference/survival.py).

# Probabilities of no event up to each time: a row for each. `stratum`: the label of each row's
# stratum, or NULL.
score_survival <- function(state, x, times, stratum, offset = NULL, call) {
  risk <- exp(score_prediction(state, x, "link", offset, call)[, 1])
  strata <- unlist(state$options$strata) %||% ""
  hazards <- hazards_at(state$baseline, as.vector(times), length(strata))
  own <- if (is.null(stratum)) rep(1, nrow(x)) else match(unlist(stratum), strata)
  exp(-hazards[own, , drop = FALSE] * risk)
}

# The cumulative baseline hazard of each stratum: (strata, times). After the last time of a
# stratum nothing is known.
hazards_at <- function(baseline, times, strata) {
  found <- matrix(NA_real_, strata, length(times))
  for (one in seq_len(strata)) {
    own <- as.vector(baseline$stratum) == one - 1
    if (!any(own)) next # of which no row was in training
    known <- as.vector(baseline$time)[own]
    hazard <- c(0, as.vector(baseline$hazard)[own])[findInterval(times, known) + 1]
    found[one, ] <- ifelse(times > max(known), NA_real_, hazard)
  }
  found
}
