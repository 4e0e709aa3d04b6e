#' Log-likelihood of a fitted network
#'
#' Defined for the losses that are a likelihood: squared error (normal, with the
#' variance estimated as [lm()] does), `"gaussian_nll"` (normal, with the variance
#' that the model gives each row), `"gamma_nll"` (with the dispersion estimated as
#' [glm()] does), `"inverse_gaussian_nll"` (likewise), `"poisson_nll"` and
#' `"negative_binomial_nll"`, cross-entropy and
#' binary cross-entropy (classes). With it [AIC()] and [BIC()] work. Of a quasi-likelihood, and
#' of `"tweedie_nll"`, it is `NA`, as in [glm()]. With a `family` it is that of [glm()]: under
#' `binomial()` the weights are numbers of trials.
#'
#' The degrees of freedom are the parameters that are estimated, and 1 for a
#' variance or dispersion estimated beside them. Not counted are parameters that
#' the likelihood leaves free: in a linear model the coefficients of columns that
#' follow from others, which [lm()] reports as `NA`; with a softmax, in linear
#' models and in networks, those of one of its scores, as moving all scores by the
#' same amount changes no probability (`nnet::multinom()` holds them at 0). For
#' a network they are an upper bound: the data may determine fewer (the scale of
#' a ReLU unit, say, can move from one layer to the next). [AIC()] and [BIC()] of a
#' network may so be too large, and [nn_cv()] compares networks. A `penalty` is not
#' taken into account. Of a module of your own all parameters are counted. The mean of
#' several networks has none. Under squared error a linear model with as many coefficients as
#' rows has `Inf`, as [lm()].
#'
#' [AIC()] and [BIC()] of several fits put them into one table, whatever they are fits of, as
#' they do of [lm()]: they warn where the numbers of rows differ, and can not see that the rows or
#' the outcomes do. [anova()][anova.nn_fit], and `lrtest()` of lmtest, refuse these.
#'
#' @param object An [nn_fit()] without held-out rows.
#' @param ... Not used.
#' @return An object of class `logLik`.
#' @export
#' @examplesIf nnfit:::has_torch()
#' logLik(nn_fit(c ~ u, thermometer))
#' AIC(nn_fit(c ~ u, thermometer), lm(c ~ u, thermometer))
logLik.nn_fit <- function(object, ...) {
  check_dots()
  call <- users_call(rlang::current_env()) # of AIC(), say, which calls it for each of several
  likelihood <- need_likelihood(object, "logLik", call)
  value <- trained_likelihood(object, likelihood, call)
  extra <- if (is.na(value)) 0 else likelihoods[[likelihood]]$extra
  structure(value,
    df = estimated_parameters(object) + extra, nobs = counted_rows(object), class = "logLik"
  )
}

# For BIC(): that of a glm() counts rows of weight 0, too, and that of an lm() does not.
counted_rows <- function(fit) {
  if (equal_function(fit) == "glm" && is_linear(fit)) nrow(fit$fitted) else nobs(fit)
}

# Of the rows that it was trained on.
trained_likelihood <- function(fit, likelihood, call) {
  weights <- fit$weights %||% rep(1, nrow(fit$fitted))
  weights[fit$validation_rows] <- 0
  # As lm() has it, whose residuals are 0 then.
  if (is_saturated(fit)) return(Inf)
  given <- !is.null(fit$given_family) || is_scattered(fit$options$loss)
  if (given) return(family_likelihood(fit, weights))
  likelihoods[[likelihood]]$value(fit, weights, call)
}

# Whether a linear model under squared error has as many coefficients as rows.
is_saturated <- function(fit) {
  is_linear(fit) && is_normal(fit) && fit$options$penalty == 0 &&
    estimated_parameters(fit) / fit$options$n_outputs >= stats::nobs(fit)
}

# As stats:::logLik.glm() has it: NA of a quasi-likelihood. Under `binomial()` weights are
# numbers of trials, and outcomes the shares of successes; where the outcome is two columns, they
# say how often a row counts.
family_likelihood <- function(fit, weights) {
  family <- fit_family(fit, "logLik", NULL)
  observed <- as.vector(observed_values(fit))
  weights <- rep(weights, length.out = length(observed))
  deviance <- sum(deviance(fit))
  trials <- fit$outcome$trials %||% rep(1, length(observed))
  aic <- family$aic(observed, trials, as.vector(fit$fitted), weights, deviance)
  estimated <- c("gaussian", "Gamma", "inverse.gaussian")
  as.numeric((family$family %in% estimated) - aic / 2)
}

