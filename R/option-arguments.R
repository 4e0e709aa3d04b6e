# The arguments of activations, losses, optimizers and schedules: one table, shared with the
# Python core (python/nnfit/core/options/arguments.csv). Its reader there,
# arguments.py, says what is in it.

# The rows of those that a name of the catalog takes, by argument.
argument_rows <- function(kind, name) {
  key <- paste(kind, name)
  if (is.null(cache$argument_rows[[key]])) {
    table <- table_of_core("options", "arguments", colClasses = "character")
    table <- table[table$kind == kind & is.na(table$instead), ]
    table <- table[vapply(strsplit(table$of, " ", fixed = TRUE), is.element, NA, el = name), ]
    cache$argument_rows[[key]] <- lapply(split(table, factor(table$argument)), read_row)
  }
  cache$argument_rows[[key]]
}

# Our names of torch's arguments.
ours_instead <- function(kind) {
  table <- table_of_core("options", "arguments", colClasses = "character")
  table <- table[table$kind == kind & !is.na(table$instead), ]
  stats::setNames(table$instead, table$argument)
}

# Gives the arguments as they cross.
check_arguments <- function(kind, name, given, arg, call) {
  if (!length(given)) return(given)
  rows <- argument_rows(kind, name)
  for (argument in names(given)) {
    check_known_argument(kind, name, argument, names(rows), arg, call)
    row <- rows[[argument]]
    rule <- argument_rule(row)
    value <- plain_argument(given[[argument]])
    if (!rule$test(value)) {
      abort_nnfit("argument", c(
        "{.arg {arg}} {.val {name}} takes a {.arg {argument}} that is {rule$must}, not
          {describe(value)}."
      ), call)
    }
    # The names of classes mean something.
    given[argument] <- list(if (row$type == "class_numbers") value else unname(value))
  }
  given
}

check_known_argument <- function(kind, name, argument, known, arg, call) {
  ours <- ours_instead(kind)
  if (argument %in% names(ours)) {
    instead <- ours[[argument]]
    abort_nnfit("argument", c(
      "{.arg {arg}} has the argument {.val {beginning(argument)}}.",
      "i" = "Give it as {.arg {instead}} instead."
    ), call)
  }
  if (!argument %in% known) {
    near <- nearest(argument, known)
    abort_nnfit("argument", c(
      "{.arg {arg}} {.val {name}} has no argument {.val {beginning(argument)}}.",
      "i" = if (length(near)) "Did you mean {.val {near}}?",
      "i" = if (length(known)) "Known: {.val {known}}."
    ), call)
  }
}

# A tensor as the numbers that it holds.
plain_argument <- function(value) {
  if (inherits(value, "torch.Tensor")) as.vector(as.array(value)) else value
}

argument_rule <- function(row) {
  types <- c(option_types, argument_types)
  rule <- types[[row$type]](row)
  if (row$null) rule(paste0(rule$must, ", or `NULL`"), or_null(rule$test)) else rule
}

# Those that options do not have.
argument_types <- list(
  whole_choice = function(row) {
    rule(
      paste(row$choices, collapse = " or "),
      function(x) is_whole(x) && x %in% as.numeric(row$choices)
    )
  },
  increasing = function(row) {
    whole <- option_types$whole(row)
    rule(
      range_words(row, "increasing whole numbers, each"),
      function(x) is_several_of(x, whole$test) && !is.unsorted(unlist(x), strictly = TRUE)
    )
  },
  # Where NULL may be given, each of them may be it. Names would be lost.
  pair = function(row) {
    number <- option_types$number(row)
    one <- if (row$null) or_null(number$test) else number$test
    rule(range_words(row, "a pair of numbers, each"), function(x) is_pair_of(x, one))
  },
  levels = function(row) {
    number <- option_types$number(row)
    rule(range_words(row, "different numbers, each"), function(x) {
      is_several_of(unname(x), number$test) && !anyDuplicated(unlist(x))
    })
  },
  # One for each class or outcome, perhaps by name.
  class_numbers = function(row) {
    number <- option_types$number(row)
    must <- paste0(range_words(row, "numbers, each"), ", not all 0")
    rule(must, function(x) is_several_of(x, number$test) && any(unlist(x) != 0))
  }
)

is_pair_of <- function(x, test) {
  is_plain_vector(x) && length(x) == 2 && is.null(names(x)) && all_pass(x, test)
}

is_several_of <- function(x, test) {
  is_plain_vector(x) && length(x) > 0 && has_all_or_no_names(x) && all_pass(x, test)
}

is_plain_vector <- function(x) {
  (is.numeric(x) || is.list(x)) && !is.object(x) && length(dim(x)) < 2
}

all_pass <- function(x, test) all(vapply(as.list(x), test, NA))

has_all_or_no_names <- function(x) {
  is.null(names(x)) || all(rlang::have_name(x)) && !anyDuplicated(names(x))
}
