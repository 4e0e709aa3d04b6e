# An activation, a norm, a loss, an optimizer, a schedule or initial values as users write
# it: a name, a list of a name and its own arguments, or torch's own object where a name is
# meant.

# As list(name, args): what crosses to Python.
as_component <- function(kind, value, arg, call) {
  if (rlang::is_string(value)) return(list(catalog_name(kind, value, arg, call), list()))
  parts <- component_parts(kind, value, arg, call)
  name <- catalog_name(kind, parts$name, arg, call)
  list(name, check_arguments(kind, name, parts$args, arg, call))
}

component_parts <- function(kind, value, arg, call) {
  several <- is.character(value) || rlang::is_bare_list(value)
  value <- if (several) as.list(value) else list(value)
  named <- rlang::have_name(value)
  first <- if (sum(!named) == 1) value[!named][[1]]
  said <- component_said(kind, first, call)
  if (is.null(said)) refuse_component(kind, first, arg, call)
  # What is said beside an instance goes before what it was made with.
  list(name = said$name, args = c(said$args[setdiff(names(said$args), names(value))], value[named]))
}

# The name, and the arguments of an instance; NULL: it is none.
component_said <- function(kind, value, call) {
  if (rlang::is_string(value)) return(list(name = value))
  if (inherits(value, "python.builtin.object")) {
    found <- call_core("component_of", list(kind, value), call)
    return(list(name = found[[1]], args = as.list(found[[2]])))
  }
  same <- vapply(r_activations, identical, NA, value)
  if (kind == "activation" && any(same)) list(name = names(same)[same])
}

# R's own functions that are one of torch's activations.
r_activations <- list(tanh = tanh, sigmoid = stats::plogis, identity = identity)

refuse_component <- function(kind, value, arg, call) {
  abort_nnfit("argument", c(
    "{.arg {arg}} must be a name, or a list of a name and its own arguments.",
    "x" = if (is.function(value)) "An R function can not be a part of a network in torch.",
    "i" = "For example {.code {component_examples[[kind]]}}."
  ), call)
}

component_examples <- c(
  activation = 'list("leaky_relu", negative_slope = 0.1)',
  init = 'list("kaiming_normal", nonlinearity = "relu")',
  loss = 'list("huber", delta = 1.5)',
  norm = 'list("layer_norm", eps = 1e-6)',
  optimizer = 'list("sgd", nesterov = TRUE)',
  schedule = 'list("step", step_size = 100)'
)
