# Tests of coefficients by the package lmtest, with the distributions that it has for lm() and
# glm(): those of a model of another class it takes to be t distributed, or chi-squared.

#' @exportS3Method lmtest::coeftest
coeftest.nn_fit <- function(x, vcov. = NULL, df = NULL, ..., save = FALSE) {
  check_tested_fit(x, "coeftest", rlang::current_env())
  lmtest::coeftest.default(x, vcov. = vcov., df = df %||% tested_freedom(x), ..., save = save)
}

#' @exportS3Method lmtest::coefci
coefci.nn_fit <- function(x, parm = NULL, level = 0.95, vcov. = NULL, df = NULL, ...) {
  check_tested_fit(x, "coefci", rlang::current_env())
  freedom <- df %||% tested_freedom(x)
  lmtest::coefci.default(x, parm = parm, level = level, vcov. = vcov., df = freedom, ...)
}

#' @exportS3Method lmtest::waldtest
waldtest.nn_fit <- function(object, ..., test = "F") {
  check_tested_fit(object, "waldtest", rlang::current_env())
  lmtest::waldtest.default(object, ..., test = test)
}

#' @exportS3Method lmtest::lrtest
lrtest.nn_fit <- function(object, ...) {
  call <- rlang::current_env()
  models <- with_updates(list(object, ...), users_frame(parent.frame()))
  fits <- Filter(function(fit) inherits(fit, "nn_fit"), models)
  for (fit in fits) need_maximum(fit, "lrtest()", call)
  check_comparable(fits, "lrtest", call)
  do.call(lmtest::lrtest.default, models)
}

# A formula stands for the model before it with that change: made here, its rows can be compared.
with_updates <- function(models, user) {
  for (place in seq_along(models)[-1]) {
    before <- models[[place - 1]]
    if (rlang::is_formula(models[[place]]) && inherits(before, "nn_fit")) {
      models[[place]] <- do.call(stats::update, list(before, models[[place]]), envir = user)
    }
  }
  models
}

check_tested_fit <- function(fit, generic, call) {
  if (!is_linear(fit)) refuse_network(fit, paste0(generic, "()"), call)
  refuse_scores(fit, paste0(generic, "()"), call)
  if (fit$options$n_outputs > 1) {
    abort_nnfit("argument", "{.fn {generic}} is for one outcome, and this fit has several.", call)
  }
}

tested_freedom <- function(fit) if (is_normal(fit)) fit$information$freedom else Inf
