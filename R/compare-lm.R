#' R's `lm()` or `glm()` and torch's descent, side by side
#'
#' Fits one model several times and sets the coefficients beside each other: by R, and by
#' ways that lead to a neural network, from differences of the loss to torch's optimizers.
#' Each way that does not arrive is told why, and what would help.
#'
#' Without `methods`, the two are R's fit and [nn_fit()]. With `methods`, each is a small
#' program to be read in the Python core (folder `compare`), all of them run in one call:
#' - `"qr"`: R's own, [lm()] or [glm()];
#' - `"numeric"`: the gradient by central finite differences, and a step for each
#'   coefficient in turn, first the slopes, then the intercept;
#' - `"analytic"`: the gradient by hand, `"autograd"`: by torch, with the step by hand;
#' - `"sgd"`, `"adam"`, `"lbfgs"`: the optimizers of torch, on all rows at once;
#' - `"network"`: a hidden layer with tanh, trained by Adam, which fits something else.
#'
#' A descent begins with slopes of 1 and an intercept of 0 where the link is the identity,
#' else with 0 (where means are linear and must be above 0, with the mean of the outcome, or a
#' step of [glm()]), and ends after `epochs` steps, or when they change nothing any more.
#'
#' @section Options of the methods:
#' Each is one value for all methods that take it, or a value for some by name:
#' `learn_rate = c(sgd = 0.01, adam = 0.1)`. The names are those of the methods, or labels
#' that are given to them: `methods = c("qr", slow = "sgd", fast = "sgd")`.
#' - `learn_rate`: number above 0. By default half of the largest that is stable; 0.1 for
#'   `"adam"`, 1 for `"lbfgs"`, 0.01 for `"network"`.
#' - `epochs`: whole number: steps at most. By default 5000; 200 for `"lbfgs"`, 2000 for
#'   `"network"`.
#' - `scale`: `TRUE` (default) standardises the predictors, `FALSE` leaves them, a number
#'   multiplies them: `scale = 0.1`.
#' - `momentum`: number from 0 to below 1, for `"sgd"`. By default 0.
#' - `dtype`: `"float64"` (default) or `"float32"`.
#' - `start`: what to begin with, as the method sees the predictors: a number for all slopes,
#'   or one for each coefficient, the intercept first.
#' - `hidden_units`, `seed`: for `"network"`: whole numbers. By default 13 units, and a seed
#'   that R's generator draws, so that [set.seed()] governs.
#'
#' @section The verdict:
#' A descent on a smooth loss is stable below a learning rate that follows from its
#' curvature: 2 over the largest eigenvalue of the Hessian; with momentum m, (1 + m) times
#' that; one coefficient after the other, 2 over the largest element of the Hessian's diagonal at
#' least: `largest_learn_rate` is up to where it is stable, and some rates beyond may be too.
#' How many epochs the slowest direction needs until all coefficients have six digits follows
#' from the powers of the matrix by which a step multiplies the error. Both are exact for
#' squared error; for other losses they hold near the answer, and the epochs are counted
#' from where the run ended. What rounding leaves is about the condition of the problem,
#' the ratio of the Hessian's largest eigenvalue to the least, times the roundoff.
#'
#' @param x A formula, or a fit by [lm()], [glm()] or [nn_fit()].
#' @param data A data frame.
#' @param y Another fit.
#' @param ... With a formula and `methods`: options of the methods, as below. With a formula
#'   alone: options of [nn_fit()], such as `optimizer = "sgd"`. With both also `isolate`
#'   ([nn-isolate]). With fits: more of them, which may be named.
#' @param methods Character: which methods, perhaps named. `NULL`: R's fit and [nn_fit()].
#' @param family A family of stats, as [glm()] takes it: `binomial()`, `poisson()` (with the
#'   link `"log"` or `"identity"`) or `Gamma("log")`. `NULL`: squared error, and [lm()].
#' @param weights,subset,na.action,offset As in [nn_fit()]: used by all.
#' @param digits Whole number: significant digits to print.
#' @return An object of class `lm_compare`, with methods for `print()`, [tidy()], `glance()`,
#'   `augment()`, `as.data.frame()`, [update()] and [plot()][plot.lm_compare]. It is a list with
#'   - `coefficients`: what `tidy()` gives, a tibble with a row for each method and term:
#'     `method`, `term`, `estimate`, and of R's fits `std.error`, `statistic` and `p.value`;
#'     `gap`, by how much the estimate is above R's, and `gap_se`, the same in R's standard
#'     errors.
#'   - `methods`: a list for each method: what `glance()` and `augment()` tell, its `losses`, its
#'     `path` (a matrix of the coefficients after so many epochs), and its `certificate`:
#'     `first_gradient` and `gradient` of the loss where it began and ended (as the method saw
#'     the predictors), `condition`, `largest_learn_rate`, `epochs_needed`.
#'   - `reference`: R's fit; `family`; `data`, the rows that were used.
#'
#'   `glance()` gives a row for each method: `method`, `mse`, `rmse`, `r.squared` (of a [glm()] the
#'   share of the deviance that is explained), `logLik`, `AIC`, `nobs`, `epochs`,
#'   `gradient_norm`, `converged` (whether all coefficients have six digits), `seconds`,
#'   `condition`, `learn_rate`, `largest_learn_rate`, `epochs_needed` and `verdict`.
#'   `augment()` gives the rows that were used, once for each method, with `.fitted` and
#'   `.resid`.
#'
#'   Of one `lm()` and one linear `nn_fit()`, the `coefficients`, and `tidy()`, are one row for each
#'   term: `term`, lm's `estimate`, `std.error`, `statistic` and `p.value`, torch's
#'   `nn_estimate`, and `gap`; beside them are `mse`, named `lm` and `nn_fit`, and the two fits,
#'   `lm` and `nn_fit`.
#' @export
#' @examplesIf nnfit:::has_torch()
#' lm_compare(c ~ u, thermometer)
#'
#' # Plain gradient descent is not there yet after 100 epochs:
#' lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 100)
#'
#' # By hand, by torch, with the predictor as it is and in tenths:
#' ways <- lm_compare(
#'   c ~ u, thermometer, methods = c("qr", raw = "analytic", tenth = "sgd"),
#'   scale = c(raw = FALSE, tenth = 0.1), learn_rate = 0.01, epochs = 5000
#' )
#' ways
#' glance(ways)
#' plot(ways, "path")
#'
#' # Beside glm()
#' lm_compare(am ~ wt, mtcars, methods = c("qr", "sgd", "lbfgs"), family = binomial())
#'
#' # Fits that are there
#' lm_compare(lm(mpg ~ wt, mtcars), nn_fit(mpg ~ wt, mtcars, hidden_units = 4, seed = 1))
lm_compare <- function(x, ...) {
  if (missing(x)) {
    abort_nnfit("argument", c(
      "{.arg x} is missing.", "i" = "Begin with a formula, or a fit."
    ), rlang::current_env())
  }
  UseMethod("lm_compare")
}

