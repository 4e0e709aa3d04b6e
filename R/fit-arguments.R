# R's values as the plain data that crosses: arrays, numbers, strings, lists.

core_arguments <- function(x, outcome, options) {
  crossing <- setdiff(names(options), c(
    "activation", "norm", "init", "freeze", "optimizer", "loss", "schedule", "progress", "bias",
    "hidden_units", "bootstrap", "restarts", "class_weights", "metrics", "callback", "start",
    "family", "checkpoint", "drawn", "isolate",
    "keep_data", "processes"
  ))
  c(
    list(x = x, y = core_outcome(outcome)),
    unclass(options)[crossing],
    list(
      hidden_units = as.list(as.integer(options$hidden_units)),
      bias = as.list(unname(options$bias)),
      checkpoint = core_checkpoint(options),
      callback = if (!is.null(options$callback)) watching_callback(options$callback),
      start = if (!is.null(options$start)) fit_state(options$start, "memory"),
      metrics = as.list(options$metrics),
      class_weights = by_name(options$class_weights),
      activation = lapply(options$activation, as_pair),
      norm = lapply(options$norm, as_pair),
      init = as_pair(options$init),
      freeze = as.list(as.integer(options$freeze)),
      loss = own_loss_callback(options$loss) %||% as_pair(named_numbers(options$loss, outcome)),
      optimizer = as_pair(options$optimizer),
      schedule = as_pair(options$schedule),
      levels = if (length(outcome$levels)) as.list(outcome$levels),
      progress = if (!isFALSE(options$progress)) progress_callback(options$progress)
    )
  )
}

# "relu", or ["huber", {"delta": 1.5}] on the Python side.
as_pair <- function(component) {
  if (length(component[[2]])) component else component[[1]]
}

# A dictionary on the Python side.
by_name <- function(values) if (is.null(names(values))) values else as.list(values)

# Numbers by name cross as a dictionary, which Python puts into the order of the
# levels. It does not know the names of numeric outcomes: those are put into order
# here.
named_numbers <- function(loss, outcome) {
  if (!length(loss[[2]])) return(loss)
  named <- function(value) !is.null(names(value))
  outcomes <- if (outcome$kind == "numeric") outcome$names
  loss[[2]] <- lapply(loss[[2]], function(value) {
    if (named(value) && length(outcomes) && setequal(names(value), outcomes)) {
      value <- unname(value[outcomes])
    }
    if (named(value)) as.list(value) else value
  })
  loss
}
