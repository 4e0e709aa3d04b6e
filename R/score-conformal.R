# Where new outcomes fall, by what members have missed of rows that they have not seen, computed
# in R (core: inference/conformal.py, where the method and its sources are).

score_conformal <- function(state, x, level, offset = NULL, call) {
  asked <- conformal_rows(state, x, offset, call)
  sizes <- abs(asked$missed)
  d <- ncol(sizes)
  rank <- ceiling(level * (nrow(sizes) + 1))
  found <- by_parts(function(x, offset) {
    links <- member_links(asked$scorer, x, offset, call)
    predicted <- lapply(links, response_of, asked$scorer)
    limits <- lapply(seq_len(d), function(outcome) {
      unseen <- of_unseen(predicted, outcome, asked$member)
      away <- away_from(unseen, sizes[, outcome], links, outcome, asked)
      if (!is.null(asked$spread)) unseen[!is.finite(away)] <- 0 # where there is no limit
      list(-apply(away - unseen, 2, at_rank, rank), apply(unseen + away, 2, at_rank, rank))
    })
    lapply(1:2, function(side) do.call(rbind, lapply(limits, `[[`, side)))
  }, asked$x, asked$offset, length(sizes))
  # At a low level there may be nothing between them: the prediction is always in.
  within <- outcome_range(asked$scorer$family)
  point <- asked$point
  as_limits(
    point, pmax(pmin(found[[1]], point), within[1]), pmin(pmax(found[[2]], point), within[2])
  )
}

# Of one number, for each row of the fit and each new one, on average over the members that have
# not seen the first.
of_unseen <- function(predicted, number, member) {
  own <- do.call(rbind, lapply(predicted, function(one) one[number, ])) # (members, n)
  mean_of(lapply(seq_len(ncol(member)), function(deal) own[member[, deal], , drop = FALSE]))
}

# How far from what is predicted limits are: as far as was missed of a row of the fit; where rows
# differ in how far outcomes scatter, as many standard deviations.
away_from <- function(unseen, sizes, links, outcome, asked) {
  if (is.null(asked$spread)) return(sizes)
  spread <- spread_at(unseen, links, outcome, asked)
  seen <- asked$spread[, outcome]
  ifelse(is.finite(spread) & is.finite(seen), sizes / seen * spread, Inf)
}

# The standard deviation (core: model/spread.py), not finite where it is not known.
spread_at <- function(mean, links, outcome, asked) {
  scorer <- asked$scorer
  family <- stats_families[[scorer$family$likelihood]]
  if (is.null(family)) {
    return(exp(of_unseen(links, ncol(asked$missed) + outcome, asked$member) / 2))
  }
  found <- sqrt(family(scorer$options$loss, scorer$link)$variance(ifelse(mean > 0, mean, NaN)))
  ifelse(found > 0, found, NaN)
}

# Upwards; beyond the last there is no limit.
at_rank <- function(values, rank) {
  if (rank > length(values)) return(Inf)
  sort(values, partial = rank)[rank]
}

# Where an outcome can be at all: a count is not below 0.
outcome_range <- function(family) {
  c(
    max(-Inf, family$at_least, family$above, na.rm = TRUE), min(Inf, family$at_most, na.rm = TRUE)
  )
}

# The classes that a row may have: a logical matrix, a row for each.
score_sets <- function(state, x, level, offset = NULL, call) {
  asked <- conformal_rows(state, x, offset, call)
  key <- apply(asked$member, 1, paste, collapse = " ")
  groups <- lapply(split(seq_along(key), key), function(rows) {
    list(members = asked$member[rows[1], ], missed = sort(asked$missed[rows, 1]))
  })
  found <- by_parts(function(x, offset) {
    predicted <- member_responses(asked$scorer, x, offset, call)
    # Of the rows of the fit, how many had their own class more probable. A row of the fit itself is
    # as probable as it was, but for the last digits.
    counts <- lapply(groups, function(group) {
      unlikely <- 1 - of_classes(mean_of(predicted[group$members])) - 1e-6
      array(findInterval(unlikely, group$missed, left.open = TRUE), dim(unlikely))
    })
    list(Reduce(`+`, counts))
  }, asked$x, asked$offset, length(asked$scorer$networks) * nrow(asked$point))
  inside <- as_rows(found[[1]] < level * (nrow(asked$missed) + 1))
  best <- max.col(as_rows(of_classes(asked$point)), ties.method = "first")
  inside[cbind(seq_along(best), best)] <- TRUE
  inside
}

# A row for each class; of two there may be the second's alone.
of_classes <- function(probabilities) {
  if (nrow(probabilities) > 1) probabilities else rbind(1 - probabilities, probabilities)
}

# What is asked, with what is known of the rows of the fit: which members (from 1) have not
# seen them, and what these have missed.
conformal_rows <- function(state, x, offset, call) {
  check_schema(state, call)
  scorer <- scorer_of(state)
  offset <- score_offset(scorer, offset, nrow(x), call)
  held_out <- state$held_out
  missed <- as.matrix(held_out$residual)
  list(
    scorer = scorer, x = x, offset = offset, missed = missed,
    # which a fit of an early version has not
    spread = if (!is.null(held_out$spread)) as.matrix(held_out$spread),
    point = scored(scorer, x, "response", offset, call),
    member = matrix(as.integer(held_out$member) + 1L, nrow(missed))
  )
}