#' @rdname lm_compare
#' @export
lm_compare.formula <- function(x, data, ..., methods = NULL, family = NULL, weights = NULL,
                               subset = NULL, na.action = getOption("na.action"), offset = NULL) {
  call <- rlang::current_env()
  rows <- row_arguments(
    rlang::enquo(weights), rlang::enquo(subset), rlang::enquo(offset), na.action, call
  )
  if (missing(data)) data <- workspace_data(x, call)
  check_data_frame(data, "data", call)
  if (!is.null(family)) family <- as_family(family, call)
  written <- rlang::names2(substitute(list(...)))[-1]
  made <- if (is.null(methods)) {
    compare_pair(x, data, rows, family, written, call, ...)
  } else {
    compare_methods(x, data, rows, family, methods, call, ...)
  }
  made$call <- call_as_written(call, quote(lm_compare))
  made
}

compare_methods <- function(formula, data, rows, family, methods, call, ...) {
  options <- rlang::dots_list(..., .preserve_empty = TRUE)
  check_given(options, call)
  isolate <- options$isolate %||% getOption("nnfit.isolate", FALSE)
  check_option(isolate, "isolate", call)
  asked <- asked_methods(methods, options[names(options) != "isolate"], call)
  # Refuses, by name, what is wrong with the data.
  task <- formula_task(formula, data, rows, call)
  refuse_censored(task$outcome$kind, "x", call)
  task$options$seed <- 1L
  check_task(task$design, task$outcome, task$options, NULL, call)
  begun <- proc.time()[["elapsed"]]
  fit <- fit_lm(formula, data, rows, call, family)
  seconds <- proc.time()[["elapsed"]] - begun
  reference <- read_reference(fit, call)
  records <- run_methods(reference, asked, seconds, call, isolate)
  new_lm_compare(reference, records, formula)
}

