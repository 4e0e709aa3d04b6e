# A network as nn_fit() builds them (core: model/network.py), with the parameters of a fit:
# ready to be given columns of inputs, one for each row of the data.

# One for each member. `parameters`: as a fit or a replicate holds them.
fitted_networks <- function(parameters, options) {
  members <- options$members %||% 1
  if (members == 1) return(list(fitted_network(parameters, options)))
  lapply(seq_len(members), function(member) {
    fitted_network(lapply(parameters, one_of_stack, member), options)
  })
}

# What is at a place of the first dimension.
one_of_stack <- function(stacked, at) {
  shape <- dim(stacked)
  one <- switch(max(1, length(shape)),
    stacked[[at]], stacked[at, ], stacked[at, , ], stacked[at, , , ]
  )
  if (length(shape) > 2) dim(one) <- shape[-1]
  one
}

# Layers are numbered from 0 as torch's modules are, in which an activation is one too.
fitted_network <- function(parameters, options) {
  units <- as.integer(options$hidden_units)
  embedded <- options$embed
  sizes <- c(input_number(options), units)
  layers <- vector("list", length(units))
  place <- 0
  for (i in seq_along(units)) {
    norm <- part_at(options$norm, i)
    normed <- !is.null(norm) && component_name(norm) != "identity"
    dense <- dense_layer(parameters, place, units[i])
    normalise <- if (normed) norm_layer(norm, parameters, place + 1)
    learned <- parameters[[paste0(place + 1 + normed, ".weight")]]
    residual <- isTRUE(options$residual) && sizes[i] == sizes[i + 1]
    layers[[i]] <- list(
      dense = dense, normalise = normalise, residual = residual,
      activate = activation_function(part_at(options$activation, i), learned)
    )
    place <- place + 2 + normed + ((options$dropout %||% 0) > 0) + residual
  }
  list(
    tables = lapply(seq_along(embedded), function(i) vectors_of(parameters, i, embedded[[i]])),
    layers = layers, last = dense_layer(parameters, place, options$n_outputs),
    skip = if (isTRUE(options$skip)) as_weight(parameters$skip.weight, options$n_outputs)
  )
}

input_number <- function(options) {
  options$n_features + sum(vapply(options$embed, function(one) one$size - 1, 1))
}

# Of one for all layers' parts, a vector of names or a list.
part_at <- function(parts, i) if (i <= length(parts)) parts[[i]]

# reticulate makes numbers of what has one value.
as_weight <- function(weight, outputs) {
  if (is.matrix(weight)) weight else matrix(weight, outputs)
}

dense_layer <- function(parameters, place, outputs) {
  weight <- as_weight(parameters[[paste0(place, ".weight")]], outputs)
  bias <- as.vector(parameters[[paste0(place, ".bias")]])
  if (is.null(bias)) function(x) weight %*% x else function(x) weight %*% x + bias
}

norm_layer <- function(norm, parameters, place) {
  force(place) # which the caller counts on
  learned <- function(name) as.vector(parameters[[paste0(place, ".", name)]])
  eps <- if (length(norm) > 1) norm[[2]]$eps
  norms[[component_name(norm)]](
    learned("weight") %||% 1, learned("bias") %||% 0, eps %||% 1e-5, learned
  )
}

norms <- list(
  batch_norm = function(weight, bias, eps, learned) {
    middle <- learned("running_mean")
    slope <- weight / sqrt(learned("running_var") + eps)
    function(x) (x - middle) * slope + bias
  },
  layer_norm = function(weight, bias, eps, learned) {
    function(x) {
      x <- x - by_row(colMeans(x), x)
      x / by_row(sqrt(colMeans(x^2) + eps), x) * weight + bias
    }
  }
)

# A column for each level, and a last one for what is none: their mean.
vectors_of <- function(parameters, i, embedded) {
  table <- as_weight(parameters[[paste0("embed.", i - 1, ".weight")]], length(embedded$levels))
  t(rbind(table, colMeans(table)))
}

# What a network gives (outputs, n) for inputs (columns of the data, n).
network_output <- function(network, x, options) {
  if (length(network$tables)) x <- with_vectors(x, network$tables, code_rows(options))
  given <- x
  for (layer in network$layers) {
    before <- x
    x <- layer$dense(x)
    if (!is.null(layer$normalise)) x <- layer$normalise(x)
    x <- layer$activate(x)
    if (layer$residual) x <- x + before
  }
  x <- network$last(x)
  if (is.null(network$skip)) x else x + network$skip %*% given
}

# The rows of the inputs that are positions of levels.
code_rows <- function(options) vapply(options$embed, function(one) one$column + 1, 1)

with_vectors <- function(x, tables, rows) {
  vectors <- Map(function(table, row) table[, x[row, ] + 1, drop = FALSE], tables, rows)
  do.call(rbind, c(list(x[-rows, , drop = FALSE]), vectors))
}
