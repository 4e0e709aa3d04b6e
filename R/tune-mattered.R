# Which of the options that were searched mattered for how good a candidate is.

#' @rdname nn_tune
#' @export
summary.nn_tune <- function(object, ...) {
  check_dots()
  names <- names(object$space)
  table <- object$results
  rank <- table$rank
  tibble::tibble(
    option = names,
    values = vapply(object$space, axis_text, "", USE.NAMES = FALSE),
    best = vapply(object$best[names], candidate_text, "", USE.NAMES = FALSE),
    share = vapply(names, function(name) {
      share_explained(rank, table[[name]], object$space[[name]])
    }, 0, USE.NAMES = FALSE)
  )
}

axis_text <- function(axis) {
  if (inherits(axis, "nn_choice")) return(toString(vapply(axis$values, candidate_text, "")))
  ends <- candidate_texts(c(axis$lower, axis$upper))
  paste0(paste(ends, collapse = " to "), if (axis$log) ", log scale")
}

# Ranks, so that a candidate that diverged counts as the last and no more. By a parabola, as a step
# may be too small as well as too large.
share_explained <- function(rank, values, axis, least = 10) {
  if (length(rank) < least) return(NA_real_)
  side <- side_of(values, axis)
  if (length(unique(side)) < 2) return(NA_real_)
  fit <- if (is.numeric(side) && length(unique(side)) > 3) {
    stats::lm(rank ~ stats::poly(side, 2))
  } else {
    stats::lm(rank ~ factor(side))
  }
  if (fit$df.residual < 3) return(NA_real_)
  max(0, suppressWarnings(summary(fit))$adj.r.squared)
}

# The values of an option on a scale: numbers, in logarithms where their range is, or words.
side_of <- function(values, axis) {
  if (!is.numeric(values)) return(vapply(values, candidate_text, "", USE.NAMES = FALSE))
  if (is_log(axis)) log(values) else values
}

is_log <- function(axis) isTRUE(axis$log)
