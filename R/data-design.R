# The predictors: a formula, data frame, matrix, tensor or recipe as one double
# matrix, with what is needed to make the same matrix of new data.

design_data_frame <- function(x, call, embed = NULL) {
  check_unique_columns(names(x), names(x), "x", call)
  x <- plain_columns(x, names(x), "x", call)
  check_columns(x, "x", call)
  named <- wants_embed(embed) && !is_auto(embed)
  if (named || !all(vapply(x, is.numeric, logical(1)))) {
    return(design_formula(~ ., x, call, embed = embed))
  }
  blueprint <- hardhat::default_xy_blueprint(composition = "matrix")
  molded <- try_data(hardhat::mold(x, rep(0, nrow(x)), blueprint = blueprint), call)
  new_design(molded$predictors, blueprint = molded$blueprint, row_names = row.names(x))
}

design_recipe <- function(recipe, data, call, embed = NULL) {
  data <- plain_columns(data, names(data), "data", call)
  composition <- if (wants_embed(embed)) "tibble" else "matrix"
  blueprint <- hardhat::default_recipe_blueprint(composition = composition)
  molded <- try_data(hardhat::mold(recipe, data, blueprint = blueprint), call)
  if (wants_embed(embed)) molded <- code_recipe(molded, embed, call)
  new_design(
    molded$predictors, molded$outcomes, molded$blueprint,
    # A step such as step_naomit() leaves rows out.
    row_names = if (nrow(molded$predictors) == nrow(data)) row.names(data),
    weights = molded$extras$roles$case_weights[[1]], embed = as.list(molded$embed)
  )
}

# A matrix is what the core wants already: nothing to mold.
design_matrix <- function(x, call) {
  x <- plain_numbers(x, "x", "x", call)
  if (!is_numbers(x) && !is.logical(x)) {
    abort_nnfit("data", c(
      "{.arg x} must be a numeric matrix, not a {.cls {typeof(x)}} one.",
      "i" = "A data frame may have factors: {.code as.data.frame(x)}."
    ), call)
  }
  new_design(as_doubles(x), row_names = rownames(x), kind = column_kind(x))
}

# `arg`: the user's argument that the predictors came from; `kind`: what a matrix
# held; `kept`: the positions of the rows among those that were `given`; `embed`: the
# columns that are positions of levels; `strata`: of each row, where the formula has some.
new_design <- function(x, y = NULL, blueprint = NULL, intercept = TRUE, row_names = NULL,
                       weights = NULL, offset = NULL, kind = NULL, given = nrow(x),
                       kept = seq_len(given), na_action = NULL, embed = list(),
                       strata = NULL) {
  list(
    x = x, y = y, arg = if (is.null(y)) "x" else "data",
    blueprint = blueprint, intercept = intercept, row_names = row_names,
    weights = weights, offset = offset,
    columns = c(list(names = colnames(x), number = ncol(x)), list(kind = kind)),
    given = given, kept = kept, na_action = na_action, embed = embed, strata = strata
  )
}

# A matrix of doubles is left alone: R would put a wrapper around it (ALTREP) in
# which to note the change, and copy all of it when Python asks for its memory.
as_doubles <- function(x) {
  if (!is.double(x)) storage.mode(x) <- "double"
  x
}

# Errors of stats and hardhat speak of their internals; ours come from the
# user's call.
try_data <- function(code, call) {
  rlang::try_fetch(code, error = function(error) {
    if (inherits(error, "nnfit_error")) return(rlang::zap()) # ours already
    abort_nnfit("data", "The data do not fit the model: {conditionMessage(error)}", call,
      parent = NA
    )
  })
}
