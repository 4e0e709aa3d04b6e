# Average effects: derivatives of numbers, differences between the levels of others.

# `moves` with the `terms` that their answers are of.
average_plan <- function(fit, rows, asked, call) {
  plans <- lapply(asked$variables, function(variable) {
    if (is.null(variable$levels)) slope_plan(fit, rows, variable, call)
    else contrast_plan(fit, rows, variable, call)
  })
  list(
    moves = unname(lapply(plans, `[[`, "move")),
    terms = unname(lapply(plans, `[[`, "terms"))
  )
}

slope_plan <- function(fit, rows, variable, call) {
  rates <- if (is_column(variable, rows)) matrix(1) else column_rates(fit, rows, variable, call)
  list(
    move = as_move("slopes", variable$columns, rates, "means"),
    terms = data.frame(term = variable$name, contrast = "slope")
  )
}

contrast_plan <- function(fit, rows, variable, call) {
  column <- rows$rows[[variable$name]]
  at <- stats::setNames(list2DF(list(like_column(variable$levels, column))), variable$name)
  variables <- stats::setNames(list(variable), variable$name)
  plan <- grid_moves(fit, rows, variables, at, "contrasts", call)
  if (is.null(plan$moves)) check_contrast_size(rows, variable, call)
  move <- plan$moves[[1]] %||% plan$move_at(seq_len(nrow(at)))
  list(
    move = move,
    terms = data.frame(
      term = variable$name, contrast = paste(variable$levels[-1], "-", variable$levels[1])
    )
  )
}

most_contrasted <- 1e8 # numbers: columns for each row and level, which are there at once

check_contrast_size <- function(rows, variable, call) {
  levels <- length(variable$levels)
  if (as.double(levels) * nrow(rows$x) * length(variable$columns) <= most_contrasted) return()
  name <- beginning(variable$name)
  abort_nnfit("data", c(
    "{.arg data} must have fewer rows for the average effects of {.val {name}}.",
    "x" = "Its {levels} levels share columns with other variables, which are made anew for each of
      {nrow(rows$x)} rows and each level.",
    "i" = "Give some of the rows, or leave it out of {.arg variables}."
  ), call)
}

# How fast the columns of the design move with the variable: (rows, columns), by central
# differences, of which what is cut off and what is rounded are both about 1e-10 of the whole.
column_rates <- function(fit, rows, variable, call) {
  values <- as.double(rows$rows[[variable$name]])
  step <- .Machine$double.eps^(1 / 3)
  spread <- if (length(values) > 1) stats::sd(values) else 0
  near <- step * pmax(abs(values), 1e-3 * spread, 1e-300)
  rates <- rates_by(fit, rows, variable, values, near, call)
  # Beside an end, such as that of log(x) at 0.
  beyond <- rowSums(!is.finite(rates)) > 0
  if (any(beyond)) {
    some <- list(rows = rows$rows[beyond, , drop = FALSE])
    nearer <- step * abs(values[beyond])
    rates[beyond, ] <- rates_by(fit, some, variable, values[beyond], nearer, call)
  }
  if (all(is.finite(rates))) return(rates)
  name <- beginning(variable$name)
  abort_nnfit("argument", c(
    "{.arg variables} can not have {.val {name}}, as the model has no slope by it in some rows.",
    "i" = "{.code type = \"partial\"} shows the predictions themselves."
  ), call)
}

rates_by <- function(fit, rows, variable, values, step, call) {
  moved <- function(values) {
    frame <- rows$rows
    frame[[variable$name]] <- values
    design_of_moved(fit, frame, variable$columns, call)
  }
  (moved(values + step) - moved(values - step)) / ((values + step) - (values - step))
}
