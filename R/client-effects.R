# Effect displays, by the package effects.

#' @exportS3Method effects::Effect
Effect.nn_fit <- function(focal.predictors, mod, ..., vcov. = NULL) { # nolint: object_name_linter.
  refuse_effects(mod, "Effect()")
  model <- equal_model(mod, "Effect")
  effects::Effect(focal.predictors, model, ..., vcov. = covariance_for(mod, vcov.))
}

#' @exportS3Method effects::effect
effect.nn_fit <- function(term, mod, vcov. = NULL, ...) {
  refuse_effects(mod, "effect()")
  model <- equal_model(mod, "effect")
  effects::effect(term, model, vcov. = covariance_for(mod, vcov.), ...)
}

#' @exportS3Method effects::allEffects
allEffects.nn_fit <- function(mod, ..., vcov. = NULL) { # nolint: object_name_linter.
  refuse_effects(mod, "allEffects()")
  model <- equal_model(mod, "allEffects")
  effects::allEffects(model, ..., vcov. = covariance_for(mod, vcov.))
}

# That package takes the outcome of a coxph() for numbers.
refuse_effects <- function(fit, what) {
  instead <- "emmeans::emmeans(fit, specs) and predict(fit, newdata, type = \"lp\") show effects."
  refuse_survival(fit, what, instead, rlang::caller_env())
}
