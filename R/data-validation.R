# The held-out part: a share of the rows, or data of the user's own.

resolve_validation <- function(validation, design, outcome, options, call) {
  if (is_number(validation)) {
    check_share(validation, nrow(design$x), call)
    return(validation)
  }
  if (is_rows(validation)) return(validation_rows(validation, design, call))
  if (is_split(validation) || inherits(validation, "rset")) {
    abort_nnfit("argument", c(
      "{.arg validation} can be a split where the data are a data frame; here they are none.",
      "i" = "Give the numbers of the rows that it holds out."
    ), call)
  }
  data <- validation_data(validation, design, !is.null(options$offset), call)
  check_rows(nrow(data$x), "validation", call)
  check_finite(data$x, "validation", call)
  held_out <- list(data$x, match_outcome(data$y, outcome, data$strata, call))
  if (is.null(data$offset)) return(held_out)
  check_finite(data$offset, "validation", call)
  c(held_out, list(data$offset))
}

# Rows of the data that were given, by number or as a logical for each, as their
# positions among the rows that are left, from 0.
validation_rows <- function(validation, design, call) {
  rows <- if (is.logical(validation)) which(validation) else validation
  wrong <- if (is.logical(validation)) length(validation) != design$given || anyNA(validation)
    else anyDuplicated(rows) || any(rows > design$given)
  held_out <- which(design$kept %in% rows)
  if (wrong || !length(held_out) || length(held_out) == length(design$kept)) {
    abort_nnfit("argument", c(
      "{.arg validation} by rows must name some of the {design$given} rows, each once, or have a
        logical for each of them.",
      "x" = "It names {length(rows)} rows, and {length(held_out)} of the {length(design$kept)} that
        are fitted."
    ), call)
  }
  as.array(held_out - 1L)
}

check_share <- function(share, rows, call) {
  if (share > 0 && floor(share * rows) == 0) {
    abort_nnfit("argument", c(
      "{.arg validation} must leave at least one of the {rows} row{?s} out.",
      "x" = "{share} of them is less than one row."
    ), call)
  }
}

validation_data <- function(validation, design, with_offset, call) {
  forge <- function(data, ...) {
    forged <- forge_design(design$blueprint, design$columns, data, "validation", call, ...)
    check_offset_known(forged$offset, with_offset, "validation", call)
    forged
  }
  if (is.data.frame(validation) && !is.null(design$y)) return(forge(validation, outcomes = TRUE))
  parts <- if (is.list(validation) && !is.data.frame(validation)) length(validation) else 0
  if (!parts %in% c(2, 2 + with_offset)) {
    abort_nnfit("argument", c(
      "{.arg validation} must be a share of the rows, rows by number, or other data:",
      "*" = "a data frame, where the model has a formula or a recipe;",
      "*" = "{.code list(x, y)}, where it has {.arg x} and {.arg y};",
      "*" = "{.code list(x, y, offset)}, where it has an {.arg offset} too."
    ), call)
  }
  validation <- validation_parts(validation, call)
  x <- forge(validation[[1]], offset = if (parts == 3) validation[[3]])
  check_same_rows(nrow(x$x), NROW(validation[[2]]), call)
  list(x = x$x, y = validation[[2]], offset = x$offset, strata = x$strata)
}

# list(x, y, offset) by names, where it has them, in whatever order.
validation_parts <- function(validation, call, arg = "validation") {
  if (is.null(names(validation))) return(validation)
  known <- c("x", "y", "offset")[seq_along(validation)]
  if (!setequal(names(validation), known)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must have the names {.val {known}}, or none.",
      "x" = "It has {.val {names(validation)}}."
    ), call)
  }
  validation[known]
}

# The held-out outcome, coded as the training outcome is.
match_outcome <- function(y, outcome, strata, call, arg = "validation") {
  if (is.data.frame(y) && length(y) == 1) y <- y[[1]]
  if (outcome$kind == "survival") return(match_survival(y, outcome, strata, call, arg))
  if (outcome$kind == "numeric") {
    check_numbers_held_out(y, call, arg)
    held_out <- as_outcome(y, arg, call)
    check_finite(held_out$values, arg, call)
    return(match_outcomes(held_out$values, outcome, call, arg))
  }
  codes <- match(as.character(y), outcome$levels)
  if (anyNA(codes)) {
    new <- setdiff(as.character(y), outcome$levels)
    abort_nnfit("data", c(
      "{.arg {arg}} must have the classes of the training data.",
      "x" = "New: {.val {as_shown(new)}}."
    ), call)
  }
  codes - 1L
}

# Classes have no place among numbers, nor have their codes.
check_numbers_held_out <- function(y, call, arg) {
  columns <- if (is.data.frame(y)) y else list(y)
  if (any(vapply(columns, is_classes, NA))) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have an outcome of numbers, as the training data have.",
      "x" = "It has strings, logicals or a factor, or nothing but missing values."
    ), call)
  }
}

# Several outcomes by their names, where these tell them apart.
match_outcomes <- function(values, outcome, call, arg = "validation") {
  values <- by_outcome(values, outcome$names, arg, call)
  # A fit on files does not hold its outcome.
  number <- ncol(outcome$values) %||% ncol(values)
  if (ncol(values) != number) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have {number} outcome{?s}, as the training data have.",
      "x" = "It has {ncol(values)}."
    ), call)
  }
  values
}

# The columns of a matrix in the order of the outcomes or classes that name them.
by_outcome <- function(values, known, arg, call) {
  if (length(known) < 2 || !tells_apart(known) || is.null(colnames(values))) return(values)
  check_new_columns(list_of_columns(values), known, arg, call)
  values[, known, drop = FALSE]
}
