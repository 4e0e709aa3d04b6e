# What the packages of easystats ask a model by insight. Where its answer for an unknown class is
# that for an lm() or a glm(), there is no method.

# Of a network, too, which is no such model.
#' @exportS3Method insight::get_data
get_data.nn_fit <- function(x, ...) {
  if (!is_linear(x)) return(NextMethod())
  insight::get_data(equal_model(x, "get_data"), ...)
}

#' @exportS3Method insight::get_datagrid
get_datagrid.nn_fit <- function(x, ...) insight::get_datagrid(equal_model(x, "get_datagrid"), ...)

#' @exportS3Method insight::get_df
get_df.nn_fit <- function(x, ...) insight::get_df(equal_model(x, "get_df"), ...)

#' @exportS3Method insight::get_loglikelihood
get_loglikelihood.nn_fit <- function(x, ...) {
  insight::get_loglikelihood(equal_model(x, "get_loglikelihood"), ...)
}

#' @exportS3Method insight::get_predicted
get_predicted.nn_fit <- function(x, ...) {
  insight::get_predicted(equal_model(x, "get_predicted"), ...)
}

#' @exportS3Method insight::get_residuals
get_residuals.nn_fit <- function(x, ...) {
  insight::get_residuals(equal_model(x, "get_residuals"), ...)
}

#' @exportS3Method insight::get_statistic
get_statistic.nn_fit <- function(x, ...) {
  insight::get_statistic(equal_model(x, "get_statistic"), ...)
}

#' @exportS3Method insight::loglikelihood
loglikelihood.nn_fit <- function(x, ...) {
  insight::loglikelihood(equal_model(x, "loglikelihood"), ...)
}

#' @exportS3Method insight::model_info
model_info.nn_fit <- function(x, ...) insight::model_info(equal_model(x, "model_info"), ...)
