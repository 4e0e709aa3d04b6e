# A formula's design as plain data, for the core to make it of a file's rows:
# which columns a term multiplies, and the numbers that a level becomes.

parquet_design <- function(blueprint, outcome = NULL, weights = NULL, call = NULL) {
  terms <- predictor_terms(blueprint)
  variables <- term_variables(terms)
  classes <- attr(terms, "dataClasses")[variables]
  embedded <- blueprint$embedded
  as_coded <- replace(classes, match(embedded, variables), "numeric")
  factors <- full_first_factor(attr(terms, "factors"), as_coded, attr(terms, "intercept") == 1)
  levels <- c(blueprint$levels, lapply(classes[classes == "logical"], logical_levels))
  term <- function(codes) {
    used <- which(codes > 0)
    Map(function(name, code) {
      coding <- if (name %in% embedded) position_coding(levels[[name]]) else
        coding(name, code, levels, blueprint$contrasts)
      list(name, coding)
    }, variables[used], codes[used], USE.NAMES = FALSE)
  }
  list(
    terms = lapply(seq_along(attr(terms, "term.labels")), function(j) term(factors[, j])),
    outcome = as.list(outcome$columns),
    levels = lapply(c(levels[variables[classes != "numeric"]], outcome$levels), as_arrow_levels),
    weights = weights, offset = as.list(offset_column(blueprint, terms, call)),
    embedded = as.list(embedded)
  )
}

# The one column that the rows' offset is.
offset_column <- function(blueprint, terms, call) {
  in_terms <- as.list(attr(terms, "variables"))[-1][attr(terms, "offset")]
  offsets <- c(lapply(in_terms, within_offset), blueprint$offset$expression)
  if (length(offsets) > 1 || !all(vapply(offsets, is.symbol, NA))) {
    abort_nnfit("argument", c(
      "{.arg offset} and {.fn offset} terms must be one column as it is where the data are files.",
      "i" = "Store their sum in the files as a column of its own."
    ), call)
  }
  if (length(offsets)) as.character(offsets[[1]])
}

term_variables <- function(terms) variable_names(as.list(attr(terms, "variables"))[-1])

# Names as the columns have them: `my column` without its backquotes.
variable_names <- function(variables) {
  vapply(variables, deparse1, "")
}

# Without an intercept model.matrix() gives the first factor all of its levels.
full_first_factor <- function(factors, classes, intercept) {
  first <- which(factors > 0 & classes != "numeric")[1]
  if (!intercept && !is.na(first)) factors[first] <- 2
  factors
}

# The numbers that a variable's levels become, as a matrix with a row per level;
# NULL for a column of numbers, which stays as it is. `code` is terms()' own: 1 for
# contrasts, 2 for an indicator of every level.
coding <- function(name, code, levels, contrasts) {
  levels <- levels[[name]]
  if (is.null(levels)) return(NULL)
  if (code == 2) return(diag(length(levels)))
  unname(stats::contrasts(stats::C(factor(levels, levels), contrasts[[name]])))
}

# Of a factor that is embedded.
position_coding <- function(levels) matrix(seq_along(levels) - 1)

logical_levels <- function(...) structure(c("FALSE", "TRUE"), class = "logical_levels")

# arrow writes logicals in lower case.
as_arrow_levels <- function(levels) {
  as.list(if (inherits(levels, "logical_levels")) c("false", "true") else levels)
}
