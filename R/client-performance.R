# Indices and checks of a model, by the package performance.

#' @exportS3Method performance::model_performance
model_performance.nn_fit <- function(model, ...) {
  performance::model_performance(equal_model(model, "model_performance"), ...)
}

#' @exportS3Method performance::r2
r2.nn_fit <- function(model, ...) performance::r2(equal_model(model, "r2"), ...)

#' @exportS3Method performance::r2_coxsnell
r2_coxsnell.nn_fit <- function(model, ...) {
  performance::r2_coxsnell(equal_model(model, "r2_coxsnell"), ...)
}

#' @exportS3Method performance::r2_efron
r2_efron.nn_fit <- function(model, ...) {
  refuse_survival(model, "r2_efron()", "r2_nagelkerke() does.", rlang::current_env())
  performance::r2_efron(equal_model(model, "r2_efron"), ...)
}

#' @exportS3Method performance::r2_mcfadden
r2_mcfadden.nn_fit <- function(model, ...) {
  refuse_survival(model, "r2_mcfadden()", "r2_nagelkerke() does.", rlang::current_env())
  performance::r2_mcfadden(equal_model(model, "r2_mcfadden"), ...)
}

#' @exportS3Method performance::r2_nagelkerke
r2_nagelkerke.nn_fit <- function(model, ...) {
  performance::r2_nagelkerke(equal_model(model, "r2_nagelkerke"), ...)
}

#' @exportS3Method performance::performance_aic
performance_aic.nn_fit <- function(x, ...) {
  performance::performance_aic(equal_model(x, "performance_aic"), ...)
}

#' @exportS3Method performance::performance_aicc
performance_aicc.nn_fit <- function(x, ...) {
  performance::performance_aicc(equal_model(x, "performance_aicc"), ...)
}

#' @exportS3Method performance::performance_logloss
performance_logloss.nn_fit <- function(model, ...) {
  performance::performance_logloss(equal_model(model, "performance_logloss"), ...)
}

#' @exportS3Method performance::performance_mae
performance_mae.nn_fit <- function(model, ...) {
  performance::performance_mae(equal_model(model, "performance_mae"), ...)
}

#' @exportS3Method performance::performance_mse
performance_mse.nn_fit <- function(model, ...) {
  performance::performance_mse(equal_model(model, "performance_mse"), ...)
}

#' @exportS3Method performance::check_autocorrelation
check_autocorrelation.nn_fit <- function(x, ...) {
  performance::check_autocorrelation(equal_model(x, "check_autocorrelation"), ...)
}

#' @exportS3Method performance::check_collinearity
check_collinearity.nn_fit <- function(x, ...) {
  performance::check_collinearity(equal_model(x, "check_collinearity"), ...)
}

#' @exportS3Method performance::check_heteroscedasticity
check_heteroscedasticity.nn_fit <- function(x, ...) { # nolint: object_length_linter.
  performance::check_heteroscedasticity(equal_model(x, "check_heteroscedasticity"), ...)
}

#' @exportS3Method performance::check_model
check_model.nn_fit <- function(x, ...) performance::check_model(equal_model(x, "check_model"), ...)

#' @exportS3Method performance::check_normality
check_normality.nn_fit <- function(x, ...) {
  performance::check_normality(equal_model(x, "check_normality"), ...)
}

#' @exportS3Method performance::check_outliers
check_outliers.nn_fit <- function(x, ...) {
  refuse_survival(
    x, "check_outliers()", "residuals(fit, type = \"dfbetas\") tells which rows move coefficients.",
    rlang::current_env()
  )
  performance::check_outliers(equal_model(x, "check_outliers"), ...)
}

#' @exportS3Method performance::check_overdispersion
check_overdispersion.nn_fit <- function(x, ...) {
  performance::check_overdispersion(equal_model(x, "check_overdispersion"), ...)
}
