# The bridge: everything that a user can get wrong is refused here or before;
# then one crossing into Python.
nn_fit_bridge <- function(design, outcome, options, call, formula = NULL) {
  options <- check_task(design, outcome, options, call)
  beside <- options[c("bootstrap", "restarts")]
  result <- call_core("fit", c(core_arguments(design$x, outcome, options), beside), call)
  fit <- new_nn_fit(result, design, outcome, options, formula, call_as_written(call))
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

call_as_written <- function(frame) {
  call <- rlang::frame_call(frame)
  attributes(call) <- NULL
  # R says nn_fit.formula(), which a user can not call.
  call[[1]] <- quote(nn_fit)
  call
}

new_nn_fit <- function(result, design, outcome, options, formula, call) {
  row_names <- design$row_names
  structure(list(
    call = call,
    formula = formula,
    blueprint = design$blueprint,
    columns = list(names = colnames(design$x), number = ncol(design$x)),
    outcome = outcome,
    parameters = result$parameters,
    buffers = as.character(unlist(result$buffers)),
    layers = result$layers,
    scaling = result$scaling,
    options = result$options,
    history = lapply(result$history, as.double),
    stopped = result$stopped,
    best_epoch = result$best_epoch,
    validation_rows = if (!is.null(result$validation_rows)) as.integer(result$validation_rows) + 1L,
    weights = options$weights,
    row_names = row_names,
    fitted = result$fitted,
    fitted_link = result$fitted_link,
    seed = options$seed,
    replicates = new_replicates(result$replicates),
    restarts = new_restarts(result$restarts),
    module_key = remember_module(options$model),
    seconds = result$seconds
  ), class = "nn_fit")
}
