# How many parameters the data determine: what AIC() and the like count.

# The rank of a linear model's predictors, with its intercept, in the rows that it
# was trained on; lm()'s, as it is by the same decomposition. It is looked at in a
# few rows first: columns that are independent there are so in all.
design_rank <- function(x, intercept, used) {
  columns <- ncol(x) + intercept
  rows <- which(used)
  if (columns > most_ranked) return(NULL)
  size <- 2 * columns + 20
  repeat {
    few <- size < length(rows)
    part <- part_of(x, intercept, if (few) rows[seq(1, length(rows), length.out = size)] else rows)
    found <- stats::.lm.fit(part, numeric(nrow(part)))
    if (!few || found$rank == columns) return(found$rank)
    if (follow_everywhere(found, x, intercept, rows)) return(found$rank)
    size <- 4 * size
  }
}

most_ranked <- 1000 # columns: the work grows by their cube

part_of <- function(x, intercept, rows) {
  part <- x[rows, , drop = FALSE]
  if (intercept) cbind(1, part) else part
}

# Do the columns that follow from others in a few rows do so, by the same rule, in
# all? To lm()'s tolerance.
follow_everywhere <- function(found, x, intercept, rows) {
  first <- seq_len(found$rank)
  rule <- backsolve(found$qr[first, first, drop = FALSE], found$qr[first, -first, drop = FALSE])
  all <- part_of(x, intercept, rows)
  dependent <- all[, found$pivot[-first], drop = FALSE]
  apart <- dependent - all[, found$pivot[first], drop = FALSE] %*% rule
  all(colSums(apart^2) <= 1e-14 * colSums(dependent^2))
}

# The rows that have a part in a fit's loss.
used_rows <- function(fit, rows = nrow(fit$fitted)) {
  used <- rep(TRUE, rows)
  used[fit$validation_rows] <- FALSE
  if (is.null(fit$weights)) used else used & fit$weights > 0
}

# How many parameters are estimated. A softmax gives the same probabilities where
# all of its scores are moved by the same amount, so that one score's parameters
# are free: nnet::multinom() holds them at 0.
estimated_parameters <- function(fit) {
  spare <- if (identical(fit$options$link, "softmax")) 1 else 0
  if (is_linear(fit) && !is.null(fit$rank)) {
    return(fit$rank * (fit$options$n_outputs - spare))
  }
  # What a module of the user's own does with its last layer is not known.
  if (!is.null(fit$module_key)) return(parameter_count(fit))
  parameter_count(fit) - spare * per_output(fit)
}

# The parameters of one of the model's outputs: a row of its last layer.
per_output <- function(fit) {
  parameters <- fit$parameters[setdiff(names(fit$parameters), fit$buffers)]
  weight <- utils::tail(Filter(function(values) length(dim(values)) == 2, parameters), 1)[[1]]
  ncol(weight) + isTRUE(fit$options$bias)
}
