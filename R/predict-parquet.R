# Predictions for the rows of Parquet files, which are read in Python.

predict_parquet <- function(fit, path, scale, model, new_levels, call) {
  if (!inherits(fit$blueprint, "nn_formula_blueprint")) {
    abort_nnfit("argument", "{.arg newdata} may be a path for fits by a formula only.", call)
  }
  plan <- parquet_design(fit$blueprint, call = call)
  check_new_path(path, plan, fit$blueprint, new_levels, call)
  state <- c(fit_state(fit), list(design = plan))
  module <- recall_module(fit, model, call)
  values <- call_core(
    "predict_parquet",
    list(state, path.expand(path), type = scale, model = module, new_levels = new_levels), call
  )
  values[is.nan(values)] <- NA_real_
  values
}

check_new_path <- function(path, plan, blueprint, new_levels, call) {
  kinds <- parquet_kinds(path, "newdata", call)
  needed <- union(blueprint$columns, blueprint$offset$columns)
  check_new_columns(as.list(kinds), needed, "newdata", call)
  check_parquet_kinds(kinds[intersect(needed, names(kinds))], blueprint$kinds, "newdata", call)
  variables <- lapply(as.list(attr(predictor_terms(blueprint), "variables"))[-1], within_offset)
  made <- setdiff(variable_names(variables), names(kinds))
  if (length(made)) {
    abort_nnfit("argument", c(
      "{.arg newdata} may be a path only where the formula has columns as they are.",
      "x" = "This one has {.code {made}}."
    ), call)
  }
  if (length(plan$levels)) {
    arguments <- list(path.expand(path), as.list(names(plan$levels)), "newdata")
    found <- call_core("scan_parquet", arguments, call)
    for (name in names(found$levels)) {
      now <- unlist(found$levels[[name]])
      then <- unlist(plan$levels[[name]])
      if (name %in% blueprint$embedded) {
        level_codes(now, then, name, new_levels, "newdata", call)
      } else {
        match_levels(now, then, name, "newdata", call)
      }
    }
  }
}
