#' Deviance, degrees of freedom and residual standard error
#'
#' @param object,fit An [nn_fit()] whose loss is a likelihood; for `extractAIC()` without held-out
#'   rows. Where some are, the others have numbers of their own, those of [summary()].
#' @param scale For `extractAIC()`: as in [extractAIC()], of a normal model.
#' @param k Number: what a parameter costs, 2 for AIC.
#' @param ... Not used.
#' @return As [lm()] and [glm()] have them, for the same model:
#' - `deviance()`: for squared error the (weighted) sum of squared residuals, a
#'   number for each outcome; for the other likelihoods of one parameter what
#'   [glm()] calls the deviance; for classes under cross-entropy, and for censored times,
#'   minus twice the log-likelihood.
#' - `df.residual()`: the rows of a linear model less what it estimates.
#' - `sigma()`: the square root of the dispersion: for squared error that of the one
#'   by the other; 1 for counts and classes, unless a dispersion is estimated (`quasi*()`);
#'   otherwise estimated from the Pearson
#'   residuals, as [summary.glm()] does (and `sigma()` of a `glm()` from R 4.5 on).
#' - `extractAIC()`: the number of estimated parameters of a linear model and AIC, as
#'   [step()] uses them.
#'
#' A network has no residual degrees of freedom: how many of its parameters the
#' data determine is not known.
#' @name nn-deviance
#' @seealso [logLik.nn_fit()] for what is counted as a parameter.
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars)
#' deviance(fit)
#' sigma(fit)
#' df.residual(fit)
NULL

#' @rdname nn-deviance
#' @importFrom stats deviance logLik
#' @export
deviance.nn_fit <- function(object, ...) {
  check_dots()
  call <- rlang::current_env()
  likelihood <- need_likelihood(object, "deviance", call, held_out = TRUE)
  if (likelihood %in% c("multinomial", "partial")) {
    return(-2 * trained_likelihood(object, likelihood, call))
  }
  family <- fit_family(object, "deviance", call)
  used <- used_rows(object)
  observed <- observed_values(object)[used, , drop = FALSE]
  weights <- rep(used_weights(object), ncol(observed))
  means <- as.vector(object$fitted[used, , drop = FALSE])
  each <- family$dev.resids(as.vector(observed), means, weights)
  colSums(matrix(each, nrow(observed), dimnames = list(NULL, outcome_columns_of(object))))
}

outcome_columns_of <- function(fit) {
  columns <- prediction_width(fit, "response")
  if (columns > 1) column_names(fit, columns)
}

#' @rdname nn-deviance
#' @importFrom stats df.residual
#' @export
df.residual.nn_fit <- function(object, ...) {
  check_dots()
  call <- rlang::current_env()
  refuse_survival(object, "df.residual()", "A coxph() has none either; nobs() counts events.", call)
  need_likelihood(object, "df.residual", call, held_out = TRUE)
  need_linear(object, "df.residual", call)
  fit_family(object, "df.residual", call)
  as.integer(nobs(object) - estimated_parameters(object) / object$options$n_outputs)
}

#' @rdname nn-deviance
#' @importFrom stats sigma
#' @export
sigma.nn_fit <- function(object, ...) {
  check_dots()
  call <- rlang::current_env()
  need_likelihood(object, "sigma", call, held_out = TRUE)
  need_linear(object, "sigma", call)
  family <- fit_family(object, "sigma", call)
  freedom <- df.residual(object)
  if (freedom == 0) freedom <- NaN # as sigma() of an lm()
  if (family$family == "gaussian") return(sqrt(deviance(object) / freedom))
  # Of these the dispersion is known.
  if (family$family %in% c("poisson", "binomial")) return(1)
  negative <- loss_likelihood(object$options$loss) == "negative_binomial"
  if (negative && !is_scattered(object$options$loss)) return(1)
  pearson <- glm_residuals(object, "pearson", call)[used_rows(object), , drop = FALSE]
  sqrt(stats::setNames(colSums(pearson^2), outcome_columns_of(object)) / freedom)
}

#' @rdname nn-deviance
#' @importFrom stats extractAIC
#' @export
extractAIC.nn_fit <- function(fit, scale = 0, k = 2, ...) {
  check_dots()
  call <- rlang::current_env()
  check_rule(scale, rule("a number of at least 0", function(x) is_number(x, 0)), "scale", call)
  check_rule(k, rule("a number", is_number), "k", call)
  likelihood <- need_likelihood(fit, "extractAIC", call)
  # step() asks for it first, and prints it.
  need_linear(fit, "extractAIC", call)
  parameters <- estimated_parameters(fit)
  normal <- is_normal(fit) && ncol(fit$fitted) == 1
  if (normal) return(c(parameters, mallows(fit, scale) + k * parameters))
  value <- logLik(fit)
  beside <- attr(value, "df") - parameters
  c(parameters, -2 * as.numeric(value) + 2 * beside + k * parameters)
}

# As stats:::extractAIC.lm() has it, without the constants of AIC(); with a `scale`
# it is Mallows' Cp.
mallows <- function(fit, scale) {
  squares <- if (is_saturated(fit)) 0 else deviance(fit)
  rows <- nobs(fit)
  if (scale > 0) squares / scale - rows else rows * log(squares / rows)
}

need_linear <- function(fit, generic, call) {
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for linear models.",
      "x" = "How many of a network's parameters the data determine is not known, so neither
        are its residual degrees of freedom.",
      "i" = "Judge it on rows that it has not seen: {.arg validation}, or {.fn nn_cv}."
    ), call)
  }
}

observed_values <- function(fit) {
  outcome <- fit$outcome
  if (outcome$kind == "numeric") return(outcome$values)
  observed <- indicators(outcome)
  if (ncol(fit$fitted) < ncol(observed)) observed[, 2, drop = FALSE] else observed
}
