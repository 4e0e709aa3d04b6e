# Other rows than the fit's: how well it predicts them, by all that measures and draws its own.

# The fit with the rows that were given in the place of its own, or NULL: the page is about those.
given_fit <- function(about) {
  rows <- about$seen$rows
  if (is.null(rows)) return(NULL)
  if (is.null(about$kept$given)) {
    forged <- list(x = rows$x, offset = rows$offset)
    fitted <- predict_rows(about$fit, forged, "response", about$module, about$call)
    about$kept$given <- with_rows(about$fit, rows, fitted)
  }
  about$kept$given
}

# What would be of other rows than these is taken away.
with_rows <- function(fit, rows, fitted) {
  fit <- unclass(fit)
  outcome <- fit$outcome
  outcome[c("values", "strata", "trials")] <- NULL
  y <- rows$y
  if (outcome$kind == "survival") {
    times <- setdiff(names(y), "stratum")
    outcome$values <- vapply(y[times], as.double, numeric(nrow(rows$x)))
    outcome$values <- matrix(outcome$values, ncol = length(times), dimnames = list(NULL, times))
    outcome$strata <- as.vector(y$stratum)
  } else {
    classes <- outcome$kind == "class"
    outcome$values <- if (classes) match(as.vector(y), outcome$levels) - 1L else as.matrix(y)
  }
  fit$outcome <- outcome
  fit$fitted <- fitted
  fit[c("rows", "held_out", "validation_rows", "row_names", "na_action", "kept")] <- NULL
  fit["weights"] <- list(if (!is.null(rows$weights)) as.vector(rows$weights))
  structure(fit, class = "nn_fit")
}

# A row of the table of measures, as the fit's own rows have theirs.
given_performance <- function(fit) performance_row(fit, "given", rep(TRUE, nrow(fit$fitted)))

# What has a number of its own beside: of two classes the area under the ROC curve, under a
# likelihood the mean deviance, each row counting once.
more_measures <- function(fit) {
  c(roc_auc = ranked_right(fit), deviance = mean_deviance(fit))
}

# The share of pairs of a row of either class that are in the right order, a tie being half.
ranked_right <- function(fit) {
  second <- as.vector(fit$outcome$values) == 1
  n <- c(sum(second), sum(!second))
  if (length(fit$outcome$levels) != 2 || any(n == 0)) return(NULL)
  ranks <- rank(fit$fitted[, ncol(fit$fitted)])
  (sum(ranks[second]) - n[1] * (n[1] + 1) / 2) / prod(n)
}

# Of squared error it would be the square of RMSE.
mean_deviance <- function(fit) {
  likelihood <- loss_likelihood(fit$options$loss)
  if (fit$outcome$kind != "numeric" || identical(likelihood, "normal")) return(NULL)
  family <- tryCatch(stats::family(fit), nnfit_error = function(error) NULL)
  if (is.null(family) || family$family == "gaussian") return(NULL)
  weights <- fit$weights %||% rep(1, nrow(fit$fitted))
  of <- family$dev.resids(as.vector(fit$outcome$values), as.vector(fit$fitted), weights)
  sum(of) / sum(weights)
}