# R's fit and nn_fit().
compare_pair <- function(formula, data, rows, family, written, call, ...) {
  check_option_names(written[nzchar(written)], "nn_fit", call)
  dots <- rlang::dots_list(..., .preserve_empty = TRUE)
  check_given(dots, call)
  if (isFALSE(dots$keep_data)) {
    abort_nnfit("argument", "{.arg keep_data} must be `TRUE`: the rows are what is compared.", call)
  }
  if (length(dots$hidden_units) || !is.null(dots$model)) {
    abort_nnfit("argument", c(
      "{.arg hidden_units} and {.arg model} do not apply: {.fn lm_compare} is for linear models."
    ), call)
  }
  if (!is_least_squares(family)) {
    if (!is.null(dots$loss)) {
      abort_nnfit("argument", "{.arg loss} does not go with {.arg family}, which says it.", call)
    }
    refuse_censored(formula_task(formula, data, rows, call)$outcome$kind, "x", call)
    fit <- fit_formula(formula, data, rows, call, ..., loss = loss_of_family(family))
    reference <- read_reference(fit_lm(formula, data, rows, call, family), call)
    return(compare_records(list(glm = reference$fit, nn_fit = fit), reference, call))
  }
  fit <- fit_formula(formula, data, rows, call, ...)
  refuse_censored(fit$outcome$kind, "x", call)
  check_linear_fit(fit, "x", call)
  new_lm_pair(fit_lm(formula, data, rows, call), fit, call)
}

#' @rdname lm_compare
#' @export
lm_compare.lm <- function(x, y, ...) {
  compare_given(x, if (!missing(y)) y, ..., call = rlang::current_env())
}

#' @rdname lm_compare
#' @export
lm_compare.nn_fit <- function(x, y, ...) {
  compare_given(x, if (!missing(y)) y, ..., call = rlang::current_env())
}

#' @export
lm_compare.default <- function(x, ...) {
  abort_nnfit(
    "argument", "{.arg x} must be a formula or a fit, not {describe(x)}.",
    rlang::current_env()
  )
}

# A linear model of one output, which is the prediction of an outcome without bounds.
is_line <- function(fit) {
  loss <- loss_family(fit$options$loss)
  bounded <- !all(is.na(unlist(loss[c("at_least", "above", "at_most")])))
  is_linear(fit) && fit$options$link == "identity" && fit$options$n_outputs == 1 && !bounded
}

# A comparison is with lm() and glm(), which know no censored times.
refuse_censored <- function(kind, arg, call) {
  if (kind != "survival") return()
  abort_nnfit("argument", c(
    "{.arg {arg}} must not have censored times as its outcome, which {.fn lm} and {.fn glm} do
      not fit.",
    "i" = "Fit them by {.fn nn_fit}, compare such fits by {.fn anova}, and set one beside
      {.fn survival::coxph} by {.fn as_coxph}."
  ), call)
}

check_linear_fit <- function(fit, arg, call) {
  if (!inherits(fit, "nn_fit") || !is_line(fit) || fit$outcome$kind != "numeric") {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be a linear {.fn nn_fit} of one numeric outcome.",
      "i" = "That is one without {.arg hidden_units} and {.arg model}, and with a loss under
        which the model's one output is the prediction."
    ), call)
  }
}
