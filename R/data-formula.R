# A formula's predictors and outcome, by the rules of stats::model.frame() and
# model.matrix(), so that factors, interactions, poly(), `factor(cyl)` and `- 1`
# mean here what they mean to lm(). (hardhat's formula blueprint refuses `- 1`,
# does not see functions of the workspace, and forgets the levels of an inline
# `factor()` when it predicts.)

design_formula <- function(formula, data, call, rows = all_rows(), embed = NULL) {
  data <- plain_columns(data, names(data), "data", call)
  terms <- formula_terms(formula, data, call)
  made <- model_rows(terms, data, rows, call)
  frame <- made$frame
  terms <- attr(frame, "terms")
  check_frame(frame, terms, call)
  strata <- find_strata(terms, frame, call)
  sizes <- embedded_variables(embed, frame, terms, call)
  x <- try_data(unstratified_matrix(terms, with_codes(frame, names(sizes)), strata), call)
  blueprint <- formula_blueprint(terms, frame, data, attr(x, "contrasts"), rows$offset)
  blueprint$strata <- strata
  if (length(sizes)) blueprint$embedded <- names(sizes)
  new_design(
    drop_intercept(x), formula_outcome(frame), blueprint,
    intercept = attr(terms, "intercept") == 1, row_names = row.names(frame),
    weights = stats::model.weights(frame), offset = stats::model.offset(frame),
    given = nrow(data), kept = made$kept, na_action = attr(frame, "na.action"),
    embed = embedded_columns(x, terms, sizes, blueprint$levels),
    strata = if (!is.null(strata)) strata_of(frame, strata$variables)
  )
}

# What is needed to make the same of new data.
formula_blueprint <- function(terms, frame, data, contrasts, offset) {
  predictors <- used_terms(stats::delete.response(terms))
  variables <- variables_in(attr(predictors, "variables"))
  outcomes <- if (attr(terms, "response")) variables_in(terms[[2]])
  structure(list(
    terms = terms, predictors = predictors, levels = frame_levels(frame, terms),
    contrasts = contrasts[intersect(names(contrasts), names(used_columns(frame, terms)))],
    columns = columns_of_rows(variables, environment(terms), data),
    outcomes = columns_of_rows(outcomes, environment(terms), data),
    outside = outside_values(predictors, data),
    kinds = vapply(data[intersect(all.vars(terms), names(data))], raw_kind, ""),
    frame_kinds = vapply(as.list(frame), column_kind, ""),
    widths = vapply(Filter(is.matrix, as.list(frame)), ncol, integer(1)),
    offset = offset_in_data(offset, data)
  ), class = "nn_formula_blueprint")
}

# Columns of the data, and variables of the workspace with a value for each row:
# those are of the training rows and can not serve for others.
columns_of_rows <- function(variables, env, data) {
  elsewhere <- setdiff(variables, names(data))
  by_row <- vapply(elsewhere, function(name) {
    value <- get0(name, env, inherits = FALSE)
    (is.atomic(value) || is.data.frame(value)) && NROW(value) == nrow(data) && nrow(data) > 1
  }, NA)
  intersect(variables, c(names(data), elsewhere[by_row]))
}

# The variables that are made of no column, and of no variable of the workspace that
# could be one: `list$z`, `f()` or `I(1:30)`; and such parts of others. They have a
# value for each row of the training data, and for no other.
outside_values <- function(terms, data) {
  env <- environment(terms)
  variables <- as.list(attr(terms, "variables"))[-1]
  whole <- Filter(function(code) !inside_data(code, env, data), variables)
  parts <- Filter(function(code) {
    !inside_data(code, env, data) && NROW(eval(code, env)) == nrow(data) && nrow(data) > 1
  }, unlist(lapply(variables, parts_of_lists)))
  unique(vapply(c(whole, parts), deparse1, ""))
}

inside_data <- function(code, env, data) {
  variables <- variables_in(code)
  length(intersect(variables, names(data))) > 0 && !is_part(code) ||
    length(setdiff(columns_of_rows(variables, env, data), names(data))) > 0
}

# `a$b` and `a[["b"]]`, which may be evaluated without a thought.
is_part <- function(code) {
  rlang::is_call(code, c("$", "[[", "@")) && (is.symbol(code[[2]]) || is_part(code[[2]]))
}

