# What columns say of themselves, for the axes of pictures: the attribute `label`, as packages
# that read data of other programs give it, and `units`, where it is text.

# An outcome of numbers with what its columns, which are in `data` by name, say. What a formula
# computes, such as `log(y)`, is not the column any more.
with_titles <- function(outcome, data, code = NULL) {
  names <- outcome$names
  if (outcome$kind != "numeric" || is.null(names) || !are_columns(code)) return(outcome)
  titled(outcome, lapply(names, function(name) data[[name]]), names)
}

# `y` or `cbind(a, b)`.
are_columns <- function(code) {
  if (rlang::is_call(code, "cbind")) return(is.null(names(code)) && all(vapply(code, is.symbol, NA)))
  is.null(code) || is.symbol(code)
}

with_own_titles <- function(outcome, y) {
  if (is.data.frame(y)) return(with_titles(outcome, y))
  if (outcome$kind == "numeric" && ncol(outcome$values) == 1) {
    titled(outcome, list(y), outcome$names %||% "outcome")
  } else {
    outcome
  }
}

# The columns of `data` that a recipe has left as they are.
unchanged <- function(data, baked) {
  names <- intersect(names(data), names(baked))
  same <- vapply(names, function(name) {
    identical(as.vector(data[[name]]), as.vector(baked[[name]]))
  }, NA)
  as.list(data)[names[same]]
}

titled <- function(outcome, columns, names) {
  said <- vapply(columns, says_something, NA)
  if (!any(said)) return(outcome)
  outcome$titles <- unlist(Map(column_title, columns, names), use.names = FALSE)
  outcome$units <- vapply(columns, function(column) column_unit(column) %||% NA_character_, "")
  outcome
}

says_something <- function(column) !is.null(column_label(column)) || !is.null(column_unit(column))

# "Weight of the car (kg)".
column_title <- function(column, name) {
  label <- column_label(column) %||% name
  unit <- column_unit(column)
  if (is.null(unit)) label else paste0(label, " (", unit, ")")
}

column_label <- function(column) text_of(column, "label")

column_unit <- function(column) text_of(column, "units")

text_of <- function(column, name) {
  text <- attr(column, name, exact = TRUE)
  if (rlang::is_string(text) && nzchar(text) && !is.na(text) && validEnc(text)) as.vector(text)
}
