#' Log-likelihood of a fitted network
#'
#' Defined for the losses that are a likelihood: squared error (normal, with the
#' variance estimated as [lm()] does), cross-entropy and binary cross-entropy
#' (classes). With it [AIC()] and [BIC()] work. The degrees of freedom are the
#' number of parameters, which for a network says more than it uses.
#'
#' @param object An [nn_fit()] without held-out rows.
#' @param ... Not used.
#' @return An object of class `logLik`.
#' @export
#' @examplesIf nnfit:::has_torch()
#' logLik(nn_fit(c ~ u, thermometer))
#' AIC(nn_fit(c ~ u, thermometer), lm(c ~ u, thermometer))
logLik.nn_fit <- function(object, ...) {
  call <- rlang::current_env()
  loss <- component_name(object$options$loss)
  likelihood <- likelihoods[[loss]]
  if (is.null(likelihood) || length(object$validation_rows)) {
    abort_nnfit("argument", c(
      "The log-likelihood is defined for the losses {.val {names(likelihoods)}}, \\
        without validation.",
      "x" = "This fit has the loss {.val {loss}} and holds out \\
        {length(object$validation_rows)} row{?s}."
    ), call)
  }
  weights <- object$weights %||% rep(1, nrow(stored_fitted(object, call)))
  value <- likelihood$value(object, weights)
  structure(value,
    df = parameter_count(object) + likelihood$extra, nobs = nobs(object), class = "logLik"
  )
}

# As stats:::logLik.lm() has it: the variance is the mean squared residual.
normal_likelihood <- function(fit, weights) {
  residuals <- fit$outcome$values - fit$fitted
  n <- sum(weights > 0) * ncol(residuals)
  used <- weights[weights > 0]
  spread <- log(2 * pi) + 1 - log(n) + log(sum(weights * residuals^2))
  0.5 * (ncol(residuals) * sum(log(used)) - n * spread)
}

class_likelihood <- function(fit, weights) {
  probabilities <- both_classes(fit$fitted, fit$outcome$levels)
  if (fit$outcome$kind == "numeric") {
    y <- fit$outcome$values
    return(sum(weights * (y * log(fit$fitted) + (1 - y) * log1p(-fit$fitted))))
  }
  observed <- probabilities[cbind(seq_len(nrow(probabilities)), fit$outcome$values + 1L)]
  sum(weights * log(observed))
}

likelihoods <- list(
  mse = list(value = normal_likelihood, extra = 1),
  cross_entropy = list(value = class_likelihood, extra = 0),
  nll = list(value = class_likelihood, extra = 0),
  bce_with_logits = list(value = class_likelihood, extra = 0),
  bce = list(value = class_likelihood, extra = 0)
)
