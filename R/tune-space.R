# What is searched: options of which a range, or a list of values, is given.

# What the user gave as options. `first`: one candidate, whose options are checked as those of any
# fit; `space`: what is searched, by name; `given`: all as it was given.
search_asked <- function(dots, call) {
  check_option_names(rlang::names2(dots), "nn_fit", call)
  given <- Map(function(quosure, name) option_given(quosure, name, call), dots, names(dots))
  check_given(given, call)
  given <- Map(function(value, name) candidates_given(value, name, call), given, names(given))
  searched <- vapply(given, inherits, NA, what = "nn_axis")
  if (!any(searched)) {
    abort_nnfit("argument", c(
      "There is nothing to search for: every option has one value.",
      "i" = "Give {.code tune(lower, upper)}, or a {.code list()} of candidates, as an option."
    ), call)
  }
  first <- given
  first[searched] <- lapply(given[searched], first_value)
  list(first = first, space = given[searched], given = given)
}

# `tune()` is looked up in the option first, so that no other function of that name has a part. One
# of a value that is a call to it, as hardhat::tune() gives, is the same.
option_given <- function(quosure, name, call) {
  if (rlang::quo_is_missing(quosure)) return(rlang::missing_arg())
  mask <- list(tune = function(lower = NULL, upper = NULL, log = NULL, levels = 5) {
    new_range(lower, upper, log, levels)
  })
  written <- as_first_written(quosure)
  # Of any other the function has its value too, and it is asked for once.
  if ("tune" %in% all.names(rlang::quo_get_expr(written))) quosure <- written
  value <- rlang::eval_tidy(quosure, mask)
  if (is.call(value) && identical(value[[1]], quote(tune)) && length(value) == 1) {
    value <- mask$tune()
  }
  value
}

# The argument of a function may be `tune()`, which is known here alone: it is followed to where it
# was written, as long as nothing has asked for its value.
as_first_written <- function(quosure) {
  name <- rlang::quo_get_expr(quosure)
  frame <- rlang::quo_get_env(quosure)
  if (!rlang::is_symbol(name) || !rlang::env_has(frame, rlang::as_string(name))) return(quosure)
  if (!rlang::env_binding_are_lazy(frame, rlang::as_string(name))) return(quosure)
  as_first_written(rlang::eval_bare(rlang::call2(rlang::enquo, name), frame))
}

new_range <- function(lower, upper, log, levels) {
  structure(
    list(lower = lower, upper = upper, log = log, levels = levels), class = c("nn_range", "nn_axis")
  )
}

new_choice <- function(values, name) {
  structure(list(values = values, name = name), class = c("nn_choice", "nn_axis"))
}

tunable_rows <- function() {
  table <- table_of_core("tuned", "tunable")
  split(table, factor(table$name, table$name))
}

# A range with its ends, or a choice, where that is what was given; else the value.
candidates_given <- function(value, name, call) {
  if (rlang::is_missing(value)) return(value)
  row <- tunable_rows()[[name]]
  ranged <- inherits(value, "nn_range")
  listed <- is_listed(value, row, name)
  if (is.null(row) && (ranged || listed)) refuse_search(name, call)
  if (ranged) return(settled_range(value, row, call))
  if (listed) return(settled_choice(value, name, call))
  if (!is.null(row)) refuse_vector(value, row, call)
  value
}

# A list with names is one value with its arguments, but where the option is a number.
is_listed <- function(value, row, name) {
  if (!rlang::is_bare_list(value)) return(FALSE)
  if (is.null(row) && name %in% lists_of_their_own) return(FALSE)
  is.null(names(value)) || is_number_option(row)
}

# Options that are lists where nothing is searched.
lists_of_their_own <- c("metrics", "embed", "callback", "weights", "offset")

is_number_option <- function(row) !is.null(row) && row$kind != "value"

refuse_search <- function(name, call) {
  # cli would leave some of so many out.
  known <- toString(paste0("`", names(tunable_rows()), "`"))
  abort_nnfit("argument", c(
    "{.arg {name}} can not be searched for: all candidates have the same.",
    "i" = "Options that can: {known}."
  ), call)
}

