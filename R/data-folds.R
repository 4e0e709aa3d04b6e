# How rows are dealt into folds: at random, or as the user says of each row.

# What says the fold of each row may be a column of the data.
eval_folds <- function(quosure, data, call) {
  rlang::try_fetch(rlang::eval_tidy(quosure, data), error = function(error) {
    abort_nnfit("argument", c(
      "{.arg folds}: {conditionMessage(error)}.",
      "i" = "It is a whole number, or what says the fold of each row, such as a column of
        {.arg data}."
    ), call, parent = NA)
  })
}

# `dealt`: a number, or that of the fold of each row that is fitted; `labels`: what the user calls
# them. Of folds for all rows of the data those of the rows that were left out have no part.
read_folds <- function(folds, repeats, design, call) {
  if (are_labels(folds) && length(folds) == design$given) folds <- folds[design$kept]
  check_folds(folds, repeats, nrow(design$x), call)
  if (length(folds) == 1) return(list(dealt = folds))
  folds <- factor(folds)
  list(dealt = as.integer(folds), labels = levels(folds))
}

check_folds <- function(folds, repeats, rows, call) {
  check_option(repeats, "repeats", call)
  if (length(folds) > 1) return(check_given_folds(folds, repeats, rows, call))
  least <- option_row("folds")$least
  if (!is_whole(folds, least, rows)) {
    abort_nnfit("argument", c(
      "{.arg folds} must be a whole number from {least} to the number of rows, {rows}, or a vector
        with the fold of each row, not {describe(folds)}."
    ), call)
  }
}

check_given_folds <- function(folds, repeats, rows, call) {
  if (!are_labels(folds)) {
    abort_nnfit("argument", c(
      "{.arg folds} must be a whole number, or a vector with the fold of each row, not
        {describe(folds)}."
    ), call)
  }
  different <- length(unique(folds))
  if (length(folds) != rows || anyNA(folds) || different < 2) {
    abort_nnfit("argument", c(
      "{.arg folds} must name the fold of each of the {rows} rows, with two folds at least.",
      "x" = "It has {length(folds)} values, {different} of them different."
    ), call)
  }
  if (repeats > 1) {
    abort_nnfit("argument", "{.arg repeats} must be 1 where {.arg folds} are given.", call)
  }
}

# What factor() can take apart and sort.
are_labels <- function(x) {
  is.atomic(x) && length(dim(x)) < 2 && !typeof(x) %in% c("complex", "raw")
}
