# Effect displays, by the package effects.

#' @exportS3Method effects::Effect
Effect.nn_fit <- function(focal.predictors, mod, ..., vcov. = NULL) { # nolint: object_name_linter.
  model <- equal_model(mod, "Effect")
  effects::Effect(focal.predictors, model, ..., vcov. = covariance_for(mod, vcov.))
}

#' @exportS3Method effects::effect
effect.nn_fit <- function(term, mod, vcov. = NULL, ...) {
  model <- equal_model(mod, "effect")
  effects::effect(term, model, vcov. = covariance_for(mod, vcov.), ...)
}

#' @exportS3Method effects::allEffects
allEffects.nn_fit <- function(mod, ..., vcov. = NULL) { # nolint: object_name_linter.
  model <- equal_model(mod, "allEffects")
  effects::allEffects(model, ..., vcov. = covariance_for(mod, vcov.))
}
