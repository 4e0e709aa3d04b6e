# The outcome: numbers (a matrix, one column an outcome) or classes (0-based
# codes and their levels), from whatever holds them.

as_outcome <- function(y, arg, call) {
  if (inherits(y, "torch.Tensor")) y <- as.array(y)
  if (is.data.frame(y) && length(y) == 1) {
    return(rename_outcome(as_outcome(y[[1]], arg, call), names(y)))
  }
  if (is.data.frame(y)) y <- numeric_frame(y, arg, call)
  if (is_classes(y)) class_outcome(y, arg, call) else numeric_outcome(y, arg, call)
}

is_classes <- function(y) is.character(y) || is.logical(y) || is.factor(y)

numeric_outcome <- function(y, arg, call) {
  if (!is.numeric(y) || length(dim(y)) > 2) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be numbers or classes, not {describe(y)}.",
      "i" = "Give a numeric vector or matrix, a factor, or a data frame of numbers."
    ), call)
  }
  values <- matrix(as.double(y), nrow = NROW(y), dimnames = list(NULL, colnames(y)))
  list(kind = "numeric", values = values, levels = NULL, names = colnames(y))
}

rename_outcome <- function(outcome, name) {
  # A formula's `cbind(a, b)` arrives as one matrix column; its own names say more.
  if (is.null(outcome$names)) outcome$names <- name
  outcome
}

numeric_frame <- function(y, arg, call) {
  wrong <- names(y)[!vapply(y, is.numeric, logical(1))]
  if (length(wrong)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must hold numbers where it has several columns.",
      "x" = "Not numeric: {.field {wrong}}."
    ), call)
  }
  as.matrix(y)
}

class_outcome <- function(y, arg, call) {
  y <- as.factor(y)
  if (nlevels(droplevels(y)) < 2) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have at least two classes.",
      "x" = "All of its rows are {.val {levels(droplevels(y))}}."
    ), call)
  }
  list(kind = "class", values = as.integer(y) - 1L, levels = levels(y), names = NULL)
}

outcome_rows <- function(outcome) NROW(outcome$values)

# Which outcomes a loss can be computed for, by the catalog's `outcome`.
outcome_rules <- list(
  numeric = rule("numbers", function(y) y$kind == "numeric"),
  count = rule(
    "numbers of at least 0",
    function(y) y$kind == "numeric" && all(y$values >= 0)
  ),
  class = rule("classes (a factor)", function(y) y$kind == "class"),
  binary = rule(
    "two classes, or numbers from 0 to 1",
    function(y) {
      if (y$kind == "class") length(y$levels) == 2 else all(y$values >= 0 & y$values <= 1)
    }
  )
)

check_loss <- function(loss, outcome, call) {
  if (is.null(loss)) return(invisible())
  needs <- outcome_rules[[catalog_row("loss", loss[[1]], "loss", call)$outcome]]
  if (!needs$test(outcome)) {
    abort_nnfit("argument", c(
      "{.arg loss} {.val {loss[[1]]}} needs an outcome of {needs$must}.",
      "i" = "Leave {.arg loss} out to have it chosen from the outcome."
    ), call)
  }
}
