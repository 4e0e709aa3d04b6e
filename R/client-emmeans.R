# Estimated marginal means, by the package emmeans.

# What is wrong it takes as a string: an error it would hide behind one of its own.
#' @exportS3Method emmeans::recover_data
recover_data.nn_fit <- function(object, ...) {
  model <- tryCatch(equal_model(object, "emmeans"), nnfit_error = conditionMessage)
  if (is.character(model)) model else emmeans::recover_data(model, ...)
}

# The covariance is what vcov() says, which knows of replicates.
#' @exportS3Method emmeans::emm_basis
emm_basis.nn_fit <- function(object, trms, xlev, grid, vcov. = NULL, ...) {
  model <- equal_model(object, "emmeans")
  covariance <- covariance_for(object, vcov.)
  emmeans::emm_basis(model, trms, xlev, grid, vcov. = covariance, ...)
}

# Given as a matrix, or by a function of the fit.
covariance_for <- function(fit, given) {
  if (is.null(given)) return(stats::vcov(fit, complete = FALSE))
  if (is.function(given)) given(fit) else given
}
