# Options that would have no part in a fit: refused, as a user who gives them
# expects one. python/nnfit/core/options/ignored.py does the same for Python.

may_be_ignored <- c("hidden_units", "activation", "dropout", "bias")

# `given`: the options that the user wrote.
check_ignored <- function(given, call) {
  model <- !is.null(given$model)
  layers <- length(given$hidden_units) > 0
  for (name in intersect(may_be_ignored, names(given))) {
    if (model && !is_default(given[[name]], name)) {
      abort_nnfit("argument", c(
        "{.arg {name}} does not go with {.arg model}, whose layers are its own.",
        "i" = "Leave one of the two out."
      ), call)
    }
  }
  for (name in intersect(c("activation", "dropout"), names(given))) {
    if (!model && !layers && !is_default(given[[name]], name)) {
      abort_nnfit("argument", c(
        "{.arg {name}} needs hidden layers, and there are none.",
        "i" = "Give their sizes as {.arg hidden_units}, or leave it out for a linear model."
      ), call)
    }
  }
}

is_default <- function(value, name) isTRUE(all.equal(value, eval(formals(nn_options)[[name]])))
