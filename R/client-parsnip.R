# The engine "nnfit" of parsnip's model types, registered as parsnip is loaded: parsnip keeps in
# tables which function fits, by which names its arguments go, and which predicts.

#' parsnip's engine "nnfit"
#'
#' Where \pkg{parsnip} is loaded, `set_engine("nnfit")` fits [nn_fit()]: networks by `mlp()`,
#' and the linear models `linear_reg()`, `logistic_reg()`, `multinom_reg()` and `poisson_reg()`.
#' `nn_parsnip()` is what parsnip calls for it; you have no need to.
#'
#' @section Arguments of model types:
#' Those of `mlp()` are options of [nn_fit()] under the same names: `hidden_units` (16 where none
#' are given; `c(32, 16)` is two layers), `penalty`, `dropout`, `epochs`, `activation` and
#' `learn_rate`. Where none but `hidden_units` is given, the penalty is chosen by
#' cross-validation, as [nn_fit()] does. The linear types have `penalty` and `mixture` (0 unless
#' given). All other options go into `set_engine()`:
#' `set_engine("nnfit", validation = 0.2, stop_iter = 20, seed = 1)`; `embed` makes vectors of
#' factors' levels, which reach `mlp()` as factors.
#'
#' @section Predictions:
#' Of type `"numeric"`, `"class"`, `"prob"` and `"raw"` ([predict()][predict.nn_fit] as it is), and
#' `"conf_int"` and `"pred_int"` where a fit has them: see there. Of classes `logistic_reg()` has
#' `"conf_int"`. `extract_fit_engine()` gives the [nn_fit()], with all that there is of one.
#'
#' @section Case weights:
#' They are taken as numbers: see `weights` of [nn_fit()].
#' @param formula,data,weights,... As in [nn_fit()]; `weights` are values, and never the name of a
#'   column.
#' @param kind Which of parsnip's model types: `"mlp"`, `"linear_reg"`, `"logistic_reg"`,
#'   `"multinom_reg"` or `"poisson_reg"`.
#' @return The [nn_fit()].
#' @seealso `vignette("other-packages")`.
#' @keywords internal
#' @export
#' @examplesIf nnfit:::has_torch()
#' nn_parsnip(mpg ~ wt, mtcars, kind = "linear_reg")
nn_parsnip <- function(formula, data, ..., weights = NULL,
                       kind = c("mlp", "linear_reg", "logistic_reg", "multinom_reg",
                         "poisson_reg")) {
  call <- rlang::current_env()
  kind <- choose(kind, names(parsnip_types), "kind", call)
  options <- parsnip_options(rlang::dots_list(...), kind, call)
  if (missing(formula)) refuse_missing("formula", call)
  if (missing(data)) refuse_missing("data", call)
  check_rule(formula, rule("a formula", rlang::is_formula), "formula", call)
  check_weights(weights, length(weights), call)
  # A value in the place of a name: a column of that name is none of what parsnip means.
  values <- lapply(options, as_value)
  fit <- fit_for(rlang::inject(nn_fit(formula, data, weights = !!weights, !!!values)), call)
  fit$call <- rlang::call2("nn_fit",
    formula = fit$formula, data = quote(data), !!!options,
    !!!if (!is.null(weights)) list(weights = quote(weights))
  )
  fit
}

# A symbol or a call is a wrong value, and no code to run.
as_value <- function(x) if (is.language(x)) call("quote", x) else x

# What parsnip's type says beside the user's own options.
parsnip_options <- function(options, kind, call) {
  given <- names(options)
  if (kind == "mlp") {
    if (!any(c("hidden_units", "model") %in% given)) options$hidden_units <- 16L
  } else if ("hidden_units" %in% given) {
    abort_nnfit("argument", c(
      "{.arg hidden_units} is for {.fn mlp}: {.fn {kind}} is a linear model."
    ), call)
  }
  family <- parsnip_types[[kind]]$family
  if (!is.null(family) && !any(c("family", "loss") %in% given)) options$family <- family
  if (!"progress" %in% given) options$progress <- FALSE
  options
}

