# How well a fit answers, in one measure for all: the errors, the likelihood.

# `fitted`: of each row that the reference used. `df`: parameters, and 1 for a variance.
measure <- function(reference, fitted, df) {
  residuals <- reference$y - fitted
  mse <- mean_square(residuals, reference$weights)
  likelihood <- log_likelihood(reference, fitted)
  list(
    mse = mse, rmse = sqrt(mse), r.squared = 1 - deviance_share(reference, fitted),
    logLik = likelihood, AIC = 2 * df - 2 * likelihood, nobs = sum(reference$weights > 0)
  )
}

mean_square <- function(residuals, weights) {
  stats::weighted.mean(residuals^2, weights %||% rep(1, length(residuals)))
}

deviance_of <- function(reference, fitted) {
  family <- reference$family
  used <- reference$weights > 0
  if (!all(is.finite(fitted[used]))) return(NaN)
  suppressWarnings(
    sum(family$dev.resids(reference$y[used], fitted[used], reference$weights[used]))
  )
}

# The share of the deviance that is left; of squares, 1 less the R squared that lm() has.
deviance_share <- function(reference, fitted) {
  fit <- reference$fit
  if (inherits(fit, "glm")) return(deviance_of(reference, fitted) / fit$null.deviance)
  share <- 1 - suppressWarnings(summary(fit))$r.squared
  deviance_of(reference, fitted) / stats::deviance(fit) * share
}

# As stats:::logLik.lm() and logLik.glm() have it, at other means than theirs.
log_likelihood <- function(reference, fitted) {
  deviance <- deviance_of(reference, fitted)
  best <- as.numeric(stats::logLik(reference$fit))
  with_dispersion <- c("gaussian", "Gamma", "inverse.gaussian")
  if (!reference$family$family %in% with_dispersion) {
    return(best - (deviance - stats::deviance(reference$fit)) / 2)
  }
  used <- reference$weights > 0
  weights <- reference$weights[used]
  if (!is.finite(deviance)) return(-Inf)
  1 - reference$family$aic(
    reference$y[used], rep(1, sum(used)), fitted[used], weights, deviance
  ) / 2
}
