# The predictors: a formula, data frame, matrix, tensor or recipe as one double
# matrix, with what is needed to make the same matrix of new data.

design_data_frame <- function(x, call) {
  check_columns(x, "x", call)
  if (!all(vapply(x, is.numeric, logical(1)))) return(design_formula(~ ., x, call))
  check_finite(x, "x", call)
  blueprint <- hardhat::default_xy_blueprint(composition = "matrix")
  molded <- try_data(hardhat::mold(x, rep(0, nrow(x)), blueprint = blueprint), call)
  new_design(molded$predictors, blueprint = molded$blueprint, row_names = row.names(x))
}

design_recipe <- function(recipe, data, call) {
  blueprint <- hardhat::default_recipe_blueprint(composition = "matrix")
  molded <- try_data(hardhat::mold(recipe, data, blueprint = blueprint), call)
  new_design(
    molded$predictors, molded$outcomes, molded$blueprint,
    row_names = row.names(data)
  )
}

# A matrix is what the core wants already: nothing to mold.
design_matrix <- function(x, call) {
  if (!is.numeric(x) && !is.logical(x)) {
    abort_nnfit("data", c(
      "{.arg x} must be a numeric matrix, not a {.cls {typeof(x)}} one.",
      "i" = "A data frame may have factors: {.code as.data.frame(x)}."
    ), call)
  }
  new_design(as_doubles(x), row_names = rownames(x))
}

# `arg`: the user's argument that the predictors came from.
new_design <- function(x, y = NULL, blueprint = NULL, intercept = TRUE, row_names = NULL) {
  list(
    x = x, y = y, arg = if (is.null(y)) "x" else "data",
    blueprint = blueprint, intercept = intercept, row_names = row_names
  )
}

# New data made into predictors as the training data were. Without a blueprint,
# for a matrix, only the names and number of columns matter.
forge_design <- function(blueprint, columns, data, arg, call, outcomes = FALSE) {
  if (is.null(blueprint)) return(list(x = match_columns(data, columns, arg, call)))
  if (is.matrix(data)) data <- as.data.frame(data)
  check_is_data_frame(data, arg, call)
  if (inherits(blueprint, "nn_formula_blueprint")) {
    return(forge_formula(blueprint, data, arg, call, outcomes))
  }
  check_new_columns(data, names(blueprint$ptypes$predictors), arg, call)
  forged <- try_data(hardhat::forge(data, blueprint, outcomes = outcomes), call)
  list(x = forged$predictors, y = forged$outcomes, row_names = row.names(data))
}

match_columns <- function(data, columns, arg, call) {
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  if (is.data.frame(data)) data <- as.matrix(data)
  if (is.null(dim(data))) data <- as.matrix(data)
  known <- !is.null(columns$names) && !is.null(colnames(data))
  if (known) check_new_columns(as.data.frame(data[0, , drop = FALSE]), columns$names, arg, call)
  if (known) data <- data[, columns$names, drop = FALSE]
  if (!is.numeric(data) && !is.logical(data) || ncol(data) != columns$number) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be a numeric matrix of {columns$number} column{?s}.",
      "x" = "It has {ncol(data)} of type {.cls {typeof(data)}}."
    ), call)
  }
  as_doubles(data)
}

# A matrix of doubles is left alone: R would put a wrapper around it (ALTREP) in
# which to note the change, and copy all of it when Python asks for its memory.
as_doubles <- function(x) {
  if (!is.double(x)) storage.mode(x) <- "double"
  x
}

check_new_columns <- function(data, columns, arg, call) {
  missing <- setdiff(columns, names(data))
  if (length(missing)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have the columns that the model was fitted on.",
      "x" = "Missing: {.field {missing}}."
    ), call)
  }
}

# Errors of stats and hardhat speak of their internals; ours come from the
# user's call.
try_data <- function(code, call) {
  rlang::try_fetch(code, error = function(error) {
    abort_nnfit("data", "The data do not fit the model: {conditionMessage(error)}", call,
      parent = NA
    )
  })
}
