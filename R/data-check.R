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
    abort_nnfit("data", "{.arg {arg}} must be a data frame, not {describe(data)}.", call)
  }
}

check_rows <- function(rows, arg, call) {
  if (rows == 0) abort_nnfit("data", "{.arg {arg}} must have rows; it has none.", call)
}

check_width <- function(columns, arg, call) {
  if (columns == 0) abort_nnfit("data", "{.arg {arg}} must have columns; it has none.", call)
}

check_columns <- function(data, arg, call) {
  usable <- vapply(data, function(column) {
    is.numeric(column) || is.factor(column) || is.logical(column) || is.character(column)
  }, logical(1))
  if (!all(usable)) {
    wrong <- names(data)[!usable]
    kinds <- vapply(data[!usable], function(column) class(column)[1], "")
    abort_nnfit("data", c(
      "{.arg {arg}} must have columns of numbers, factors, strings or logicals.",
      "x" = "Of another kind: {.field {paste0(wrong, ' (', kinds, ')')}}.",
      "i" = "Leave those columns out, or make numbers or factors of them."
    ), call)
  }
}

# NA, NaN or Inf: says which columns and how many rows. `data`: a matrix, a
# vector, or a list of columns.
check_finite <- function(data, arg, call) {
  if (all(vapply(if (is.list(data)) data else list(data), sums_up, NA))) return(invisible())
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

eval_weights <- function(weights, data, call) {
  if (rlang::quo_is_null(weights)) return(NULL)
  rlang::try_fetch(rlang::eval_tidy(weights, data), error = function(error) {
    abort_nnfit("argument", "{.arg weights}: {conditionMessage(error)}.", call, parent = NA)
  })
}

check_weights <- function(weights, rows, call) {
  if (is.null(weights)) return(NULL)
  if (!is.numeric(weights) || length(weights) != rows) {
    abort_nnfit("argument", c(
      "{.arg weights} must be numbers, one per row.",
      "x" = "There {cli::qty(rows)}{?is/are} {rows} row{?s}; it has {length(weights)} value{?s}."
    ), call)
  }
  if (!all(is.finite(weights) & weights >= 0) || sum(weights) == 0) {
    abort_nnfit("argument", c(
      "{.arg weights} must be finite, at least 0, and not all 0."
    ), call)
  }
  as.double(weights)
}

check_same_rows <- function(x_rows, y_rows, call) {
  if (x_rows != y_rows) {
    abort_nnfit("data", c(
      "{.arg x} and {.arg y} must have the same number of rows.",
      "x" = "{.arg x} has {x_rows}, {.arg y} has {y_rows}."
    ), call)
  }
}
