# The outcome: numbers (a matrix, one column an outcome), classes (0-based codes and
# their levels) or censored times (data-survival.R), from whatever holds them.

as_outcome <- function(y, arg, call) {
  if (is_censored(y)) return(survival_outcome(y, arg, call))
  if (inherits(y, "torch.Tensor")) y <- as.array(y)
  if (length(dim(y)) == 1) y <- as.vector(y) # a table, say
  if (is.data.frame(y) && length(y) == 1) {
    return(rename_outcome(as_outcome(y[[1]], arg, call), names(y)))
  }
  if (is.data.frame(y)) y <- numeric_frame(y, arg, call)
  if (is_classes(y)) class_outcome(y, arg, call) else numeric_outcome(y, arg, call)
}

is_classes <- function(y) is.character(y) || is.logical(y) || is.factor(y)

numeric_outcome <- function(y, arg, call) {
  y <- plain_numbers(y, arg, arg, call)
  if (!is_numbers(y) || length(dim(y)) > 2) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be numbers or classes, not {describe(y)}.",
      "i" = "Give a numeric vector or matrix, a factor, or a data frame of numbers."
    ), call)
  }
  # Numbers with labels (haven) are the numbers, as among the predictors.
  values <- matrix(as.double(unclass(y)), nrow = NROW(y), dimnames = list(NULL, colnames(y)))
  list(kind = "numeric", values = values, levels = NULL, names = colnames(y))
}

rename_outcome <- function(outcome, name) {
  # A formula's `cbind(a, b)` arrives as one matrix column; its own names say more.
  if (is.null(outcome$names)) outcome$names <- name
  outcome
}

numeric_frame <- function(y, arg, call) {
  y <- plain_columns(y, names(y), arg, call)
  wrong <- names(y)[!vapply(y, is_numbers, logical(1))]
  if (length(wrong)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must hold numbers where it has several columns.",
      "x" = "Not numeric: {.field {wrong}}.",
      "i" = if (arg == "y") {
        "It is the outcome of {.arg x}; with a formula: {.code nn_fit(y ~ x, data)}."
      }
    ), call)
  }
  as.matrix(y)
}

class_outcome <- function(y, arg, call) {
  # A level that no row has is no class, as in a formula.
  y <- droplevels(as.factor(y))
  if (nlevels(y) < 2) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have at least two classes.",
      "x" = if (nlevels(y)) "All of its rows are {.val {as_shown(levels(y))}}.",
      "x" = if (!nlevels(y)) "All are missing."
    ), call)
  }
  list(
    kind = "class", values = as.integer(y) - 1L, levels = levels(y), ordered = is.ordered(y),
    names = NULL
  )
}

# As far as it can be told of what is not read yet; NULL: not at all, as of what is missing.
likely_kind <- function(y) {
  tryCatch(
    if (is_censored(y)) {
      "survival"
    } else if (is.factor(y) || is.character(y) || is.logical(y)) {
      "class"
    } else if (is.numeric(y)) {
      "numeric"
    },
    error = function(error) NULL
  )
}

outcome_rows <- function(outcome) NROW(outcome$values)

# What a loss may need of an outcome, by its family's `outcome`: the words that
# follow "must be", and the test.
outcome_kinds <- list(
  numeric = list(
    must = function(family) loss_domain(family),
    test = function(y, family) y$kind == "numeric" && in_domain(y$values, family)
  ),
  class = list(
    must = function(family) "classes (a factor)",
    test = function(y, family) y$kind == "class"
  ),
  binary = list(
    must = function(family) paste("two classes, or", loss_domain(family)),
    test = function(y, family) {
      if (y$kind == "class") length(y$levels) == 2
        else y$kind == "numeric" && in_domain(y$values, family)
    }
  ),
  survival = list(
    must = function(family) "censored times (Surv(time, status))",
    test = function(y, family) y$kind == "survival"
  )
)

check_loss <- function(loss, outcome, call, of_family = NULL) {
  # A function of the user's own takes any.
  if (is.null(loss) || !is.null(attr(loss, "own"))) return(invisible())
  family <- loss_family(loss)
  needs <- outcome_kinds[[family$outcome]]
  if (!needs$test(outcome, family) && !is.null(of_family)) {
    abort_nnfit("argument", c(
      "{.arg family} {.val {of_family$family}} needs an outcome of {needs$must(family)}."
    ), call)
  }
  if (!needs$test(outcome, family)) {
    abort_nnfit("argument", c(
      "{.arg loss} {.val {family$name}} needs an outcome of {needs$must(family)}.",
      "i" = "Leave {.arg loss} out to have it chosen from the outcome."
    ), call)
  }
}

# Without the classes of which no row is left.
classes_left <- function(outcome, arg, call) {
  if (outcome$kind != "class") return(outcome)
  labels <- factor(outcome$levels[outcome$values + 1L], outcome$levels, ordered = outcome$ordered)
  class_outcome(labels, if (arg == "x") "y" else arg, call)
}
