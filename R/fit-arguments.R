# R's values as the plain data that crosses: arrays, numbers, strings, lists.

core_arguments <- function(x, outcome, options) {
  crossing <- setdiff(names(options), c(
    "activation", "optimizer", "loss", "progress", "hidden_units", "bootstrap", "restarts"
  ))
  c(
    list(x = x, y = outcome$values),
    unclass(options)[crossing],
    list(
      hidden_units = as.list(as.integer(options$hidden_units)),
      activation = lapply(options$activation, as_pair),
      loss = as_pair(options$loss),
      optimizer = as_pair(options$optimizer),
      levels = if (length(outcome$levels)) as.list(outcome$levels),
      progress = if (options$progress) progress_callback()
    )
  )
}

# "relu", or ["huber", {"delta": 1.5}] on the Python side.
as_pair <- function(component) {
  if (length(component[[2]])) component else component[[1]]
}
