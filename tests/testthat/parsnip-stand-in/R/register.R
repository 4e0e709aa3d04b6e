# What engines are registered by: tables by model type, and what may be in them.

models <- new.env()

get_model_env <- function() models
get_from_env <- function(items) get0(items, models)

new_model <- function(model, modes) {
  assign("models", c(get_from_env("models"), model), models)
  assign(paste0(model, "_modes"), c("unknown", modes), models)
}

stopifnot_ <- function(ok, ...) if (!isTRUE(ok)) stop(..., call. = FALSE)

one_string <- function(x) rlang::is_string(x) && nzchar(x)

check_registered <- function(model, mode, eng) {
  stopifnot_(model %in% get_from_env("models"), "Model ", model, " has not been registered.")
  stopifnot_(one_string(eng), "`eng` must be a string.")
  stopifnot_(mode %in% get_from_env(paste0(model, "_modes")), mode, " is not a known mode.")
}

key <- function(...) paste(..., sep = "|")

# Another value in the place of one that was registered is refused, the same is taken.
store <- function(kind, key, value) {
  table <- get_from_env(kind)
  before <- table[[key]]
  same <- is.null(before) || isTRUE(all.equal(before, value, check.environment = FALSE))
  stopifnot_(same, "The new information being registered for ", key, " is different.")
  table[[key]] <- value
  assign(kind, table, models)
}

registered <- function(kind) get_from_env(kind)

set_model_engine <- function(model, mode, eng) {
  check_registered(model, mode, eng)
  store("engines", key(model, mode, eng), TRUE)
}

check_engine <- function(model, mode, eng) {
  check_registered(model, mode, eng)
  known <- names(get_from_env("engines"))
  stopifnot_(key(model, mode, eng) %in% known, "The engine has not been registered.")
}

set_dependency <- function(model, eng, pkg = "parsnip", mode = NULL) {
  check_engine(model, mode, eng)
  stopifnot_(one_string(pkg), "`pkg` must be a string.")
  store("dependencies", key(model, mode, eng), pkg)
}

check_func <- function(func) {
  allowed <- c("fun", "pkg", "range", "trans", "values")
  named <- is.vector(func) && "fun" %in% names(func) && all(names(func) %in% allowed)
  stopifnot_(named && one_string(func[["fun"]]), "`func` should be a named vector.")
}

set_model_arg <- function(model, eng, parsnip, original, func, has_submodel) {
  stopifnot_(model %in% get_from_env("models"), "Model ", model, " has not been registered.")
  stopifnot_(one_string(parsnip) && one_string(original), "Names must be strings.")
  check_func(func)
  stopifnot_(rlang::is_bool(has_submodel), "`has_submodel` must be TRUE or FALSE.")
  store("arguments", key(model, eng, parsnip), original)
}

set_fit <- function(model, mode, eng, value) {
  check_engine(model, mode, eng)
  parts <- c("defaults", "func", "interface", "protect")
  stopifnot_(all(parts %in% names(value)), "`value` should have elements ", toString(parts))
  stopifnot_(all(names(value) %in% c(parts, "data")), "`value` has elements of other names.")
  stopifnot_(value$interface %in% c("data.frame", "formula", "matrix"), "No such `interface`.")
  check_func(value$func)
  stopifnot_(is.list(value$defaults), "`defaults` should be a list.")
  store("fits", key(model, mode, eng), value)
}

set_encoding <- function(model, mode, eng, options) {
  check_engine(model, mode, eng)
  parts <- c("allow_sparse_x", "compute_intercept", "predictor_indicators", "remove_intercept")
  stopifnot_(setequal(names(options), parts), "`options` should have elements ", toString(parts))
  known <- options$predictor_indicators %in% c("none", "traditional", "one_hot")
  stopifnot_(known, "No such `predictor_indicators`.")
  flags <- options[setdiff(parts, "predictor_indicators")]
  stopifnot_(all(vapply(flags, rlang::is_bool, NA)), "Flags must be TRUE or FALSE.")
  store("encodings", key(model, mode, eng), options)
}

prediction_types <- c(
  "raw", "numeric", "class", "prob", "conf_int", "pred_int", "quantile", "time", "survival",
  "linear_pred", "hazard"
)

set_pred <- function(model, mode, eng, type, value) {
  check_engine(model, mode, eng)
  stopifnot_(type %in% prediction_types, "No such prediction type: ", type)
  stopifnot_(setequal(names(value), c("args", "func", "post", "pre")), "The parts are others.")
  for (part in c("pre", "post")) {
    stopifnot_(is.null(value[[part]]) || is.function(value[[part]]), part, " is no function.")
  }
  check_func(value$func)
  stopifnot_(is.list(value$args), "`args` should be a list.")
  store("predictions", key(model, mode, eng, type), value)
}

new_model("mlp", c("classification", "regression"))
new_model("linear_reg", c("regression", "quantile regression"))
new_model("logistic_reg", "classification")
new_model("multinom_reg", "classification")
new_model("poisson_reg", "regression")
