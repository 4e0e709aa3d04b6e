# Activations as R functions of numbers, a column for each row of the data and in it the units
# of a layer: by the names of the catalog, with torch's own names and defaults of arguments,
# as they are once trained.

# The derivative of "selu" jumps there; Klambauer et al. (2017), Self-normalizing neural
# networks, equation 14.
selu_alpha <- 1.6732632423543772848170429916717
selu_scale <- 1.0507009873554804934193349852946

activations <- list(
  celu = function(x, alpha = 1) pmax_(x, 0) + pmin_(alpha * expm1(pmin_(x, 0) / alpha), 0),
  elu = function(x, alpha = 1) where(x > 0, x, alpha * expm1(pmin_(x, 0))),
  gelu = function(x, approximate = "none") {
    if (approximate == "none") return(x * stats::pnorm(x))
    x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2
  },
  hardshrink = function(x, lambd = 0.5) where(abs(x) > lambd, x, 0),
  hardsigmoid = function(x) pmin_(pmax_(x + 3, 0), 6) / 6,
  hardswish = function(x) x * pmin_(pmax_(x + 3, 0), 6) / 6,
  hardtanh = function(x, min_val = -1, max_val = 1) pmin_(pmax_(x, min_val), max_val),
  identity = function(x) x,
  leaky_relu = function(x, negative_slope = 0.01) where(x > 0, x, negative_slope * x),
  log_sigmoid = function(x) stats::plogis(x, log.p = TRUE),
  log_softmax = function(x) {
    x <- x - by_row(column_max(x), x)
    x - by_row(log(colSums(exp(x))), x)
  },
  mish = function(x) x * tanh(soft_plus(x)),
  prelu = function(x, weight) where(x > 0, x, weight * x),
  relu = function(x) pmax_(x, 0),
  relu6 = function(x) pmin_(pmax_(x, 0), 6),
  # Its slope is random in training.
  rrelu = function(x, lower = 1 / 8, upper = 1 / 3) where(x > 0, x, (lower + upper) / 2 * x),
  selu = function(x) selu_scale * where(x > 0, x, selu_alpha * expm1(pmin_(x, 0))),
  sigmoid = function(x) stats::plogis(x),
  silu = function(x) x * stats::plogis(x),
  softmax = function(x) {
    powers <- exp(x - by_row(column_max(x), x))
    powers / by_row(colSums(powers), x)
  },
  softmin = function(x) activations$softmax(-x),
  softplus = function(x, beta = 1, threshold = 20) {
    where(x * beta > threshold, x, soft_plus(x * beta) / beta)
  },
  softshrink = function(x, lambd = 0.5) sign(x) * pmax_(abs(x) - lambd, 0),
  softsign = function(x) x / (1 + abs(x)),
  tanh = function(x) tanh(x),
  tanhshrink = function(x) x - tanh(x),
  threshold = function(x, threshold = 0, value = 0) where(x > threshold, x, value)
)

# log(1 + exp(x)), also of large x.
soft_plus <- function(x) pmax_(x, 0) + log1p(exp(-abs(x)))

# pmax(), pmin() and ifelse() for a matrix of numbers and one number (`other` may be as
# many), which are some times faster here. What is no number stays so.
pmax_ <- function(x, least) {
  below <- which(x < least)
  if (length(below)) x[below] <- least
  x
}

pmin_ <- function(x, most) {
  above <- which(x > most)
  if (length(above)) x[above] <- most
  x
}

where <- function(test, x, other) {
  places <- which(!test)
  if (length(places)) x[places] <- if (length(other) == 1) other else other[places]
  x
}

# A number for each column, beside all of its rows.
by_row <- function(values, x) rep(values, each = nrow(x))

column_max <- function(x) {
  x[cbind(max.col(t(x), ties.method = "first"), seq_len(ncol(x)))]
}

# A function of the matrix alone. `parameters`: what the activation learned.
activation_function <- function(component, learned = NULL) {
  computed <- activations[[component_name(component)]]
  args <- if (length(component) > 1) component[[2]]
  args <- args[names(args) %in% names(formals(computed))]
  if (length(learned)) args$weight <- as.vector(learned)
  if (!length(args)) return(computed)
  function(x) do.call(computed, c(list(x), args))
}
