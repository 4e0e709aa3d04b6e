# Rows as a network is given them: straightened, scaled and drawn in (core:
# data/batches.py), and turned round, so that each is a column.

# `x`: (n, p), without missing values. NULL: a number is beyond what numbers can be.
network_inputs <- function(x, scaling, options) {
  if (is.null(scaling)) return(plain_columns_of(x))
  inputs <- straightened(plain_columns_of(x), scaling)
  inputs <- (inputs - as.vector(scaling$x_center)) / as.vector(scaling$x_scale)
  if (!is.finite(sum(inputs)) && !all(is.finite(inputs))) return(NULL)
  if (!isTRUE(options$tuned)) return(inputs)
  codes <- code_rows(options)
  drawn <- drawn_in(inputs)
  if (length(codes)) drawn[codes, ] <- inputs[codes, ]
  drawn
}

# Of a linear model in the units of the data: what is far off is only refused where the
# output is no number.
linear_inputs <- function(x, scaling) {
  if (is.null(scaling)) plain_columns_of(x) else plain_columns_of(x) - as.vector(scaling$x_center)
}

plain_columns_of <- function(x) {
  dimnames(x) <- NULL
  t(x)
}

# ((1 + z)^power - 1) / power of z = (x - low) / unit; of a power of 0 the logarithm. Below
# 0, where new rows may be, z itself.
straightened <- function(inputs, scaling) {
  power <- as.vector(scaling$x_power)
  for (row in which(power != 1)) {
    z <- (inputs[row, ] - scaling$x_low[row]) / scaling$x_unit[row]
    above <- z > 0
    logs <- log1p(pmin(z[above], 1e100))
    z[above] <- if (power[row] == 0) logs else expm1(power[row] * logs) / power[row]
    inputs[row, ] <- z
  }
  inputs
}

# Far values to within three standard deviations: x / sqrt(1 + (x / 3)^2), whose square may be
# beyond numbers.
drawn_in <- function(inputs) {
  size <- abs(inputs / 3)
  root <- sqrt(1 + size^2)
  far <- which(size > 1e100)
  if (length(far)) root[far] <- size[far]
  inputs / root
}
