# A formula's predictors and outcome, by the rules of stats::model.frame() and
# model.matrix(), so that factors, interactions, poly(), `factor(cyl)` and `- 1`
# mean here what they mean to lm(). (hardhat's formula blueprint refuses `- 1`,
# does not see functions of the workspace, and forgets the levels of an inline
# `factor()` when it predicts.)

design_formula <- function(formula, data, call) {
  terms <- formula_terms(formula, data, call)
  try_data({
    frame <- stats::model.frame(terms, data, na.action = stats::na.pass, drop.unused.levels = TRUE)
    terms <- attr(frame, "terms")
    x <- stats::model.matrix(terms, frame)
  }, call)
  predictors <- stats::delete.response(terms)
  blueprint <- structure(list(
    terms = terms, levels = frame_levels(frame, terms),
    contrasts = attr(x, "contrasts"), columns = intersect(all.vars(predictors), names(data)),
    outcomes = intersect(all.vars(formula[[2]]), names(data))
  ), class = "nn_formula_blueprint")
  new_design(
    drop_intercept(x), formula_outcome(frame), blueprint,
    intercept = attr(terms, "intercept") == 1, row_names = row.names(data)
  )
}

# What stats::.getXlevels() gives, without its deparsing of every variable, which
# is slow.
frame_levels <- function(frame, terms) {
  predictors <- if (attr(terms, "response")) as.list(frame)[-1] else as.list(frame)
  classes <- Filter(function(column) is.factor(column) || is.character(column), predictors)
  lapply(classes, function(column) levels(as.factor(column)))
}

forge_formula <- function(blueprint, data, arg, call, outcomes) {
  check_new_columns(data, c(blueprint$columns, if (outcomes) blueprint$outcomes), arg, call)
  terms <- blueprint$terms
  if (!outcomes) terms <- stats::delete.response(terms)
  frame <- try_data(stats::model.frame(terms, data, na.action = stats::na.pass), call)
  known <- names(blueprint$levels)
  check_numeric_columns(frame, terms, arg, call)
  frame[known] <- Map(match_levels, frame[known], blueprint$levels, known, arg, list(call))
  x <- stats::model.matrix(terms, frame, contrasts.arg = blueprint$contrasts)
  list(x = drop_intercept(x), y = if (outcomes) formula_outcome(frame), row_names = row.names(data))
}

check_numeric_columns <- function(frame, terms, arg, call) {
  fitted <- attr(terms, "dataClasses")[names(frame)] %in% "numeric"
  wrong <- names(frame)[fitted & vapply(frame, function(x) is.character(x) || is.factor(x), NA)]
  if (length(wrong)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have numbers where the model was fitted on numbers.",
      "x" = "Not numeric: {.field {wrong}}."
    ), call)
  }
}

# An unknown level, which lm() refuses, becomes a missing value, as with recipes:
# one odd row among thousands should not cost the others their predictions.
match_levels <- function(column, levels, name, arg, call) {
  new <- setdiff(as.character(column), c(levels, NA))
  if (length(new)) {
    warn_nnfit("levels", c(
      "{.arg {arg}} has levels of {.field {name}} that the model was not fitted on: {.val {new}}.",
      "i" = "They are taken for missing."
    ), call)
  }
  factor(as.character(column), levels)
}

# The data of a formula without `data`.
workspace_data <- function(formula, call) {
  rlang::try_fetch(stats::get_all_vars(formula), error = function(error) {
    abort_nnfit("data", c(
      "Without {.arg data}, the variables of the formula must be there by name.",
      "x" = "{conditionMessage(error)}.",
      "i" = "Name the columns alone, and give their data frame: {.code nn_fit(y ~ x, data)}."
    ), call, parent = NA)
  })
}

# A vector, or a matrix with the names of `cbind(a, b)`; as a one-column data
# frame it carries the name that lm() would give it.
formula_outcome <- function(frame) {
  outcome <- stats::model.response(frame)
  if (is.null(outcome)) return(NULL)
  if (is.matrix(outcome)) return(as.data.frame(outcome))
  stats::setNames(list2DF(list(unname(outcome))), names(frame)[1])
}

drop_intercept <- function(x) x[, colnames(x) != "(Intercept)", drop = FALSE]

formula_terms <- function(formula, data, call) {
  environment(formula) <- own_environment(formula, data)
  terms <- try_data(stats::terms(formula, data = data), call)
  if (!is.null(attr(terms, "offset"))) {
    abort_nnfit("argument", c(
      "{.arg formula} must not have {.fn offset} terms.",
      "i" = "Subtract the offset from the outcome instead."
    ), call)
  }
  if (!length(attr(terms, "term.labels"))) {
    abort_nnfit("argument", "{.arg formula} must have at least one predictor.", call)
  }
  check_variables(terms, data, call)
  terms
}

# What the formula itself uses of the workspace travels with the fit; the rest
# of the workspace does not.
own_environment <- function(formula, data) {
  used <- setdiff(all.names(formula), c(names(data), "."))
  own <- new.env(parent = globalenv())
  for (name in used) {
    found <- find_own(name, environment(formula))
    if (!is.null(found)) own[[name]] <- found
  }
  own
}

find_own <- function(name, env) {
  top <- topenv(env)
  repeat {
    if (exists(name, env, inherits = FALSE)) return(get(name, env))
    if (identical(env, top)) return(NULL)
    env <- parent.env(env)
  }
}

# An object of an attached package, such as `pi`, or `contr.sum` in
# `C(f, contr.sum)`. But a function can not be a predictor: `df` in `y ~ df` is the
# misspelt name of a column.
is_packaged <- function(name, terms) {
  packages <- parent.env(globalenv())
  itself <- name %in% vapply(as.list(attr(terms, "variables"))[-1], deparse1, "")
  exists(name, packages) && !(itself && is.function(get(name, packages)))
}

check_variables <- function(terms, data, call) {
  variables <- all.vars(terms)
  elsewhere <- ls(environment(terms), all.names = TRUE)
  absent <- Filter(
    function(name) !is_packaged(name, terms), setdiff(variables, c(names(data), elsewhere))
  )
  if (length(absent)) {
    near <- nearest(absent[1], names(data))
    abort_nnfit("data", c(
      "{.arg data} must have every column that the formula names.",
      "x" = "Not found: {.field {absent}}.",
      "i" = if (length(near)) "Did you mean {.field {near}}?"
    ), call)
  }
  columns <- .subset(data, intersect(variables, names(data)))
  check_columns(columns, "data", call)
  check_finite(columns, "data", call)
}
