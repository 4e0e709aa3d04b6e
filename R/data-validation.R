# The held-out part: a share of the rows, or data of the user's own.

resolve_validation <- function(validation, design, outcome, call) {
  if (is.numeric(validation)) {
    check_share(validation, nrow(design$x), call)
    return(validation)
  }
  data <- validation_data(validation, design, call)
  check_rows(nrow(data$x), "validation", call)
  check_finite(data$x, "validation", call)
  list(data$x, match_outcome(data$y, outcome, call))
}

check_share <- function(share, rows, call) {
  if (share > 0 && floor(share * rows) == 0) {
    abort_nnfit("argument", c(
      "{.arg validation} must leave at least one of the {rows} row{?s} out.",
      "x" = "{share} of them is less than one row."
    ), call)
  }
}

validation_data <- function(validation, design, call) {
  columns <- list(names = colnames(design$x), number = ncol(design$x))
  if (is.data.frame(validation) && !is.null(design$y)) {
    return(forge_design(design$blueprint, columns, validation, "validation", call, outcomes = TRUE))
  }
  if (!is.list(validation) || is.data.frame(validation) || length(validation) != 2) {
    abort_nnfit("argument", c(
      "{.arg validation} must be a share of the rows, or other data:",
      "*" = "a data frame, where the model has a formula or a recipe;",
      "*" = "{.code list(x, y)}, where it has {.arg x} and {.arg y}."
    ), call)
  }
  x <- forge_design(design$blueprint, columns, validation[[1]], "validation", call)$x
  check_same_rows(nrow(x), NROW(validation[[2]]), call)
  list(x = x, y = validation[[2]])
}

# The held-out outcome, coded as the training outcome is.
match_outcome <- function(y, outcome, call) {
  if (is.data.frame(y) && length(y) == 1) y <- y[[1]]
  if (outcome$kind == "numeric") {
    held_out <- as_outcome(y, "validation", call)
    check_finite(held_out$values, "validation", call)
    return(held_out$values)
  }
  codes <- match(as.character(y), outcome$levels)
  if (anyNA(codes)) {
    new <- setdiff(as.character(y), outcome$levels)
    abort_nnfit("data", c(
      "{.arg validation} must have the classes of the training data.",
      "x" = "New: {.val {new}}."
    ), call)
  }
  codes - 1L
}