# The name of the likelihood of a fit that has one; `held_out`: some rows may be.
need_likelihood <- function(fit, generic, call, held_out = FALSE) {
  if (members_of(fit) > 1) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for one model, and this fit is the mean of {members_of(fit)}.",
      "i" = "Its print has the loss on rows held out; {.fn nn_cv} compares networks."
    ), call)
  }
  likelihood <- loss_likelihood(fit$options$loss)
  left_out <- length(fit$validation_rows) && !held_out
  if (is.na(likelihood) || left_out) {
    losses <- catalog("loss")
    abort_nnfit("argument", c(
      "{.fn {generic}} is defined for the losses \\
        {.val {losses$name[!is.na(losses$likelihood)]}}{if (!held_out) ', without validation'}.",
      "x" = "This fit has the loss {.val {loss_text(fit$options$loss)}} and holds out \\
        {length(fit$validation_rows)} row{?s}."
    ), call)
  }
  stored_fitted(fit, call)
  likelihood
}

# As stats:::logLik.lm() has it: the variance is the mean squared residual.
normal_likelihood <- function(fit, weights, call) {
  residuals <- fit$outcome$values - fit$fitted
  n <- sum(weights > 0) * ncol(residuals)
  used <- weights[weights > 0]
  spread <- log(2 * pi) + 1 - log(n) + log(sum(weights * residuals^2))
  0.5 * (ncol(residuals) * sum(log(used)) - n * spread)
}

# Of rows that weigh so much, given the log-density of each outcome.
weighted_sum <- function(weights, log_density) {
  used <- weights > 0
  sum(weights[used] * matrix(log_density, length(weights))[used, ])
}

by_row_likelihood <- function(fit, weights, call) {
  outcomes <- seq_len(ncol(fit$fitted))
  spread <- exp(fit$fitted_link[, -outcomes] / 2)
  density <- stats::dnorm(fit$outcome$values, fit$fitted, spread, log = TRUE)
  weighted_sum(weights, density)
}

# As stats::Gamma() has it: the dispersion is the mean deviance.
gamma_likelihood <- function(fit, weights, call) {
  ratio <- fit$outcome$values / fit$fitted
  deviance <- 2 * weights * (ratio - 1 - log(ratio))
  dispersion <- sum(deviance) / (sum(weights) * ncol(ratio))
  density <- stats::dgamma(
    fit$outcome$values, 1 / dispersion, scale = fit$fitted * dispersion, log = TRUE
  )
  weighted_sum(weights, density)
}

# As stats::inverse.gaussian() has it: the dispersion is the mean deviance.
inverse_gaussian_likelihood <- function(fit, weights, call) {
  y <- fit$outcome$values
  deviance <- weights * (y - fit$fitted)^2 / (y * fit$fitted^2)
  dispersion <- sum(deviance) / (sum(weights) * ncol(y))
  -(sum(weights) * ncol(y) * (log(2 * pi * dispersion) + 1) + 3 * weighted_sum(weights, log(y))) / 2
}

poisson_likelihood <- function(fit, weights, call) {
  check_whole(fit$outcome$values, call)
  weighted_sum(weights, stats::dpois(fit$outcome$values, fit$fitted, log = TRUE))
}

# "poisson_nll" trains on other numbers too, but only counts have a probability.
check_whole <- function(counts, call) {
  if (any(counts != floor(counts))) {
    abort_nnfit("argument", c(
      "The log-likelihood of counts needs an outcome of whole numbers."
    ), call)
  }
}

negative_binomial_likelihood <- function(fit, weights, call) {
  theta <- 1 / loss_argument(fit$options$loss, "dispersion")
  density <- stats::dnbinom(fit$outcome$values, size = theta, mu = fit$fitted, log = TRUE)
  weighted_sum(weights, density)
}

class_likelihood <- function(fit, weights, call) {
  probabilities <- both_classes(fit$fitted, fit$outcome$levels)
  if (fit$outcome$kind == "numeric") {
    y <- fit$outcome$values
    return(weighted_sum(weights, y * log(fit$fitted) + (1 - y) * log1p(-fit$fitted)))
  }
  observed <- probabilities[cbind(seq_len(nrow(probabilities)), fit$outcome$values + 1L)]
  weighted_sum(weights, log(observed))
}

# By the names in the table of losses; `extra`: parameters estimated beside the
# model's.
likelihoods <- list(
  partial = list(value = function(fit, weights, call) fit$baseline$log_likelihood[2], extra = 0),
  normal = list(value = normal_likelihood, extra = 1),
  normal_by_row = list(value = by_row_likelihood, extra = 0),
  gamma = list(value = gamma_likelihood, extra = 1),
  inverse_gaussian = list(value = inverse_gaussian_likelihood, extra = 1),
  # The density of a Tweedie distribution is no closed form: as R has it, NA.
  tweedie = list(value = function(fit, weights, call) NA_real_, extra = 0),
  poisson = list(value = poisson_likelihood, extra = 0),
  negative_binomial = list(value = negative_binomial_likelihood, extra = 0),
  multinomial = list(value = class_likelihood, extra = 0),
  bernoulli = list(value = class_likelihood, extra = 0)
)
