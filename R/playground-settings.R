# Settings: a value for each control, what the page begins with, and the options of nn_fit()
# that they are.

# What a page is, of which nothing else is said.
start_settings <- function() {
  list(
    data = "thermometer", n = 40, noise = 0.2, data_seed = 1, validation = 0, units_1 = 4,
    units_2 = 0, activation = "tanh", seed = 1, optimizer = NA_character_, learn_rate = NA_real_,
    penalty = 0, epochs = 500, scale = TRUE
  )
}

# Those that no control moves, and that may be given for all fits of a page.
held_options <- c(
  "bias", "dropout", "norm", "residual", "init", "loss", "reduction", "momentum", "schedule",
  "batch_size", "stop_iter", "clip_norm", "clip_value", "max_norm", "mixture", "dtype", "engine"
)

# `given`: options of nn_fit() by name. Gives the settings to begin with, and what is held.
begin_settings <- function(given, own, call) {
  check_given(given, call)
  check_playable(given, call)
  start <- start_settings()
  if (own) start$data <- "own"
  units <- given$hidden_units
  if (!is.null(units)) {
    check_option(units, "hidden_units", call)
    check_two_layers(units, call)
    start[c("units_1", "units_2")] <- as.list(c(as.numeric(units), 0, 0)[1:2])
  }
  moved <- setdiff(intersect(names(given), names(start)), c("data", "n", "noise"))
  moved <- moved[!vapply(given[moved], is.null, NA)]
  for (name in moved) check_moved(given[[name]], name, call)
  start[moved] <- lapply(given[moved], function(value) {
    if (is.numeric(value)) as.numeric(value) else value
  })
  list(start = start, held = given[intersect(names(given), held_options)])
}

# What may be given, and is plain enough to be written into code.
check_playable <- function(given, call) {
  moved <- c("hidden_units", "activation", "optimizer", "learn_rate", "penalty", "epochs",
    "validation", "scale", "seed")
  for (name in names(given)) {
    if (!name %in% c(moved, held_options)) {
      abort_nnfit("argument", c(
        "{.arg {name}} has no place on the page of {.fn nn_playground}.",
        "i" = "It takes {.arg {c(moved, held_options)}}."
      ), call)
    }
    plain <- all(vapply(unlist(list(given[[name]]), use.names = FALSE), is.atomic, NA))
    if (!plain || is.object(given[[name]])) {
      abort_nnfit("argument", c(
        "{.arg {name}} must be a plain value here, which can be written as code, not
          {describe(given[[name]])}."
      ), call)
    }
  }
}

check_two_layers <- function(units, call) {
  if (length(units) > 2) {
    abort_nnfit("argument", c(
      "{.arg hidden_units} has {length(units)} layers, and the page moves two.",
      "i" = "Give one or two numbers of units."
    ), call)
  }
}

# A control moves one name or one number.
check_moved <- function(value, name, call) {
  check_option(value, name, call)
  kind <- if (name %in% c("activation", "optimizer")) "name" else "value"
  one <- length(value) == 1 && is.atomic(value) && (kind == "name") == is.character(value)
  if (!one) {
    abort_nnfit("argument", c(
      "{.arg {name}} must be one {kind} here, not {describe(value)}.",
      "i" = "The page has one control for it."
    ), call)
  }
}

# As nn_fit() takes them, without those that are left to it.
settings_options <- function(settings, held = list()) {
  for (name in c("seed", "epochs")) check_playground_number(settings[[name]], name)
  units <- c(settings$units_1, settings$units_2)
  units <- if (units[1] > 0) units[units > 0]
  options <- list(
    hidden_units = units, activation = if (length(units)) settings$activation,
    optimizer = unless_na(settings$optimizer), learn_rate = unless_na(settings$learn_rate),
    penalty = if (settings$penalty > 0) settings$penalty, epochs = settings$epochs,
    scale = if (!settings$scale) FALSE,
    validation = if (settings$validation > 0) settings$validation, seed = settings$seed
  )
  c(Filter(Negate(is.null), options), held)
}

unless_na <- function(value) if (!is.na(value)) value

check_playground_number <- function(value, arg) {
  if (is.na(value)) check_playground_seed(value, arg)
}
