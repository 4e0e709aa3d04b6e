# Limits around predictions, computed in R: by bootstrap replicates and by members (core:
# inference/intervals.py and inference/jackknife.py).

values_at_once <- 8e6 # bounds the memory: predictions of all replicates for some rows

# Computes a list of arrays (d, n) for some rows at a time, each of which takes so many values
# on the way.
by_parts <- function(of_rows, x, offset, values) {
  size <- max(1, values_at_once %/% values)
  starts <- seq(1, nrow(x), by = size)
  if (length(starts) == 1) return(of_rows(x, offset))
  parts <- lapply(starts, function(start) {
    rows <- start:min(start + size - 1, nrow(x))
    of_rows(x[rows, , drop = FALSE], if (!is.null(offset)) offset[, rows, drop = FALSE])
  })
  do.call(Map, c(list(cbind), parts))
}

# As the core gives them: `fit`, `lwr` and `upr`, a row for each.
as_limits <- function(fit, lower, upper) {
  list(fit = as_rows(fit), lwr = as_rows(lower), upr = as_rows(upper))
}

# Percentiles of what replicates predict.
score_interval <- function(state, x, type, level, offset = NULL, call) {
  check_schema(state, call)
  scorer <- scorer_of(state)
  offset <- score_offset(scorer, offset, nrow(x), call)
  point <- scored(scorer, x, type, offset, call)
  replicates <- replicate_scorers(state)
  found <- by_parts(function(x, offset) {
    one <- matrix(0, nrow(point), nrow(x))
    values <- vapply(replicates, scored, one, x, type, offset, call)
    percentiles(values, nrow(point), nrow(x), c((1 - level) / 2, (1 + level) / 2))
  }, x, offset, length(replicates) * nrow(point))
  as_limits(point, found[[1]], found[[2]])
}

replicate_scorers <- function(state) {
  replicates <- state$replicates
  lapply(seq_along(as.vector(replicates$train_loss)), function(at) {
    of_replicate <- function(stacked) lapply(stacked, one_of_stack, at)
    scaling <- if (!is.null(replicates$scaling)) of_replicate(replicates$scaling)
    new_scorer(state, of_replicate(replicates$parameters), scaling)
  })
}

# Of values over replicates (the last dimension), for each of d * n: as quantile() has them.
percentiles <- function(values, d, n, levels) {
  number <- length(values) / (d * n)
  each <- rep(seq_len(d * n), number)
  sorted <- matrix(values[order(each, values)], number)
  lapply(levels, function(level) {
    place <- 1 + level * (number - 1)
    below <- floor(place)
    low <- sorted[below, ]
    matrix(low + (place - below) * (sorted[min(below + 1, number), ] - low), d)
  })
}

# By how far the members lie apart, each of which has not seen some rows; on the scale of
# the link by the t distribution.
score_jackknife <- function(state, x, type, level, offset = NULL, call) {
  check_schema(state, call)
  scorer <- scorer_of(state)
  offset <- score_offset(scorer, offset, nrow(x), call)
  repeats <- as.integer(state$tuning$repeats)
  folds <- as.integer(state$tuning$folds)
  deals <- split(seq_len(folds * repeats), rep(seq_len(repeats), each = folds))
  # One degree of freedom less than folds.
  away <- stats::qt((1 + level) / 2, 4)
  found <- by_parts(function(x, offset) {
    scores <- member_scores(scorer, x, call)
    if (!is.null(offset)) scores <- lapply(scores, `+`, offset)
    middle <- mean_of(scores)
    error <- sqrt(mean_of(lapply(deals, function(deal) variance_of_mean(scores[deal]))))
    links <- lapply(c(0, -1, 1), function(side) middle + side * away * error)
    if (anyNA(middle)) refuse_far(call)
    if (type == "link") links else lapply(links, response_of, scorer)
  }, x, offset, folds * repeats * scorer$options$n_outputs)
  as_limits(found[[1]], found[[2]], found[[3]])
}

# Of what K members would average to with other rows.
variance_of_mean <- function(members) {
  middle <- mean_of(members)
  apart <- Reduce(`+`, lapply(members, function(one) (one - middle)^2))
  apart * (length(members) - 1) / length(members)
}
