# What columns say of themselves, for the axes of pictures: the attribute `label`, as packages
# that read data of other programs give it. A column with `units` is none of numbers
# (data-kinds.R), so a unit stands in the label, if anywhere.

# An outcome of numbers with what its columns, which are in `data` by name, say. What a formula
# computes, such as `log(y)`, is not the column any more.
with_titles <- function(outcome, data, code = NULL) {
  names <- outcome$names
  if (outcome$kind != "numeric" || is.null(names) || !are_columns(code)) return(outcome)
  titled(outcome, lapply(names, function(name) .subset2(data, name)), names)
}

# `y` or `cbind(a, b)`.
are_columns <- function(code) {
  if (!rlang::is_call(code, "cbind")) return(is.null(code) || is.symbol(code))
  is.null(names(code)) && all(vapply(as.list(code), is.symbol, NA))
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
  if (any(vapply(columns, function(column) !is.null(column_label(column)), NA))) {
    outcome$titles <- unlist(Map(column_title, columns, names), use.names = FALSE)
  }
  outcome
}

column_title <- function(column, name) column_label(column) %||% name

column_label <- function(column) {
  label <- attr(column, "label", exact = TRUE)
  if (rlang::is_string(label) && nzchar(label) && validEnc(label)) as.vector(label)
}
