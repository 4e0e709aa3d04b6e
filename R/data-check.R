# What a user can get wrong in the data, refused before Python is involved.

check_two_sided <- function(formula, call) {
  if (length(formula) != 3) {
    abort_nnfit("argument", "{.arg formula} must have an outcome on its left.", call)
  }
}

check_data_frame <- function(data, arg, call) {
  check_is_data_frame(data, arg, call)
  check_rows(nrow(data), arg, call)
}

check_is_data_frame <- function(data, arg, call) {
  if (!is.data.frame(data)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be a data frame, not {describe(data)}.",
      "i" = if (arg == "data") {
        "Without a formula: {.code nn_fit(x, y)} takes a matrix and an outcome."
      }
    ), call)
  }
}

check_rows <- function(rows, arg, call) {
  if (rows == 0) abort_nnfit("data", "{.arg {arg}} must have rows; it has none.", call)
}

check_width <- function(columns, arg, call) {
  if (columns == 0) abort_nnfit("data", "{.arg {arg}} must have columns; it has none.", call)
}

# NA, NaN or Inf: says which columns and how many rows. `data`: a matrix, a
# vector, or a list of columns.
check_finite <- function(data, arg, call) {
  if (all(vapply(if (is.list(data)) data else list(data), sums_up, NA))) return(invisible())
  if (is_deep(data)) data <- list(values = worst_of_rows(data))
  bad <- lapply(column_list(data), function(column) rowSums(as.matrix(not_finite(column))) > 0)
  count <- vapply(bad, sum, numeric(1))
  if (any(count > 0)) {
    rows <- sum(Reduce(`|`, bad))
    columns <- paste0(names(bad), " (", count, ")")[count > 0]
    abort_nnfit("data", c(
      "{.arg {arg}} must not have missing or infinite values.",
      "x" = "{rows} row{?s} {?has/have} NA, NaN or Inf, in {.field {columns}}.",
      "i" = "Leave those rows out (for NA: {.fn stats::na.omit}) or fill them in."
    ), call)
  }
}

# A finite sum has finite terms: no copy is made in the usual case.
sums_up <- function(x) is.double(x) && is.finite(sum(x))

not_finite <- function(column) if (is.numeric(column)) !is.finite(column) else is.na(column)

column_list <- function(data) {
  if (is.list(data)) return(as.list(data))
  columns <- lapply(seq_len(NCOL(data)), function(j) if (is.matrix(data)) data[, j] else data)
  names(columns) <- colnames(data) %||% paste("column", seq_along(columns))
  columns
}

check_same_rows <- function(x_rows, y_rows, call) {
  if (x_rows != y_rows) {
    abort_nnfit("data", c(
      "{.arg x} and {.arg y} must have the same number of rows.",
      "x" = "{.arg x} has {x_rows}, {.arg y} has {y_rows}."
    ), call)
  }
}