parts_of_lists <- function(code) {
  if (!is.call(code)) return(list())
  if (is_part(code)) return(list(code))
  unlist(lapply(as.list(code)[-1], parts_of_lists))
}

# What stats::.getXlevels() gives, without its deparsing of every variable, which
# is slow.
frame_levels <- function(frame, terms) {
  predictors <- used_columns(frame, terms)
  if (attr(terms, "response")) predictors <- predictors[-1]
  classes <- Filter(function(column) is.factor(column) || is.character(column), predictors)
  lapply(classes, function(column) levels(as.factor(column)))
}

# The kinds and values of what the formula uses, after its functions.
check_frame <- function(frame, terms, call) {
  used <- lapply(used_columns(frame, terms), function(column) {
    if (is_censored(column)) unclass(column) else column # which does no arithmetic
  })
  check_columns(used, "data", call)
  check_finite(used, "data", call)
  check_levels(used, call)
}

# One level is the intercept's twin, which contrasts can not tell from it.
check_levels <- function(columns, call) {
  single <- names(columns)[vapply(columns, has_one_level, NA)]
  if (length(single)) {
    abort_nnfit("data", c(
      "{.arg data} must have factors of two levels or more.",
      "x" = "All rows that are fitted have one: {.field {beginning(single)}}.",
      "i" = "Leave {cli::qty(single)}{?it/them} out of the formula."
    ), call)
  }
}

has_one_level <- function(column) {
  if (is.factor(column)) return(nlevels(column) < 2)
  is.character(column) && !is.matrix(column) && all(column == column[1])
}

used_columns <- function(frame, terms) as.list(frame)[which(used_variables(terms))]

# A vector, or a matrix with the names of `cbind(a, b)`; as a one-column data
# frame it carries the name that lm() would give it.
formula_outcome <- function(frame) {
  # Not by model.response(), which makes codes of a factor in I().
  place <- attr(attr(frame, "terms"), "response")
  if (!place) return(NULL)
  outcome <- frame[[place]]
  if (is_censored(outcome)) return(structure(list2DF(list(outcome)), names = names(frame)[1]))
  if (is.matrix(outcome)) return(as.data.frame(outcome))
  stats::setNames(list2DF(list(unname(outcome))), names(frame)[1])
}

# As stats::model.matrix() makes it, which for numbers as they are does much for nothing:
# then without a column for the intercept, and without names of rows.
predictor_matrix <- function(terms, frame, contrasts = NULL) {
  places <- plain_places(terms, frame)
  if (is.null(places)) return(stats::model.matrix(terms, frame, contrasts.arg = contrasts))
  x <- matrix_of_columns(unname(as.list(frame)[places]), attr(terms, "term.labels"))
  attr(x, "assign") <- seq_along(places)
  x
}

# Columns, and matrices of several, as one matrix of doubles without names of rows. It is one copy:
# unlist() takes three times as long, and matrix() makes a second one.
matrix_of_columns <- function(columns, labels) {
  x <- do.call(cbind, c(columns, deparse.level = 0))
  storage.mode(x) <- "double"
  dimnames(x) <- list(NULL, labels)
  x
}

# Where in the frame the predictors are, if each term is a variable of plain numbers.
plain_places <- function(terms, frame) {
  if (!length(attr(terms, "term.labels")) || any(attr(terms, "order") > 1)) return(NULL)
  # By name: the frame may have an outcome that the terms do not.
  variables <- term_variables(terms)[apply(attr(terms, "factors") > 0, 2, which)]
  places <- match(variables, names(frame))
  if (anyNA(places)) return(NULL)
  plain <- function(column) is.numeric(column) && !is.object(column) && is.null(dim(column))
  if (all(vapply(as.list(frame)[places], plain, NA))) unname(places)
}

drop_intercept <- function(x) {
  others <- colnames(x) != "(Intercept)"
  if (all(others)) x else x[, others, drop = FALSE]
}

# The data of a formula without `data`.
workspace_data <- function(formula, call) {
  rlang::try_fetch(stats::get_all_vars(formula), error = function(error) {
    abort_nnfit("data", c(
      "Without {.arg data}, the variables of the formula must be there by name.",
      # Of a formula that names none stats fails somewhere within.
      "x" = if (length(variables_in(formula))) "{conditionMessage(error)}." else "It names none.",
      "i" = "Name the columns alone, and give their data frame: {.code nn_fit(y ~ x, data)}."
    ), call, parent = NA)
  })
}
