# New data of a plain model - columns of numbers, and of a formula factors in R's usual
# contrasts, each alone - without model.matrix() and hardhat::forge(), which take most of the
# time of a prediction of one row. forge_design() makes the same of them, and of all else.

# NULL: something is not plain, or not as it should be, which forge_design() will say.
forge_plain <- function(blueprint, data) {
  formula <- inherits(blueprint, "nn_formula_blueprint")
  names <- if (formula) plain_terms(blueprint) else plain_ptypes(blueprint)
  if (is.null(names) || sum(names(data) %in% names) != length(names)) return(NULL)
  parts <- vector("list", length(names))
  for (i in seq_along(names)) {
    column <- .subset2(data, names[i])
    levels <- blueprint$levels[[names[i]]]
    part <- if (is.null(levels)) plain_column(column) else indicator_columns(column, levels)
    if (is.null(part)) return(NULL)
    parts[[i]] <- part
  }
  x <- matrix_of_columns(parts, plain_labels(names, blueprint$levels))
  list(x = x, row_names = row.names(data))
}

# The terms of the predictors, if each is a column; of a fit that has all that this needs.
plain_terms <- function(blueprint) {
  terms <- blueprint$predictors
  names <- attr(terms, "term.labels")
  alone <- length(names) && identical(names, blueprint$columns)
  if (!alone || !identical(attr(terms, "intercept"), 1L)) return(NULL)
  beside <- unclass(blueprint)[c("offset", "strata", "embedded", "outside", "widths")]
  if (any(lengths(beside) > 0) || !is.null(attr(terms, "offset"))) return(NULL)
  classes <- names %in% names(blueprint$levels)
  usual <- vapply(blueprint$contrasts[names[classes]], identical, NA, "contr.treatment")
  numbers <- blueprint$frame_kinds[names[!classes]] == "numeric"
  if (all(usual, numbers)) names
}

# The columns of a data frame of doubles: whole numbers hardhat tells apart.
plain_ptypes <- function(blueprint) {
  columns <- blueprint$ptypes$predictors
  plain <- inherits(blueprint, "default_xy_blueprint") && length(columns) > 0 &&
    all(vapply(columns, function(column) is.double(column) && !is.object(column), NA))
  if (plain) names(columns)
}

plain_column <- function(column) {
  plain <- is.numeric(column) && !is.object(column) && is.null(attributes(column))
  if (plain) as.double(column)
}

# As contr.treatment() has them; NULL too where a level is new, of which is to be warned.
indicator_columns <- function(column, levels) {
  if (!is.factor(column) && !is.character(column) || !is.null(dim(column))) return(NULL)
  labels <- as.character(column)
  codes <- match(labels, levels)
  if (anyNA(levels) || anyNA(codes) && !all(is.na(labels[is.na(codes)]))) return(NULL)
  outer(codes, seq_along(levels)[-1], `==`)
}

plain_labels <- function(names, levels) {
  if (!length(levels)) return(names)
  unlist(lapply(names, function(name) {
    if (is.null(levels[[name]])) name else paste0(name, levels[[name]][-1])
  }))
}
