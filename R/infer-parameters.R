# How many parameters the data determine: what AIC() and the like count.

# A softmax gives the same probabilities where all of its scores are moved by the
# same amount, so that one score's parameters are free: nnet::multinom() holds them
# at 0. Columns that take no part, as they are constant or follow from others, have
# no parameters.
estimated_parameters <- function(fit) {
  # What a module of the user's own does with its layers is not known.
  if (!is.null(fit$module_key)) return(parameter_count(fit))
  spare <- if (identical(fit$options$link, "softmax")) 1 else 0
  unused <- sum(left_out(fit))
  if (is_linear(fit)) {
    # More columns than rows determine no more parameters than there are rows.
    each <- min(per_output(fit) - unused, nobs(fit))
    return(each * (fit$options$n_outputs - spare))
  }
  into <- fit$options$hidden_units[[1]] + if (has_skip(fit)) fit$options$n_outputs else 0
  parameter_count(fit) - unused * into - spare * per_output(fit)
}

# The parameters of one of the model's outputs: a row of its last layer.
per_output <- function(fit) {
  layers <- c(input_count(fit), unlist(fit$options$hidden_units))
  skip <- if (has_skip(fit)) input_count(fit) - sum(left_out(fit)) else 0
  utils::tail(layers, 1) + isTRUE(fit$options$bias) + skip
}

# How much each of these counts.
used_weights <- function(fit) {
  used <- used_rows(fit)
  if (is.null(fit$weights)) rep(1, sum(used)) else fit$weights[used]
}

# The rows that have a part in a fit's loss.
used_rows <- function(fit, rows = nrow(fit$fitted)) {
  used <- rep(TRUE, rows)
  used[fit$validation_rows] <- FALSE
  if (is.null(fit$weights)) used else used & fit$weights > 0
}
