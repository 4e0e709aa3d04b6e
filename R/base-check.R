# Predicates on one value, and the one place where an option that fails its
# predicate becomes an error.

is_number <- function(x, from = -Inf, to = Inf) {
  is.numeric(x) && length(x) == 1 && !is.na(x) && x >= from && x <= to
}

is_finite_number <- function(x, from = -Inf, to = Inf) {
  is_number(x, from, to) && is.finite(x)
}

is_positive <- function(x) is_finite_number(x) && x > 0

is_count <- function(x) is_finite_number(x, from = 1) && x == trunc(x)

is_counts <- function(x) {
  is.numeric(x) && all(is.finite(x)) && all(x >= 1 & x <= .Machine$integer.max & x == trunc(x))
}

is_flag <- function(x) is.logical(x) && length(x) == 1 && !is.na(x)

or_null <- function(test) function(x) is.null(x) || test(x)

is_one_of <- function(choices) function(x) rlang::is_string(x) && x %in% choices

# A rule is a predicate and the words that follow "must be".
rule <- function(must, test) list(must = must, test = test)

check_rule <- function(value, rule, arg, call) {
  if (!rule$test(value)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be {rule$must}, not {describe(value)}."
    ), call)
  }
}

describe <- function(x) {
  if (missing(x)) return("missing")
  if (is.null(x)) return("NULL")
  if (is.atomic(x) && length(x) == 1) return(deparse(unname(x)))
  if (is.atomic(x) && length(x) <= 4) return(paste(deparse(unname(x)), collapse = ""))
  paste("an object of class", paste(class(x), collapse = "/"))
}
