# Limits of coefficients by the profile of the likelihood: Venzon and Moolgavkar (1988), A
# method for computing profile-likelihood-based confidence intervals, Applied Statistics
# 37(1), 87-94.

# Of the coefficients that are chosen by name; of the others NA.
profile_limits <- function(fit, chosen, tails, call, user) {
  wald <- wald_limits(fit, tails, call, or_replicates = FALSE)
  if (is_normal(fit)) return(wald) # its deviance is a parabola
  if (fit$options$n_outputs > 1) {
    abort_nnfit("argument", c(
      "{.arg method} {.val profile} is for one outcome, and this fit has several."
    ), call)
  }
  if (fit$outcome$kind != "survival") fit_family(fit, "confint", call)
  rows <- training_rows(fit, "confint", call, user)
  limits <- wald
  limits[] <- NA
  for (term in chosen(rownames(wald))) {
    if (is.na(wald[term, 1])) next
    limits[term, ] <- vapply(1:2, function(side) {
      profile_limit(fit, rows, term, wald[term, side], tails[side], call)
    }, 0)
  }
  limits
}

# Where the root of the deviance beyond the least one is what the distribution says, from
# the coefficient outwards: from Wald's limit on, which is near.
profile_limit <- function(fit, rows, term, near, tail, call) {
  best <- unname(coef(fit)[term])
  far <- abs(standard_quantile(fit, tail))
  beyond <- function(value) {
    more <- held_deviance(fit, rows, term, value, call) - as.vector(stats::deviance(fit))
    sqrt(max(more, 0) / as.vector(fit$information$dispersion)) - far
  }
  last <- best
  for (reach in c(1, 2, 4, 8, 16)) {
    place <- best + reach * (near - best)
    if (beyond(place) >= 0) {
      ends <- sort(c(last, place))
      return(stats::uniroot(beyond, ends, tol = 1e-7 * abs(near - best))$root)
    }
    last <- place
  }
  sign(near - best) * Inf # the likelihood does not fall far enough
}

# Of the model in which one coefficient is held: its part is an offset.
held_deviance <- function(fit, rows, term, value, call) {
  x <- rows$x
  column <- if (term == "(Intercept)") rep(1, nrow(x)) else x[, match(term, column_terms(fit))]
  others <- x[, column_terms(fit) != term & !left_out(fit), drop = FALSE]
  if (term == "(Intercept)") fit$options$bias <- FALSE
  offset <- value * column + if (is.null(fit$offset)) 0 else fit$offset[, 1]
  if (!ncol(others) && !fit$options$bias) return(deviance_of_offset(fit, x, offset, call))
  as.vector(stats::deviance(suppressWarnings(refit(fit, others, call, as.matrix(offset)))))
}

# Without any coefficient left the linear predictor is the offset. A model of risks tells what its
# likelihood is without its columns.
deviance_of_offset <- function(fit, x, link, call) {
  if (fit$outcome$kind == "survival") {
    alone <- suppressWarnings(refit(fit, x, call, as.matrix(link)))
    return(-2 * alone$baseline$log_likelihood[1])
  }
  family <- stats::family(fit)
  used <- used_rows(fit)
  weights <- used_weights(fit)
  sum(family$dev.resids(observed_values(fit)[used, 1], family$linkinv(link[used]), weights))
}
