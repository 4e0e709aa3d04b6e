# What nn_effects() is asked for, checked.

effect_types <- c("partial", "ice", "ale", "average")

effects_asked <- function(fit, variables, type, predict_type, grid, values, quantiles, center,
                          curves, level, call) {
  untold <- !length(variables) %in% 1:2 && identical(type, effect_types)
  type <- if (untold) "average" else choose(type, effect_types, "type", call)
  predict_type <- choose(predict_type, c("response", "link"), "predict_type", call)
  check_level(level, call)
  check_rule(center, flag_rule, "center", call)
  check_rule(curves, rule("a whole number from 1 to 10,000", function(x) is_whole(x, 1, 1e4)),
    "curves", call
  )
  check_rule(grid, grid_rule, "grid", call)
  check_rule(quantiles, quantiles_rule, "quantiles", call)
  check_goes_with_type(center, "center", c("partial", "ice"), type, call)
  check_goes_with_type(!is.null(values), "values", c("partial", "ice"), type, call)
  check_goes_with_type(!is.null(grid), "grid", c("partial", "ice", "ale"), type, call)
  if (!is.null(values) && !is.null(grid)) {
    abort_nnfit("argument", c(
      "{.arg grid} and {.arg values} can not both be given.",
      "i" = "{.arg values} are the places of the grid."
    ), call)
  }
  list(
    type = type, predict_type = predict_type, grid = grid, values = values,
    quantiles = quantiles, center = center, curves = curves, level = level
  )
}

grid_rule <- rule("`NULL` or a whole number from 2 to 10,000", or_null(function(x) {
  is_whole(x, 2, 1e4)
}))

quantiles_rule <- rule("two numbers from 0 to 1, the smaller first", function(x) {
  is_finite_numbers(x) && length(x) == 2 && x[1] >= 0 && x[2] <= 1 && x[1] < x[2]
})

check_goes_with_type <- function(given, arg, types, type, call) {
  if (given && !type %in% types) {
    abort_nnfit("argument", c(
      "{.arg {arg}} goes with {.arg type} {.or {.val {types}}}, not {.val {type}}."
    ), call)
  }
}

# How many variables each type takes.
most_variables <- c(partial = 2, ice = 1, ale = 2, average = Inf)

effect_variables <- function(known, variables, type, call) {
  if (is.null(variables) && type == "average") return(Filter(has_average, known))
  most <- most_variables[[type]]
  must <- if (most == 1) "the name of a variable" else "names of variables, each once"
  check_rule(variables, rule(must, is_set_of_names), "variables", call)
  chosen <- lapply(variables, function(name) one_variable(known, name, "variables", call))
  if (length(chosen) > most) {
    abort_nnfit("argument", c(
      "{.arg variables} must name {if (most == 1) 'one variable' else 'one variable or two'} for \\
        {.arg type} {.val {type}}, not {length(chosen)}."
    ), call)
  }
  for (variable in chosen) check_movable(variable, type, call)
  if (type == "ale" && length(chosen) == 2) check_two_numbers(chosen, call)
  stats::setNames(chosen, variables)
}

is_set_of_names <- function(x) {
  rlang::is_character(x) && length(x) > 0 && !anyNA(x) && !anyDuplicated(x)
}

# Is there something to say of it, where no variable was asked for?
has_average <- function(variable) {
  variable$part == "predictor" && (variable$smooth || length(variable$levels) > 1)
}

check_movable <- function(variable, type, call) {
  why <- if (variable$part == "offset") {
    "It is in the offset, which is added as it is."
  } else if (variable$part == "strata") {
    "It is a stratum, which has a baseline hazard of its own and no effect."
  } else if (variable$kind == "other") {
    "It is neither numbers nor a factor, logical or strings."
  } else if (type == "average" && !variable$smooth && is.null(variable$levels)) {
    "The formula makes classes of it, so that it has no slope."
  }
  if (is.null(why)) return(invisible())
  name <- beginning(variable$name)
  abort_nnfit("argument", c(
    "{.arg variables} can not have {.val {name}}.", "x" = "{why}",
    "i" = if (variable$part == "predictor" && variable$kind != "other") {
      "{.code type = \"partial\"} shows its steps."
    }
  ), call)
}

check_two_numbers <- function(chosen, call) {
  if (all(vapply(chosen, `[[`, "", "kind") == "number")) return(invisible())
  abort_nnfit("argument", c(
    "{.arg variables} must be two numbers for {.arg type} {.val ale}, or one variable.",
    "i" = "{.arg by} has a curve for each level of a factor."
  ), call)
}

# With the levels that the rows have, which are `present`.
by_variable <- function(known, by, asked, rows, call) {
  if (is.null(by)) return(NULL)
  variable <- one_variable(known, by, "by", call)
  if (is.null(variable$levels) || variable$kind == "other") {
    abort_nnfit("argument", c(
      "{.arg by} must be a factor, logical or of strings, and {.val {beginning(by)}} is not.",
      "i" = "Two numbers make a surface: {.arg variables}."
    ), call)
  }
  if (by %in% names(asked$variables)) {
    abort_nnfit("argument", "{.arg by} must be another variable than {.arg variables}.", call)
  }
  there <- as.character(variable$levels) %in% as.character(rows$rows[[by]])
  variable$present <- variable$levels[there]
  variable
}

# Which of the columns that are predicted: their names, or NULL where there is one.
check_effect_outcome <- function(fit, outcome, predict_type, call) {
  number <- prediction_width(fit, predict_type)
  classes <- length(fit$outcome$levels) == 2
  if (number == 1 && !classes) {
    check_rule(outcome, rule("`NULL` for a fit of one outcome", is.null), "outcome", call)
  }
  names <- effect_outcomes(fit, predict_type)
  if (is.null(outcome)) return(if (number > 1) names)
  check_rule(outcome, rule("names of outcomes or classes, each once", is_set_of_names), "outcome",
    call
  )
  unknown <- setdiff(outcome, names)
  if (length(unknown)) {
    other <- all(unknown %in% fit$outcome$levels)
    abort_nnfit("argument", c(
      "{.arg outcome} must be among {.val {beginning(names)}}.",
      "x" = "{.val {beginning(unknown)}} {?is/are} not.",
      "i" = if (other) "Of two classes the predictions are of the second; that of the first is known
        from it where they are probabilities."
    ), call)
  }
  outcome
}

# What effects can be on, by name. Of two classes one is predicted, and the probability of the other
# is what is left of 1.
effect_outcomes <- function(fit, predict_type) {
  number <- prediction_width(fit, predict_type)
  levels <- fit$outcome$levels
  if (number > 1 || length(levels) != 2) return(outcome_names(fit, number))
  probabilities <- isTRUE(loss_family(fit$options$loss)$probabilities)
  if (predict_type == "response" && probabilities) levels else levels[2]
}
