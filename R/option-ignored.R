# Options that would have no part in a fit: refused, as a user who gives them
# expects one. python/nnfit/core/options/ignored.py does the same for Python.

may_be_ignored <- c("hidden_units", "activation", "dropout", "bias")

# `given`: the options that the user wrote.
check_ignored <- function(given, call) {
  changed <- Filter(function(name) !is_default(given[[name]], name), names(given))
  if (!is.null(given$model)) {
    refuse_beside_model(intersect(may_be_ignored, changed), call)
  } else if (!length(given$hidden_units)) {
    refuse_without_layers(intersect(c("activation", "dropout"), changed), call)
  }
}

refuse_beside_model <- function(names, call) {
  for (name in names) {
    abort_nnfit("argument", c(
      "{.arg {name}} does not go with {.arg model}, whose layers are its own.",
      "i" = "Leave one of the two out."
    ), call)
  }
}

refuse_without_layers <- function(names, call) {
  for (name in names) {
    abort_nnfit("argument", c(
      "{.arg {name}} needs hidden layers, and there are none.",
      "i" = "Give their sizes as {.arg hidden_units}, or leave it out for a linear model."
    ), call)
  }
}

is_default <- function(value, name) {
  name %in% may_be_ignored && isTRUE(all.equal(value, eval(formals(nn_options)[[name]])))
}
