# The same linear model on other columns: of its own rows, weights, loss and offset. That some
# columns take no part shows in its degrees of freedom.

refit <- function(fit, x, call, offset = fit$offset) {
  loss <- fit$options$loss
  options <- collect_options(
    loss = if (length(loss) > 1) c(list(loss[[1]]), loss[[2]]) else loss[[1]],
    bias = fit$options$bias, dtype = fit$options$dtype, device = fit$options$device,
    seed = fit$seed %||% 1L, progress = FALSE, call = call
  )
  options["weights"] <- list(fit$weights)
  options["offset"] <- list(offset)
  used <- used_rows(fit)
  if (!all(used)) options["weights"] <- list((fit$weights %||% rep(1, length(used))) * used)
  withCallingHandlers(
    nn_fit_bridge(design_matrix(x, call), fit$outcome, options, call %||% rlang::current_env()),
    nnfit_warning_collinear = function(warning) invokeRestart("muffleWarning")
  )
}
