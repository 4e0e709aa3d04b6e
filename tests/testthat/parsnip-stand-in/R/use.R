# Specifications, and what becomes of them by what was registered.

specification <- function(model, mode, ...) {
  structure(
    list(model = model, mode = mode, args = rlang::enquos(..., .ignore_empty = "all")),
    class = c(model, "model_spec")
  )
}

mlp <- function(mode = "unknown", hidden_units = NULL, penalty = NULL, dropout = NULL,
                epochs = NULL, activation = NULL, learn_rate = NULL) {
  specification("mlp", mode,
    hidden_units = !!rlang::enquo(hidden_units), penalty = !!rlang::enquo(penalty),
    dropout = !!rlang::enquo(dropout), epochs = !!rlang::enquo(epochs),
    activation = !!rlang::enquo(activation), learn_rate = !!rlang::enquo(learn_rate)
  )
}

penalised <- function(model, mode) {
  force(model)
  force(mode)
  function(penalty = NULL, mixture = NULL) {
    specification(model, mode,
      penalty = !!rlang::enquo(penalty), mixture = !!rlang::enquo(mixture)
    )
  }
}

linear_reg <- penalised("linear_reg", "regression")
logistic_reg <- penalised("logistic_reg", "classification")
multinom_reg <- penalised("multinom_reg", "classification")
poisson_reg <- penalised("poisson_reg", "regression")

set_engine <- function(object, engine, ...) {
  object$engine <- engine
  object$eng_args <- rlang::enquos(...)
  object
}

set_mode <- function(object, mode) {
  object$mode <- mode
  object
}

place_of <- function(object) key(object$model, object$mode, object$engine)

# Names of the engine; what is NULL is left to it, as are defaults that the user gives.
translated <- function(object, registered_fit) {
  given <- Filter(function(quosure) !is.null(rlang::quo_get_expr(quosure)), object$args)
  names(given) <- vapply(names(given), function(name) {
    get_from_env("arguments")[[key(object$model, object$engine, name)]]
  }, "")
  own <- object$eng_args[setdiff(names(object$eng_args), registered_fit$protect)]
  defaults <- registered_fit$defaults
  c(given, own, defaults[setdiff(names(defaults), names(own))])
}

# The call is evaluated where `data` and `weights` are known by these names.
fit <- function(object, formula, data, case_weights = NULL, ...) {
  value <- get_from_env("fits")[[place_of(object)]]
  env <- rlang::env(data = data, formula = formula)
  if (!is.null(case_weights)) env$weights <- as.numeric(case_weights)
  arguments <- c(
    list(formula = formula, data = quote(data)),
    if (!is.null(case_weights)) list(weights = quote(weights)), translated(object, value)
  )
  call <- rlang::call2(value$func[["fun"]], !!!arguments, .ns = value$func[["pkg"]])
  object$place <- place_of(object)
  outcome <- eval(rlang::f_lhs(formula), data)
  structure(
    list(lvl = levels(outcome), spec = object, fit = rlang::eval_tidy(call, env = env)),
    class = c("_nn_fit", "model_fit")
  )
}

fit_xy <- function(object, x, y, case_weights = NULL, ...) {
  data <- as.data.frame(x)
  data$..y <- y
  fit(object, stats::as.formula("..y ~ ."), data, case_weights)
}

predict.model_fit <- function(object, new_data, type = NULL, level = 0.95, ...) {
  type <- type %||% if (object$spec$mode == "regression") "numeric" else "class"
  value <- get_from_env("predictions")[[key(object$spec$place, type)]]
  stopifnot_(!is.null(value), "No ", type, " prediction method available for this model.")
  call <- rlang::call2(value$func[["fun"]], !!!value$args)
  result <- rlang::eval_tidy(call)
  if (!is.null(value$post)) result <- value$post(result, object)
  switch(type,
    numeric = tibble_of(result, ".pred"),
    class = tibble::tibble(.pred_class = factor(as.character(result), object$lvl)),
    prob = stats::setNames(tibble_of(result), paste0(".pred_", object$lvl)),
    result
  )
}

# Probabilities have to be a data frame.
tibble_of <- function(result, name = NULL) {
  if (is.data.frame(result)) return(tibble::as_tibble(result))
  stopifnot_(!is.null(name) && is.vector(result), "There was a problem with the predictions.")
  stats::setNames(tibble::tibble(result), name)
}

`%||%` <- function(x, y) if (is.null(x)) y else x
