# Predicates on one value, and the one place where an option that fails its
# predicate becomes an error.

# One number, finite or not. Factors, dates and other classes are numbers to R, but
# mean something else.
is_one_number <- function(x) is.numeric(x) && !is.object(x) && length(x) == 1 && !is.na(x)

is_number <- function(x, from = -Inf, to = Inf) {
  is_one_number(x) && is.finite(x) && x >= from && x <= to
}

# rlang's is_scalar_integerish() ends at 2^52, and takes factors.
is_whole <- function(x, from = -Inf, to = Inf) is_number(x, from, to) && x == trunc(x)

is_wholes <- function(x) {
  rlang::is_integerish(x, finite = TRUE) && !is.object(x) && length(dim(x)) < 2
}

# Finite numbers, one or more, in a vector.
is_finite_numbers <- function(x) {
  is.numeric(x) && !is.object(x) && length(dim(x)) < 2 && length(x) > 0 && all(is.finite(x))
}

# Numbers of rows, more than one of them, or a logical for each row.
is_rows <- function(x) {
  length(x) > 1 && !is.object(x) && (is.logical(x) || is_wholes(x) && all(x >= 1))
}

is_flags <- function(x) {
  is.logical(x) && !is.object(x) && length(dim(x)) < 2 && length(x) > 0 && !anyNA(x)
}

is_infinity <- function(x) is_one_number(x) && x == Inf

# NA, with no type of its own or as a number; NaN is none.
is_missing_value <- function(x) {
  identical(x, NA) || identical(x, NA_integer_) || identical(x, NA_real_)
}

or_null <- function(test) function(x) is.null(x) || test(x)

is_one_of <- function(choices) function(x) rlang::is_string(x) && x %in% choices

# A rule is a predicate and the words that follow "must be". `meant`: what a value that
# fails may have been meant to be, as `meant()` gives it.
rule <- function(must, test, meant = NULL, lacks = NULL) {
  list(must = must, test = test, meant = meant, lacks = lacks)
}

check_rule <- function(value, rule, arg, call) {
  if (!rule$test(value)) {
    meant <- if (is.function(rule$meant) && rlang::is_character(value)) rule$meant(value)
    lacks <- if (is.function(rule$lacks)) rule$lacks(value)
    abort_nnfit("argument", c(
      "{.arg {arg}} must be {rule$must}, not {describe(value)}.",
      "x" = if (length(lacks)) "{lacks}",
      "i" = if (length(meant$name)) "Did you mean {.val {meant$name}}?",
      "i" = if (length(meant$hint)) "{meant$hint}"
    ), call)
  }
}

check_is_fit <- function(fit, call, arg = "fit") {
  if (inherits(fit, "nn_fit")) return(invisible())
  within <- fit_within(fit)
  abort_nnfit("argument", c(
    "{.arg {arg}} must be a fit of {.fn nn_fit}, not {describe(fit)}.",
    "i" = if (length(within)) "The fit is in it, as {.code ${within}}."
  ), call)
}

# Where another object, of this package, caret or parsnip, holds a fit.
fit_within <- function(x) {
  if (!is.list(x) || !is.object(x)) return(NULL)
  places <- c("fit", "finalModel")
  holds <- vapply(places, function(place) inherits(unclass(x)[[place]], "nn_fit"), NA)
  if (any(holds)) places[holds][1]
}

flag_rule <- rule("`TRUE` or `FALSE`", rlang::is_bool)

# Of a method of as.data.frame().
check_frame_arguments <- function(row.names, optional, number, call) {
  check_rule(optional, flag_rule, "optional", call)
  if (!is.null(row.names) && !are_row_names(row.names, number)) {
    abort_nnfit("argument", c(
      "{.arg row.names} must be `NULL` or a different name for each of the {number} rows, not
        {describe(row.names)}."
    ), call)
  }
}

# What print() and format() can show of a number.
digits_rule <- rule("a whole number from 1 to 22", function(x) is_whole(x, 1, 22))

check_digits <- function(digits, call) check_rule(digits, digits_rule, "digits", call)

# One of the choices, or its beginning, as match.arg() takes it. All of them, as in
# the signature of a function: the first.
choose <- function(value, choices, arg, call) {
  if (identical(value, choices)) return(choices[1])
  found <- if (rlang::is_string(value)) pmatch(value, choices) else NA
  if (is.na(found)) {
    near <- if (rlang::is_string(value)) meant_choice(value, choices)
    abort_nnfit("argument", c(
      "{.arg {arg}} must be one of {.val {choices}}, not {describe(value)}.",
      "i" = if (length(near)) "Did you mean {.val {near}}?"
    ), call)
  }
  choices[found]
}

# `type = "raw"` is what nnet and caret call the response.
meant_choice <- function(value, choices) {
  elsewhere <- c(raw = "response", probs = "prob", probability = "prob", classes = "class")
  known <- elsewhere[canonical_name(value)]
  if (known %in% choices) unname(known) else nearest(value, choices)
}

one_of_words <- function(choices) {
  quoted <- paste0('"', choices, '"')
  last <- length(quoted)
  if (last == 1) return(quoted)
  paste(paste(quoted[-last], collapse = ", "), "or", quoted[last])
}

# A few short values as they are written; of everything else, what it is.
describe <- function(x) {
  if (missing(x)) return("missing")
  if (is.null(x)) return("NULL")
  written <- if (is.atomic(x) && length(x) %in% 1:4) paste(deparse(unname(x)), collapse = "")
  if (length(written) && nchar(written, "bytes") <= longest_shown) return(written)
  # A value that is given by mistake, such as a file's text, is known by its beginning.
  if (rlang::is_string(x)) return(deparse(beginning(unclass(x))))
  paste("an object of class", beginning(paste(class(x), collapse = "/")))
}

# The beginning of each long string, where an error repeats them.
beginning <- function(text) {
  text <- as_shown(as.character(text))
  long <- !is.na(text) & nchar(text) > longest_name_shown
  text[long] <- paste0(substr(text[long], 1, longest_name_shown - 3), "...")
  text
}

# A value for a message about its type, in which some of it may be repeated.
shown <- function(x) if (is.character(x)) as_shown(x) else x

# Bytes that are no text in this encoding are spelt out.
as_shown <- function(text) iconv(enc2utf8(text), "UTF-8", "UTF-8", sub = "byte")

longest_shown <- 80 # bytes of a value that an error repeats
longest_name_shown <- 60 # letters of a string