# `encoding`: what becomes of factors on the way. Those of networks are left to nn_fit().
parsnip_types <- list(
  mlp = list(
    modes = c("regression", "classification"), encoding = "none", family = NULL,
    arguments = c("hidden_units", "penalty", "dropout", "epochs", "activation", "learn_rate")
  ),
  linear_reg = list(modes = "regression", arguments = c("penalty", "mixture")),
  logistic_reg = list(
    modes = "classification", family = "binomial", arguments = c("penalty", "mixture")
  ),
  multinom_reg = list(modes = "classification", arguments = c("penalty", "mixture")),
  poisson_reg = list(
    modes = "regression", family = "poisson", arguments = c("penalty", "mixture")
  )
)

register_parsnip <- function() {
  if (isNamespaceLoaded("parsnip")) register_parsnip_types()
  setHook(packageEvent("parsnip", "onLoad"), function(...) register_parsnip_types())
}

register_parsnip_types <- function() {
  there <- getExportedValue("parsnip", "get_from_env")("models")
  for (type in intersect(names(parsnip_types), there)) {
    for (mode in parsnip_types[[type]]$modes) register_parsnip_mode(type, mode)
    for (name in parsnip_types[[type]]$arguments) {
      of_parsnip("set_model_arg",
        model = type, eng = "nnfit", parsnip = name, original = name,
        func = list(pkg = "dials", fun = name), has_submodel = FALSE
      )
    }
  }
}

register_parsnip_mode <- function(type, mode) {
  set <- function(what, ...) of_parsnip(what, model = type, mode = mode, eng = "nnfit", ...)
  set("set_model_engine")
  set("set_dependency", pkg = "nnfit")
  set("set_fit", value = list(
    interface = "formula", protect = c("formula", "data", "weights"),
    func = c(pkg = "nnfit", fun = "nn_parsnip"), defaults = list(kind = type)
  ))
  set("set_encoding", options = parsnip_encoding(parsnip_types[[type]]$encoding))
  predictions <- parsnip_predictions(type, mode)
  for (name in names(predictions)) set("set_pred", type = name, value = predictions[[name]])
}

of_parsnip <- function(what, ...) getExportedValue("parsnip", what)(...)

# Dummy columns and no intercept, as for lm().
parsnip_encoding <- function(factors) {
  list(
    predictor_indicators = factors %||% "traditional", compute_intercept = is.null(factors),
    remove_intercept = is.null(factors), allow_sparse_x = FALSE
  )
}

parsnip_predictions <- function(type, mode) {
  limits <- function(interval, ...) {
    predicting(after_limits, interval = interval, level = quote(level), ...)
  }
  made <- list(raw = predicting(NULL))
  if (mode == "classification") {
    made$class <- predicting(NULL, type = "class")
    made$prob <- predicting(after_prob, type = "prob")
    if (type == "logistic_reg") {
      made$conf_int <- predicting(after_class_limits,
        interval = "confidence", level = quote(level), type = "prob"
      )
    }
    return(made)
  }
  made$numeric <- predicting(after_numeric)
  made$conf_int <- limits("confidence")
  if (type != "poisson_reg") made$pred_int <- limits("prediction")
  made
}

# As parsnip describes a prediction: a call, and what is made of its value.
predicting <- function(after, ...) {
  list(
    pre = NULL, post = after, func = c(fun = "predict"),
    args = list(object = quote(object$fit), newdata = quote(new_data), ...)
  )
}

after_numeric <- function(results, object) {
  if (is.matrix(results)) tibble::as_tibble(as.data.frame(results)) else unname(results)
}

after_prob <- function(results, object) {
  tibble::as_tibble(as.data.frame(results, optional = TRUE, row.names = NULL))
}

after_limits <- function(results, object) {
  if (is.list(results)) {
    abort_nnfit("argument", "parsnip has limits for one outcome, and this fit has several.", NULL)
  }
  tibble::tibble(.pred_lower = unname(results[, "lwr"]), .pred_upper = unname(results[, "upr"]))
}

after_class_limits <- function(results, object) {
  each <- lapply(names(results), function(level) {
    found <- list(unname(results[[level]][, "lwr"]), unname(results[[level]][, "upr"]))
    stats::setNames(found, paste0(c(".pred_lower_", ".pred_upper_"), level))
  })
  tibble::as_tibble(unlist(each, recursive = FALSE))
}
