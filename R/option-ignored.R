# Options that would have no part in a fit: refused, as a user who gives them
# expects one. python/nnfit/core/options/ignored.py does the same for Python.

need_layers <- c(
  "activation", "dropout", "norm", "residual", "skip", "freeze", "max_norm", "members"
)
may_be_ignored <- c("hidden_units", "bias", "init", "embed", need_layers)

# `given`: the options that the user wrote.
check_ignored <- function(given, call) {
  if (isTRUE(given$mixture > 0) && !isTRUE(given$penalty > 0)) {
    refuse_ignored("mixture", "no_penalty", call)
  }
  if (!is.null(given$model)) {
    refuse_ignored(changed_of(may_be_ignored, given), "model", call)
  } else if (!length(given$hidden_units)) {
    refuse_ignored(changed_of(need_layers, given), "linear", call)
    refuse_ignored(changed_of("embed", given), "linear_embed", call)
  }
}

# Which of some options are given, and not as they are anyway.
changed_of <- function(names, given) {
  Filter(function(name) !is_default(given[[name]], name), intersect(names, names(given)))
}

refuse_ignored <- function(names, why, call) {
  for (name in names) abort_nnfit("argument", ignored_words[[why]], call)
}

# By what leaves no part for an option.
ignored_words <- list(
  no_penalty = c(
    "{.arg {name}} is the share of absolute values in {.arg penalty}, and there is none.",
    "i" = "Give {.arg penalty} beside it, or leave it out."
  ),
  model = c(
    "{.arg {name}} does not go with {.arg model}, whose layers are its own.",
    "i" = "Leave one of the two out."
  ),
  linear = c(
    "{.arg {name}} needs hidden layers, and there are none.",
    "i" = "Give their sizes as {.arg hidden_units}, or leave it out for a linear model."
  ),
  linear_embed = c(
    "{.arg {name}} needs hidden layers, and there are none.",
    "x" = "A linear model would be the one of dummy columns.",
    "i" = "Give their sizes as {.arg hidden_units}, or leave it out for a linear model."
  )
)

is_default <- function(value, name) {
  if (name == "members" && isTRUE(value == 1)) return(TRUE) # as many as there are anyway
  if (name == "embed" && isFALSE(value)) return(TRUE)
  isTRUE(all.equal(value, eval(formals(nn_options)[[name]])))
}
