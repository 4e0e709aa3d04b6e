# What each unit of the last hidden layer adds to the curve: its value times the weight that
# leads to the output, in the units of the outcome.

# A list of `x`, `parts` (a column for each unit), the `constant` that is added to them, and
# which units are `flat`, giving one number over all of x. NULL without hidden units, or where
# there is more than one output.
unit_parts <- function(fit, x) {
  if (is_linear(fit) || fit$options$n_outputs > 1) return(NULL)
  network <- fitted_network(fit$parameters, fit$options)
  new <- stats::setNames(data.frame(x), only_predictor(fit, NULL))
  inputs <- network_inputs(nn_design(fit, new), fit$scaling, fit$options)
  values <- last_hidden(network, inputs)
  place <- max(as.integer(sub("[.].*$", "", grep("^[0-9]+[.]weight$", names(fit$parameters),
    value = TRUE))))
  weight <- as.vector(fit$parameters[[paste0(place, ".weight")]])
  bias <- as.vector(fit$parameters[[paste0(place, ".bias")]]) %||% 0
  scale <- output_scaling(fit$scaling)
  parts <- t(values * weight * scale$by)
  spread <- apply(parts, 2, function(part) diff(range(part)))
  list(
    x = x, parts = parts, constant = bias * scale$by + scale$from,
    flat = spread <= 1e-9 * max(1, abs(parts))
  )
}

last_hidden <- function(network, inputs) {
  network$last <- identity
  network$skip <- NULL
  network_output(network, inputs, list())
}

# As decoded() has it.
output_scaling <- function(scaling) {
  if (is.null(scaling)) return(list(by = 1, from = 0))
  list(by = decoded(1, scaling) - decoded(0, scaling), from = decoded(0, scaling))
}
