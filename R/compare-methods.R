# The methods of lm_compare(): the table that Python reads too, and what a user may say
# of each. `methods.csv` is in python/nnfit/core/compare.

compare_table <- function() table_of_core("compare", "methods")

# What a user asked for, as a list by label: method, and options that are not NULL.
#
# `methods`: names of methods, perhaps with labels of the user's own. `options`: each one
# value for all that take it, or values by label.
asked_methods <- function(methods, options, call) {
  table <- compare_table()
  methods <- check_methods(methods, table$name, call)
  check_method_options(names(options), methods, table, call)
  asked <- lapply(rlang::set_names(names(methods)), function(label) {
    list(method = methods[[label]])
  })
  for (name in names(options)) {
    takes <- names(methods)[vapply(methods, takes_option, NA, name, table)]
    asked <- put_option(asked, name, options[[name]], takes, call)
  }
  if (!"network" %in% methods) return(asked)
  with_seeds(asked)
}

takes_option <- function(method, option, table) {
  # R's own takes none, and its cell is missing.
  option %in% strsplit(table$options[match(method, table$name)], " ", fixed = TRUE)[[1]]
}

check_methods <- function(methods, known, call) {
  if (!rlang::is_character(methods) || !length(methods) || length(dim(methods)) ||
    anyNA(methods)) {
    abort_nnfit("argument", c(
      "{.arg methods} must be names of methods, such as {.code c(\"qr\", \"sgd\")}, not
        {describe(methods)}."
    ), call)
  }
  wrong <- methods[!methods %in% known]
  if (length(wrong)) {
    near <- nearest(wrong[1], known)
    abort_nnfit("argument", c(
      "{.arg methods} must be of {.val {known}}, not {.val {beginning(wrong[1])}}.",
      "i" = if (length(near)) "Did you mean {.val {near}}?"
    ), call)
  }
  labels <- rlang::names2(methods)
  labels[!nzchar(labels)] <- methods[!nzchar(labels)]
  twice <- labels[duplicated(labels)]
  if (length(twice)) {
    abort_nnfit("argument", c(
      "{.arg methods} must have a name of its own for each.",
      "x" = "{.val {beginning(twice[1])}} is there twice.",
      "i" = "Name them: {.code c(slow = \"sgd\", fast = \"sgd\")}."
    ), call)
  }
  rlang::set_names(methods, labels)
}

check_method_options <- function(names, methods, table, call) {
  known <- unique(unlist(strsplit(table$options[!is.na(table$options)], " ", fixed = TRUE)))
  for (name in names) {
    if (!nzchar(name)) {
      abort_nnfit("argument", "Every option must be named, such as {.code epochs = 100}.", call)
    }
    if (!name %in% known) {
      near <- nearest(name, known)
      abort_nnfit("argument", c(
        "{.arg {beginning(name)}} is not an option of the methods of {.fn lm_compare}.",
        "i" = if (length(near)) "Did you mean {.arg {near}}?" else "Options: {.arg {known}}."
      ), call)
    }
    if (!any(vapply(methods, takes_option, NA, name, table))) {
      able <- table$name[vapply(table$name, takes_option, NA, name, table)]
      abort_nnfit("argument", c(
        "{.arg {name}} is not an option of {.val {unname(methods)}}.",
        "i" = "It is one of {.val {able}}."
      ), call)
    }
  }
}

# One value for all that take it; or values by label.
put_option <- function(asked, name, value, takes, call) {
  values <- if (is_by_label(value, name)) {
    by_label(value, name, takes, call)
  } else {
    rlang::rep_named(takes, list(value))
  }
  for (label in names(values)) {
    one <- values[[label]]
    if (is.null(one)) next
    check_rule(one, method_rules[[name]], name, call)
    asked[[label]][[name]] <- one
  }
  asked
}

# A start has a number for each coefficient, which may have its name: by label it is a list.
is_by_label <- function(value, name) {
  length(names(value)) > 0 && (is.list(value) || is.vector(value) && name != "start")
}

by_label <- function(value, name, takes, call) {
  wrong <- setdiff(names(value), takes)
  if (length(wrong)) {
    abort_nnfit("argument", c(
      "{.arg {name}} must be named by methods that take it: {.val {takes}}.",
      "x" = "It names {.val {beginning(wrong[1])}}."
    ), call)
  }
  if (name == "scale") value <- uncoerced_scale(value, call)
  as.list(value)
}

# c(raw = FALSE, tenth = 0.1) makes a number of FALSE, and would of TRUE.
uncoerced_scale <- function(value, call) {
  if (!is.numeric(value)) return(value)
  if (any(value %in% 1)) {
    abort_nnfit("argument", c(
      "{.arg scale} must be a list where it has both numbers and `TRUE`.",
      "x" = "{.fn c} makes 1 of {.code TRUE}.",
      "i" = "Write {.code list(a = TRUE, b = 0.1)}; 1, which changes nothing, is {.code FALSE}."
    ), call)
  }
  lapply(as.list(value), function(one) if (one %in% 0) FALSE else one)
}

# Beyond, the squares of the numbers end.
is_scale <- function(x) rlang::is_bool(x) || is_number(x, 1e-9, 1e9)

method_rules <- list(
  learn_rate = rule("a number above 0", function(x) is_number(x) && x > 0),
  epochs = rule("a whole number of at least 1", function(x) is_whole(x, 1, 2^31 - 1)),
  scale = rule(
    "`TRUE`, `FALSE`, or a number from 1e-9 to 1e9 that every predictor is multiplied by", is_scale
  ),
  momentum = rule("a number of at least 0 and below 1", function(x) is_number(x, 0) && x < 1),
  dtype = rule(one_of_words(c("float64", "float32")), is_one_of(c("float64", "float32"))),
  start = rule(
    "a finite number, or one for each coefficient", function(x) {
      is_finite_numbers(unname(x))
    }
  ),
  hidden_units = rule("a whole number of at least 1", function(x) is_whole(x, 1, 1e5)),
  seed = rule("a whole number, `NA` or `NULL`", function(x) {
    is_missing_value(x) || is_whole(x, 0, .Machine$integer.max)
  })
)

# set.seed() governs, as in nn_fit().
with_seeds <- function(asked) {
  for (label in names(asked)) {
    if (asked[[label]]$method == "network") {
      asked[[label]]["seed"] <- list(resolve_seed(asked[[label]]$seed))
    }
  }
  asked
}
