# The bridge: everything that a user can get wrong is refused here or before;
# then one crossing into Python.
nn_fit_bridge <- function(design, outcome, options, call, formula = NULL) {
  options <- check_task(design, outcome, options, call)
  beside <- options[c("bootstrap", "restarts")]
  result <- call_core("fit", c(core_arguments(design$x, outcome, options), beside), call)
  fit <- new_nn_fit(result, design, outcome, options, formula, call_as_written(call))
  if (is_linear(fit)) {
    fit["rank"] <- list(design_rank(design$x, fit$options$bias, used_rows(fit, nrow(design$x))))
  }
  warn_fit(fit, call)
  warn_replicates(fit$replicates, call)
  fit
}

# What data and options must be to each other; gives the options, with the
# weights, the validation and the seed as they cross.
check_task <- function(design, outcome, options, call) {
  check_same_rows(nrow(design$x), outcome_rows(outcome), call)
  check_finite(design$x, design$arg, call)
  check_finite(outcome$values, if (design$arg == "x") "y" else "data", call)
  check_loss(options$loss, outcome, call)
  options$weights <- check_weights(options$weights, nrow(design$x), call)
  options$validation <- resolve_validation(options$validation, design, outcome, call)
  options["seed"] <- list(resolve_seed(options$seed))
  options
}

resolve_seed <- function(seed) {
  if (is.null(seed)) return(sample.int(.Machine$integer.max, 1))
  if (is.na(seed)) NULL else seed
}

call_as_written <- function(frame, generic = quote(nn_fit)) {
  call <- rlang::frame_call(frame)
  attributes(call) <- NULL
  # R says nn_fit.formula(), which a user can not call.
  call[[1]] <- generic
  call
}

# What Python gives, and what R knows beside it. An entry may be NULL: names(fit)
# are the same for all.
new_nn_fit <- function(result, design, outcome, options, formula, call) {
  structure(c(
    list(
      call = call,
      formula = formula,
      blueprint = design$blueprint,
      columns = list(names = colnames(design$x), number = ncol(design$x)),
      outcome = outcome,
      weights = options$weights,
      row_names = design$row_names,
      seed = options$seed,
      module_key = remember_module(options$model),
      rank = NULL
    ),
    read_fit(result)
  ), class = "nn_fit")
}
