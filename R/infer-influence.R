#' Which rows a linear fit leans on
#'
#' As [lm.influence()] has them, of linear fits of one outcome by a formula whose loss is a
#' likelihood. The rows of the fit are read again from the data that its call names.
#'
#' @param model An [nn_fit()].
#' @param ... Not used.
#' @return A number for each row, named by it:
#' - `hatvalues()`: how much a row's prediction follows its own outcome.
#' - `rstandard()`: residuals divided by their standard errors (of other losses than squared
#'   error deviance residuals).
#' - `rstudent()`: the same by fits without the row, under other losses than squared error
#'   approximately, as [rstudent()] has them.
#' - `cooks.distance()`: how far the coefficients would move without the row.
#'
#' `dfbeta()` and `dfbetas()`: a matrix with a row for each and a column for each coefficient:
#' how far that would move without the row, and the same in standard errors; as [dfbeta()] and
#' [dfbetas()] of an `lm` or a `glm` give them, and `residuals(type = "dfbeta")` of a
#' `survival::coxph()`.
#'
#' `influence()`: a list with `hat`, `sigma` (the residual standard errors without each
#' row), `dev.res` and `pear.res`, as [influence()] of a `glm` gives it.
#' @name nn-influence
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars)
#' head(sort(cooks.distance(fit), decreasing = TRUE), 3)
NULL

#' @rdname nn-influence
#' @importFrom stats hatvalues
#' @export
hatvalues.nn_fit <- function(model, ...) {
  check_dots()
  user <- users_frame(parent.frame())
  found <- influence_of(model, "hatvalues", rlang::current_env(), user)
  leverage_by_rows(model, found$hat)
}

#' @rdname nn-influence
#' @importFrom stats rstandard
#' @export
rstandard.nn_fit <- function(model, ...) {
  check_dots()
  user <- users_frame(parent.frame())
  found <- influence_of(model, "rstandard", rlang::current_env(), user)
  by_rows(model, found$standardised)
}

#' @rdname nn-influence
#' @importFrom stats rstudent
#' @export
rstudent.nn_fit <- function(model, ...) {
  check_dots()
  user <- users_frame(parent.frame())
  found <- influence_of(model, "rstudent", rlang::current_env(), user)
  by_rows(model, found$studentised)
}

#' @rdname nn-influence
#' @importFrom stats cooks.distance
#' @export
cooks.distance.nn_fit <- function(model, ...) {
  check_dots()
  user <- users_frame(parent.frame())
  found <- influence_of(model, "cooks.distance", rlang::current_env(), user)
  by_rows(model, found$cooks)
}

#' @rdname nn-influence
#' @importFrom stats influence
#' @export
influence.nn_fit <- function(model, ...) {
  check_dots()
  user <- users_frame(parent.frame())
  found <- influence_of(model, "influence", rlang::current_env(), user)
  names <- c(sigma = "sigma", dev.res = "deviance", pear.res = "pearson")
  by_name <- lapply(names, function(name) by_rows(model, found[[name]]))
  c(list(hat = leverage_by_rows(model, found$hat)), by_name)
}

#' @rdname nn-influence
#' @importFrom stats dfbeta
#' @export
dfbeta.nn_fit <- function(model, ...) {
  check_dots()
  call <- rlang::current_env()
  equal <- equal_model(model, "dfbeta", call)
  if (inherits(equal, "coxph")) return(residuals_of_equal(model, equal, "dfbeta", call))
  dfbeta(equal)
}

#' @rdname nn-influence
#' @importFrom stats dfbetas
#' @export
dfbetas.nn_fit <- function(model, ...) {
  check_dots()
  call <- rlang::current_env()
  equal <- equal_model(model, "dfbetas", call)
  if (inherits(equal, "coxph")) return(residuals_of_equal(model, equal, "dfbetas", call))
  dfbetas(equal)
}

# A row in which something was missing has none.
leverage_by_rows <- function(fit, hat) {
  hat <- by_rows(fit, hat)
  replace(hat, is.na(hat), 0)
}

by_rows <- function(fit, values) {
  names <- fit$row_names %||% as.character(seq_along(values))
  stats::naresid(fit$na_action, stats::setNames(values, names))
}

# For each row of the fit, as stats::lm.influence() has it.
influence_of <- function(fit, generic, call, user) {
  information <- need_information(fit, paste0(generic, "()"), call)
  refuse_scores(fit, paste0(generic, "()"), call)
  family <- fit_family(fit, generic, call)
  if (length(fit$validation_rows)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for fits to all of their rows, and this one holds out
        {length(fit$validation_rows)}."
    ), call)
  }
  if (ncol(fit$fitted %||% matrix(0)) > 1) {
    abort_nnfit("argument", "{.fn {generic}} is for one outcome, and this fit has several.", call)
  }
  rows <- training_rows(fit, generic, call, user)
  weights <- working_weights(fit, family)
  columns <- if (fit$options$bias) cbind(1, rows$x) else rows$x
  hat <- weights * rowSums((columns %*% information_root(information, 1))^2)
  leverages(fit, family, ifelse(hat > 1 - 10 * .Machine$double.eps, 1, hat))
}

# Of the rows in the weighted least-squares problem of the fit; 0 for those held out.
working_weights <- function(fit, family) {
  mean <- as.vector(fit$fitted)
  prior <- fit$weights %||% rep(1, length(mean))
  prior[!used_rows(fit)] <- 0
  prior * family$mu.eta(family$linkfun(mean))^2 / family$variance(mean)
}

leverages <- function(fit, family, hat) {
  deviance <- as.vector(unname(glm_residuals(fit, "deviance", NULL)))
  pearson <- as.vector(unname(glm_residuals(fit, "pearson", NULL)))
  dispersion <- as.vector(fit$information$dispersion)
  freedom <- fit$information$freedom
  rank <- dim(fit$information$root)[3]
  squares <- sum(deviance^2) - deviance^2 / (1 - hat)
  sigma <- sqrt(pmax(squares, 0) / (freedom - 1))
  standardised <- deviance / sqrt(dispersion * (1 - hat))
  list(
    hat = hat, deviance = deviance, pearson = pearson, sigma = sigma,
    standardised = whole(standardised, hat),
    studentised = whole(studentised(fit, deviance, pearson, sigma, hat), hat),
    cooks = whole((pearson / (1 - hat))^2 * hat / (dispersion * rank), hat)
  )
}

# As stats:::rstudent.glm() has it: of the deviance that goes with the row.
studentised <- function(fit, deviance, pearson, sigma, hat) {
  if (is_normal(fit)) return(deviance / (sigma * sqrt(1 - hat)))
  values <- sign(deviance) * sqrt(deviance^2 + hat * pearson^2 / (1 - hat))
  if (fit$information$scatters) values / sigma else values
}

# A row that alone says something of a coefficient has no residual to judge by.
whole <- function(values, hat) replace(values, hat == 1, NaN)
