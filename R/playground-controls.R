# What can be moved on the page: a table of controls, from which the page is made and the
# settings are read.

# A control gives one of `values`, each shown as its label. `made`: it is of use for data that
# are made on the page alone.
control <- function(group, label, kind, values = NULL, labels = plain_digits(values), help = NULL,
                    made = FALSE) {
  list(group = group, label = label, kind = kind, values = values, labels = labels, help = help,
    made = made)
}

# NA: left out of the call.
left_to_nnfit <- "chosen by nnfit"

# `datasets`: as playground_datasets() gives them.
playground_controls <- function(datasets) {
  c(data_controls(datasets), network_controls(), training_controls())
}

data_controls <- function(datasets) {
  list(
    data = control(
      "data", "Data", "choice", names(datasets), vapply(datasets, `[[`, "", "label")
    ),
    n = control("data", "Number of points", "slide", c(10, 15, 20, 30, 40, 60, 100, 200, 500),
      made = TRUE
    ),
    noise = control("data", "Noise", "slide", c(0, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2),
      help = "Standard deviation of what is added to the outcome.", made = TRUE
    ),
    data_seed = control("data", "Seed of the data", "number", made = TRUE),
    validation = control("data", "Share of rows held out", "slide",
      c(0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5),
      help = "Not learnt from, to see what the network is worth on new rows."
    )
  )
}

network_controls <- function() {
  units <- c(0:16, 20, 24, 32, 48, 64)
  names <- catalog("activation")$name
  list(
    units_1 = control("network", "Units in the first layer", "slide", units,
      help = "None: the model is a line, as lm() fits it."
    ),
    units_2 = control("network", "Units in the second layer", "slide", units),
    activation = control("network", "Activation", "choice", names, names),
    seed = control("network", "Seed", "number",
      help = "Of the initial weights, and of the rows held out."
    )
  )
}

training_controls <- function() {
  optimizers <- catalog("optimizer")$name
  list(
    optimizer = control("training", "Optimizer", "choice", c(NA, optimizers),
      c(left_to_nnfit, optimizers)
    ),
    learn_rate = control("training", "Learning rate", "slide", c(NA, outer(c(1, 3), 10^(-5:1)))),
    penalty = control("training", "Penalty on large weights", "slide",
      c(0, outer(c(1, 3), 10^(-5:0)))
    ),
    epochs = control("training", "Epochs", "slide", c(outer(c(1, 2, 5), 10^(0:3)))),
    scale = control("training", "Standardise the data first", "flag")
  )
}

# 0.00001 and not 1e-05
plain_digits <- function(values) {
  text <- vapply(values, format, "", scientific = FALSE, drop0trailing = TRUE, digits = 4)
  ifelse(is.na(values), left_to_nnfit, text)
}

# Where a value stands among those of its control, from 1.
position_of <- function(value, control) match(value, control$values)

# A control also gives what its user began with.
with_start <- function(controls, start) {
  slides <- names(Filter(function(control) control$kind == "slide", controls))
  controls[slides] <- lapply(slides, function(id) {
    control <- controls[[id]]
    control$values <- sort(unique(c(control$values, start[[id]])), na.last = FALSE)
    control$labels <- plain_digits(control$values)
    control
  })
  controls
}

# What the page says of an input, as a setting: a choice and a slide say the position.
read_control <- function(control, input) {
  switch(control$kind,
    slide = , choice = control$values[as.integer(input)],
    number = if (is.null(input) || is.na(input)) NA_real_ else as.numeric(input),
    flag = isTRUE(input)
  )
}

# What the page is told of a setting.
written_control <- function(control, value) {
  switch(control$kind,
    slide = position_of(value, control), choice = as.character(position_of(value, control)),
    number = value, flag = value
  )
}