settled_range <- function(range, row, call) {
  name <- row$name
  if (row$kind == "value") {
    abort_nnfit("argument", c(
      "{.arg {name}} is no number, and so has no range.",
      "i" = "Give a {.code list()} of candidates."
    ), call)
  }
  for (end in c("lower", "upper")) {
    if (is.null(range[[end]]) && is.na(row[[end]])) {
      abort_nnfit("argument", c(
        "{.arg {name}} has no usual range.", "i" = "Give {.code tune(lower, upper)}."
      ), call)
    }
    range[[end]] <- range[[end]] %||% row[[end]]
    check_end(range[[end]], row, call)
  }
  range$log <- range$log %||% as.logical(row$log)
  range$name <- name
  check_scale(range, row, call)
  range
}

check_end <- function(end, row, call) {
  name <- row$name
  fits <- if (row$kind == "whole") is_whole(end) else is_number(end)
  if (!fits || !is.finite(end)) {
    what <- if (row$kind == "whole") "whole numbers" else "numbers"
    abort_nnfit(
      "argument", "{.arg {name}} has a range that must be of {what}, not {describe(end)}.", call
    )
  }
  check_option(end, name, call)
}

check_scale <- function(range, row, call) {
  name <- row$name
  if (range$lower >= range$upper) {
    abort_nnfit("argument", c(
      "{.arg {name}} has a range that must begin below its end, not from {range$lower} to
        {range$upper}."
    ), call)
  }
  if (!rlang::is_bool(range$log)) {
    abort_nnfit("argument", c(
      "{.arg {name}} has a range whose {.arg log} must be TRUE or FALSE, not
        {describe(range$log)}."
    ), call)
  }
  if (!is_whole(range$levels, 2, 1000)) {
    abort_nnfit("argument", c(
      "{.arg {name}} has a range whose {.arg levels} must be a whole number from 2 to 1000, not
        {describe(range$levels)}."
    ), call)
  }
  if (range$log && range$lower <= 0) {
    abort_nnfit("argument", c(
      "{.arg {name}} has a range on a logarithmic scale, which can not begin at {range$lower}.",
      "i" = "Begin above 0, or write {.code tune(lower, upper, log = FALSE)}."
    ), call)
  }
}

settled_choice <- function(values, name, call) {
  if (!length(values)) {
    abort_nnfit("argument", c(
      "{.arg {name}} has an empty list of candidates.", "i" = "Give one at least."
    ), call)
  }
  if (any(vapply(values, inherits, NA, what = "nn_axis"))) {
    abort_nnfit("argument", c(
      "{.arg {name}} has a range among its candidates.",
      "i" = "Give a range, or a list of values."
    ), call)
  }
  # as `c()` is written for no hidden layer
  if (name == "hidden_units") values[vapply(values, is.null, NA)] <- list(integer())
  new_choice(unname(values), name)
}

# Of an option that is one number or name a vector may be meant as a list of candidates.
refuse_vector <- function(value, row, call) {
  name <- row$name
  several <- c("hidden_units", "activation", "norm")
  if (!is.atomic(value) || length(value) < 2 || name %in% several) return(invisible())
  abort_nnfit("argument", c(
    "{.arg {name}} must be one value, a range, or a list of candidates, not {describe(value)}.",
    "i" = "Candidates are a list: {.code as.list(...)} makes one of a vector."
  ), call)
}

first_value <- function(axis) {
  if (inherits(axis, "nn_range")) axis$upper else axis$values[[1]]
}

# As those of any fit.
first_options <- function(asked, call) {
  do.call(collect_options, c(asked$first, call = call), quote = TRUE)
}

# As it crosses. Each value is checked beside the first of the others.
core_space <- function(asked, outcome, call) {
  Map(function(axis, name) {
    if (inherits(axis, "nn_range")) return(unclass(axis)[c("lower", "upper", "log", "levels")])
    list(values = lapply(axis$values, function(value) {
      first <- asked$first
      first[name] <- list(value)
      options <- do.call(collect_options, c(first, call = call), quote = TRUE)
      check_loss(options$loss, outcome, call, options$family)
      refuse_own_candidate(options$loss, name, call)
      core_arguments(matrix(0), outcome, options)[[name]]
    }))
  }, asked$space, names(asked$space))
}

refuse_own_candidate <- function(loss, name, call) {
  if (name == "loss" && is_own(loss)) {
    abort_nnfit("argument", c(
      "{.arg loss} can not be searched for among functions of your own.",
      "i" = "Give names of losses."
    ), call)
  }
}

# What a point of the space has: of a range the number, of a choice the position, from 0.
value_at <- function(axis, place) {
  if (inherits(axis, "nn_choice")) return(axis$values[[place + 1]])
  place
}
