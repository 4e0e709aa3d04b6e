#' Which rows a linear fit leans on
#'
#' As [lm.influence()] has them, of linear fits of one outcome by a formula whose loss is a
#' likelihood: what they are of the [lm()] or [glm()] that the fit is equal to. The rows of the
#' fit are read again from the data that its call names.
#'
#' The functions of stats that are no generics take a fit, too: [lm.influence()], [dffits()],
#' [covratio()], and [influence.measures()] of fits that are equal to an [lm()]. The last takes
#' any model but a [glm()] for an [lm()], so it is refused for others, for which
#' `cooks.distance()` and the like are right.
#'
#' @param model An [nn_fit()].
#' @param ... The arguments of the method for an `lm` or a `glm`, such as `type` of `rstandard()`,
#'   `infl`, or `do.coef` of `influence()`.
#' @return A number for each row, named by it:
#' - `hatvalues()`: how much a row's prediction follows its own outcome.
#' - `rstandard()`: residuals divided by their standard errors (of other losses than squared
#'   error deviance residuals).
#' - `rstudent()`: the same by fits without the row, under other losses than squared error
#'   approximately, as [rstudent()] has them.
#' - `cooks.distance()`: how far the coefficients would move without the row.
#'
#' `dfbeta()` and `dfbetas()`: a matrix with a row for each and a column for each coefficient:
#' how far that would move without the row, and the same in standard errors; of censored times as
#' `residuals(type = "dfbeta")` of a `survival::coxph()`.
#'
#' `influence()`: a list with `hat`, `coefficients` (as `dfbeta()`), `sigma` (the residual standard
#' errors without each row), and the residuals: `wt.res`, or `dev.res` and `pear.res` under other
#' losses than squared error.
#' @name nn-influence
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars)
#' head(sort(cooks.distance(fit), decreasing = TRUE), 3)
#' head(dffits(fit), 3)
NULL

#' @rdname nn-influence
#' @importFrom stats hatvalues
#' @export
hatvalues.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "hatvalues"))
  hatvalues(equal_regression(model, "hatvalues", rlang::current_env()), ...)
}

#' @rdname nn-influence
#' @importFrom stats rstandard
#' @export
rstandard.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "rstandard"))
  rstandard(equal_regression(model, "rstandard", rlang::current_env()), ...)
}

#' @rdname nn-influence
#' @importFrom stats rstudent
#' @export
rstudent.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "rstudent"))
  rstudent(equal_regression(model, "rstudent", rlang::current_env()), ...)
}

#' @rdname nn-influence
#' @importFrom stats cooks.distance
#' @export
cooks.distance.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "cooks.distance"))
  cooks.distance(equal_regression(model, "cooks.distance", rlang::current_env()), ...)
}

#' @rdname nn-influence
#' @importFrom stats influence
#' @export
influence.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "influence"))
  refuse_influence_measures(model, parent.frame())
  influence(equal_regression(model, "influence", rlang::current_env()), ...)
}

#' @rdname nn-influence
#' @importFrom stats dfbeta
#' @export
dfbeta.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "dfbeta"))
  call <- rlang::current_env()
  equal <- equal_model(model, "dfbeta", call)
  if (inherits(equal, "coxph")) return(residuals_of_equal(model, equal, "dfbeta", call))
  dfbeta(equal, ...)
}

#' @rdname nn-influence
#' @importFrom stats dfbetas
#' @export
dfbetas.nn_fit <- function(model, ...) {
  check_dots(influence_arguments(model, "dfbetas"))
  call <- rlang::current_env()
  equal <- equal_model(model, "dfbetas", call)
  if (inherits(equal, "coxph")) return(residuals_of_equal(model, equal, "dfbetas", call))
  dfbetas(equal, ...)
}

# The lm() or glm() that a fit is: a coxph() has no hat values.
equal_regression <- function(fit, generic, call) {
  instead <- "residuals(fit, type = \"dfbetas\") tells which rows move coefficients."
  refuse_survival(fit, paste0(generic, "()"), instead, call)
  equal_model(fit, generic, call)
}

# Those of the method of stats that comes to answer.
influence_arguments <- function(fit, generic) {
  class <- if (!is_normal(fit)) "glm"
  for (class in c(class, "lm")) {
    method <- utils::getS3method(generic, class, optional = TRUE)
    if (!is.null(method)) return(setdiff(names(formals(method))[-1], "..."))
  }
}

# stats::influence.measures() asks whether the model inherits from "glm", and counts Cook's
# distances as for an lm() if not.
refuse_influence_measures <- function(fit, asking) {
  if (is_normal(fit) || !identical(topenv(asking), asNamespace("stats"))) return()
  asked_by <- function_of_frame(asking)
  if (!identical(asked_by, stats::influence.measures)) return()
  abort_nnfit("unsupported", c(
    "{.fn influence.measures} is right for fits by squared error only.",
    "x" = "It would take this fit for an {.fn lm}, and its Cook's distances would be wrong.",
    "i" = "Use {.fn cooks.distance}, {.fn dfbetas}, {.fn dffits}, {.fn covratio} and \\
      {.fn hatvalues}."
  ), asking)
}

by_rows <- function(fit, values) {
  names <- fit$row_names %||% as.character(seq_along(values))
  stats::naresid(fit$na_action, stats::setNames(values, names))
}

# Of the rows in the weighted least-squares problem of the fit; 0 for those held out.
working_weights <- function(fit, family) {
  mean <- as.vector(fit$fitted)
  prior <- fit$weights %||% rep(1, length(mean))
  prior[!used_rows(fit)] <- 0
  prior * family$mu.eta(family$linkfun(mean))^2 / family$variance(mean)
}
