# What summary(), glance() and anova() say of a linear fit beside its coefficients.

# As summary.lm() and summary.glm() have it: a row for each coefficient that is not NA.
# Where nothing is known but the coefficients, the rest is NA.
coefficient_table <- function(fit) {
  estimate <- flat_coefficients(coef(fit))
  estimate <- estimate[!is.na(estimate)]
  known <- is.null(no_standard_errors(fit))
  error <- rep(NA_real_, length(estimate))
  if (known) error <- sqrt(diag(likelihood_covariance(fit, "summary()", NULL)))[names(estimate)]
  statistic <- estimate / error
  scatters <- if (known) fit$information$scatters else is_normal(fit)
  freedom <- if (known && scatters) fit$information$freedom else Inf
  p <- 2 * stats::pt(abs(statistic), freedom, lower.tail = FALSE)
  letter <- if (scatters) "t" else "z"
  columns <- c("Estimate", "Std. Error", paste(letter, "value"), paste0("Pr(>|", letter, "|)"))
  matrix(c(estimate, error, statistic, p), ncol = 4, dimnames = list(names(estimate), columns))
}

# The reason why coefficients have none, or NULL.
no_standard_errors <- function(fit) {
  if (identical(fit$options$link, "softmax")) {
    return("Scores of classes are known up to a number that is added to all of them.")
  }
  no_information(fit)
}

# As lm() has it: the mean is the linear predictor.
is_normal <- function(fit) {
  likelihood <- loss_likelihood(fit$options$loss)
  isTRUE(likelihood == "normal") && fit$options$link == "identity"
}

# The share of the sum of squares that the model has, as summary.lm() counts it, and with
# the F test of all predictors; of each outcome. NULL but under squared error.
square_statistics <- function(fit) {
  information <- fit$information
  if (!is_normal(fit) || is.null(information)) return(NULL)
  residual <- as.vector(information$deviance)
  of_model <- model_squares(fit)
  intercept <- as.integer(fit$options$bias)
  rank <- dim(information$root)[3]
  freedom <- information$freedom
  share <- of_model / (of_model + residual)
  terms <- rank - intercept
  statistic <- list(
    r.squared = share,
    adj.r.squared = 1 - (1 - share) * ((freedom + rank - intercept) / freedom)
  )
  if (terms > 0) {
    value <- of_model / terms / (residual / freedom)
    statistic$fstatistic <- rbind(value = value, numdf = terms, dendf = freedom)
  }
  named <- outcome_columns_of(fit)
  lapply(statistic, function(values) {
    if (is.matrix(values)) {
      if (length(residual) == 1) return(values[, 1])
      colnames(values) <- named
      return(values)
    }
    stats::setNames(values, named)
  })
}

# Of predictions about their mean. Files hold none: there it is what is left of the outcome's.
model_squares <- function(fit) {
  if (is.null(fit$fitted)) {
    return(as.vector(with(fit$information, null_deviance - deviance)))
  }
  used <- used_rows(fit)
  predicted <- fit$fitted[used, , drop = FALSE]
  if (!is.null(fit$offset) && lm_takes_offset_off()) {
    predicted <- predicted - fit$offset[used, , drop = FALSE]
  }
  weights <- used_weights(fit)
  if (fit$options$bias) {
    predicted <- sweep(predicted, 2, colSums(weights * predicted) / sum(weights))
  }
  colSums(weights * predicted^2)
}

# Of which an offset is no part: so says summary.lm() of newer versions of R, and older ones
# do not. R-squared is to be that of lm() in the same session.
lm_takes_offset_off <- function() "offset" %in% all.names(body(stats::summary.lm))

# The deviance of the model without predictors, as glm() has it, of each outcome.
null_deviance <- function(fit, call) {
  family <- fit_family(fit, "summary", call)
  used <- used_rows(fit)
  observed <- observed_values(fit)[used, , drop = FALSE]
  weights <- used_weights(fit)
  means <- null_means(fit, observed, weights, family, call)
  each <- family$dev.resids(as.vector(observed), as.vector(means), rep(weights, ncol(observed)))
  colSums(matrix(each, nrow(observed)))
}

# An offset is a reason to fit that model; else its mean is that of the outcome.
null_means <- function(fit, observed, weights, family, call) {
  offset <- fit$offset
  if (!is.null(offset) && fit$options$bias) {
    nothing <- matrix(0, nrow(fit$fitted), 0)
    return(refit(fit, nothing, call)$fitted[used_rows(fit), , drop = FALSE])
  }
  if (fit$options$bias) {
    means <- colSums(weights * observed) / sum(weights)
    return(matrix(means, nrow(observed), ncol(observed), byrow = TRUE))
  }
  offset <- if (is.null(offset)) 0 * observed else offset[used_rows(fit), , drop = FALSE]
  matrix(family$linkinv(as.vector(offset)), nrow(observed))
}
