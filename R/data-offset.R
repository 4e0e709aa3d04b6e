# The offset: a part of the model's output (before the link) that is known for each
# row. In a formula it is a term, `offset(z)`; the argument `offset` adds to these.

# On the scale of the link: a number per row or, where there are several outcomes
# or classes, a column for each. `row_names`: of the rows, for errors.
check_offset <- function(offset, rows, call, arg = "offset", row_names = NULL) {
  if (is.null(offset)) return(NULL)
  offset <- plain_numbers(offset, "offset", "offset", call)
  plain <- are_offsets(offset) || arg != "offset" && is.atomic(offset) && all(is.na(offset))
  if (plain && length(offset) == 1) offset <- rep(offset, rows)
  if (!plain || NROW(offset) != rows) refuse_offset_values(offset, rows, row_names, call)
  as_doubles(as.matrix(offset))
}

# Which rows, where it is numbers for each.
refuse_offset_values <- function(offset, rows, row_names, call) {
  infinite <- if (NROW(offset) == rows) infinite_rows(offset)
  named <- (row_names %||% seq_len(rows))[utils::head(infinite, shown_rows)]
  more <- length(infinite) - length(named)
  shown <- paste0(paste(beginning(named), collapse = ", "), if (more) paste(" and", more, "more"))
  abort_nnfit("argument", c(
    "{.arg offset} must be finite numbers, one per row.",
    "x" = if (is.null(infinite)) {
      "There {cli::qty(rows)}{?is/are} {rows} row{?s}; it is {describe(offset)}."
    } else if (length(infinite)) {
      "In {length(infinite)} row{?s} it is infinite: {shown}."
    } else {
      "It is missing in all rows ({rows})."
    },
    "i" = if (length(infinite) && any(offset == -Inf, na.rm = TRUE)) {
      "{.code log(0)} is -Inf: an exposure has to be more than 0."
    }
  ), call)
}

shown_rows <- 5L # of those that are wrong

# NULL: of something else than numbers.
infinite_rows <- function(offset) {
  if (!is_numbers(offset) || is.object(offset) || length(dim(offset)) > 2) return(NULL)
  which(rowSums(as.matrix(is.infinite(offset))) > 0)
}

# Some may be missing, as in other variables.
are_offsets <- function(x) {
  plain <- is_numbers(x) && !is.object(x) && length(dim(x)) <= 2
  plain && !any(is.infinite(x)) && !all(is.na(x))
}

# The argument as it was written, to be evaluated in new data as lm() does, with
# what it uses of the workspace; `columns` are those that new data must have.
offset_in_data <- function(quosure, data) {
  if (is.null(quosure) || rlang::quo_is_null(quosure)) return(NULL)
  written <- rlang::new_formula(NULL, rlang::quo_get_expr(quosure), rlang::quo_get_env(quosure))
  env <- own_environment(written, data)
  list(
    expression = rlang::f_rhs(written), env = env,
    columns = columns_of_rows(variables_in(written), env, data),
    outside = !inside_data(rlang::f_rhs(written), env, data)
  )
}

# Of new data: `terms` is what the formula's own terms gave, `given` what the
# caller gave for the argument.
new_offset <- function(written, terms, given, data, arg, call) {
  if (is.null(given) && !is.null(written)) {
    check_offset_columns(written, data, arg, call)
    given <- rlang::eval_tidy(written$expression, data, written$env)
  }
  given <- check_offset(given, nrow(data), call, arg, row.names(data))
  if (is.null(terms)) return(given)
  terms <- check_offset(terms, nrow(data), call, arg, row.names(data))
  if (is.null(given)) terms else given + as.vector(terms)
}

check_offset_columns <- function(written, data, arg, call) {
  missing <- setdiff(written$columns, names(data))
  if (length(missing) || written$outside && length(eval(written$expression, written$env)) > 1) {
    abort_nnfit("data", c(
      "The model was fitted with an {.arg offset}, which is not known for the rows of
        {.arg {arg}}.",
      "x" = if (length(missing)) "Missing in {.arg {arg}}: {.field {missing}}.",
      "i" = "Give it: {.code predict(fit, newdata, offset = )}."
    ), call)
  }
}

# A fit with an offset needs one for other rows, and one without has no place for it.
check_offset_known <- function(offset, fitted_with, arg, call) {
  if (is.null(offset) && fitted_with) {
    abort_nnfit("argument", c(
      "The model was fitted with an {.arg offset}, which is not known for the rows of
        {.arg {arg}}.",
      "i" = "Give it: {.code predict(fit, newdata, offset = )}."
    ), call)
  }
  if (!is.null(offset) && !fitted_with) {
    abort_nnfit("argument", c(
      "{.arg offset} goes with a model that was fitted with one, and this was not."
    ), call)
  }
}
