# A fit that Python made, in R.

is_of_python <- function(fit) rlang::is_call(fit$call, "nnfit.core.fit")

# A fit of Python's has no outcome: R has it as one on files, whose rows are not at hand.
without_rows <- function(fields) {
  held_out <- length(fields$validation_rows)
  counted <- c(train = NROW(fields$fitted) - held_out, validation = held_out)
  if (is.null(fields[["rows"]])) fields$rows <- counted
  fields["fitted"] <- list(NULL)
  fields
}

# Of a fit that Python made: its columns by name, and no rows. `formula`: what Python keeps of one
# by which it made these, of which R knows the text alone.
python_parts <- function(fields, formula = NULL) {
  options <- fields$options
  names <- as.character(unlist(options$feature_names))
  parts <- stats::setNames(vector("list", length(own_names)), own_names)
  parts$call <- quote(nnfit.core.fit(x, y))
  parts$columns <- list(
    names = if (length(names)) names, number = as.integer(options$n_features), kind = "numeric"
  )
  parts$columns$python <- formula_of_python(formula)
  parts$outcome <- python_outcome(fields, options)
  parts$seed <- options$seed
  if (isTRUE(options$own_model)) parts$module_key <- "file"
  if (length(options$embed)) parts$blueprint <- embedded_blueprint(names, options$embed)
  parts
}

formula_of_python <- function(formula) {
  text <- formula$text
  if (length(formula$variables) && rlang::is_string(text)) text
}

python_outcome <- function(fields, options) {
  levels <- as.character(unlist(options$levels))
  kind <- if (length(levels)) "class" else if (!is.null(fields$baseline)) "survival" else "numeric"
  outcome <- list(
    kind = kind, values = NULL, levels = if (length(levels)) levels,
    ordered = if (length(levels)) FALSE, names = as.character(unlist(options$outcome_names))
  )
  if (!length(outcome$names)) outcome["names"] <- list(NULL)
  outcome
}

# A data frame of Python's with classes that are embedded is here the formula of its columns.
embedded_blueprint <- function(names, embed) {
  if (!length(names)) return(NULL)
  levels <- lapply(embed, function(one) as.character(unlist(one$levels)))
  names(levels) <- vapply(embed, function(one) as.character(one$name), "")
  sum <- Reduce(function(left, right) call("+", left, right), lapply(names, as.name))
  terms <- stats::terms(rlang::new_formula(NULL, sum, env = new.env(parent = globalenv())))
  kinds <- stats::setNames(ifelse(names %in% names(levels), "factor", "numeric"), names)
  structure(list(
    terms = terms, predictors = terms, levels = levels, contrasts = NULL, columns = names,
    outcomes = NULL, outside = character(), kinds = kinds, frame_kinds = kinds,
    widths = stats::setNames(integer(), character()), offset = NULL, embedded = names(levels)
  ), class = "nn_formula_blueprint")
}
