# A linear fit to censored times as the coxph() that it is equal to: for what survival, sandwich,
# emmeans and others know of one. Nothing is searched for again: survival evaluates the
# likelihood, its information and its residuals at the fit's own coefficients.

#' A linear fit to censored times, as survival's coxph()
#'
#' The object that `survival::coxph()` would give of the same model, at the coefficients of
#' the fit: for functions that take nothing else, such as `survival::cox.zph()`, which tests
#' whether hazards are proportional, `survival::basehaz()` and `survival::survexp()`. What has
#' a method for a fit needs it not: see [nn-survival] and [nn-clients].
#'
#' No model is fitted again. The rows of the fit are read again from the data that its call names
#' and must still give its predictions and its likelihood; those of weight 0 are left out. Its
#' covariance is that of the model, as [vcov()][vcov.nn_fit] has it, also of weights that are
#' not whole (there `naive.var` of a `coxph()`).
#'
#' @param fit An [nn_fit()] of censored times by a formula, without hidden units and `penalty`,
#'   and without rows held out.
#' @return An object of class `coxph`, with its `model`, `x` and `y`.
#' @seealso [nn-survival]
#' @export
#' @examplesIf nnfit:::has_torch() && requireNamespace("survival", quietly = TRUE)
#' fit <- nn_fit(Surv(time, status) ~ age + sex + ph.ecog, survival::lung)
#' cox <- as_coxph(fit)
#' survival::cox.zph(cox)
#' head(survival::basehaz(cox))
as_coxph <- function(fit) {
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  if (!inherits(fit, "nn_fit")) {
    abort_nnfit("argument", "{.arg fit} must be an {.fn nn_fit}, not {describe(fit)}.", call)
  }
  need_survival(fit, "as_coxph", call)
  equal_model(fit, "as_coxph", call)
}

# As equal_model() asks for it.
equal_coxph <- function(fit, generic, call, user) {
  rlang::check_installed("survival", "to read a fit as a `coxph()`.")
  place <- data_place(fit, generic, call, user)
  again <- tryCatch(evaluate_coxph(fit, place), error = function(error) {
    abort_changed(fit, generic, conditionMessage(error), call)
  })
  model <- again$model
  used <- used_rows(fit)
  check_equal_coxph(fit, model, used, generic, call)
  known <- !is.na(coef(fit))
  model$coefficients <- coef(fit)
  model$loglik[1] <- again$nothing$loglik[1]
  model$score <- again$nothing$score
  model$wald.test <- wald_statistic(coef(fit)[known], model$var[known, known, drop = FALSE])
  model$na.action <- if (all(used)) fit$na_action
  model$call <- written_coxph(fit, model)
  model
}

# The square of the length of coefficients in standard errors; columns may be of any size.
wald_statistic <- function(coefficients, covariance) {
  errors <- sqrt(diag(covariance))
  each <- coefficients / errors
  sum(each * solve(covariance / outer(errors, errors), each))
}

# The model at the coefficients of the fit, and at zeros: without a step each. Survival takes very
# small times for the same, and the fit does not.
evaluate_coxph <- function(fit, place) {
  arguments <- coxph_arguments(fit, place)
  found <- evaluated_at(fit, arguments, timefix = TRUE)
  if (agrees(found$model$loglik[2], fit$baseline$log_likelihood[2])) return(found)
  evaluated_at(fit, arguments, timefix = FALSE)
}

coxph_arguments <- function(fit, place) {
  written <- formula_call(fit, NULL)
  data <- eval(written$data, place)
  rows <- rows_again(written, data, place, NULL)
  if (!is.null(rows$weights) && any(rows$weights == 0, na.rm = TRUE)) {
    rows$subset <- weighted_rows(rows, data)
  }
  arguments <- list(
    formula = coxph_formula(fit, written, place), data = with_levels(fit, data),
    weights = rows$weights, subset = rows$subset, ties = loss_argument(fit$options$loss, "ties"),
    robust = FALSE, model = TRUE, x = TRUE
  )
  arguments <- arguments[!vapply(arguments, is.null, NA)]
  action <- eval(rows$na.action, place)
  if (!is.null(action)) arguments$na.action <- action
  arguments
}

evaluated_at <- function(fit, arguments, timefix) {
  at <- function(init, tolerance) {
    control <- survival::coxph.control(
      eps = 1e-5, iter.max = 0, toler.chol = tolerance, timefix = timefix
    )
    rlang::inject(survival::coxph(!!!arguments, init = !!init, control = !!control))
  }
  slopes <- unname(ifelse(is.na(coef(fit)), 0, coef(fit)))
  for (tolerance in singular_below) {
    model <- at(slopes, tolerance)
    if (same_columns(model, fit)) break
  }
  list(model = model, nothing = at(0 * slopes, tolerance))
}

# Without steps survival leaves a coefficient that has no variance as it is.
same_columns <- function(model, fit) {
  identical(unname(diag(model$var) == 0), unname(is.na(coef(fit))))
}

# By what is left of a column survival judges whether it adds information, the fit otherwise: its
# own tolerance first.
singular_below <- c(.Machine$double.eps^0.75, 1e-9, 1e-7, 1e-14)

# The rows that count; survival takes no weight of 0.
weighted_rows <- function(rows, data) {
  chosen <- subset_rows(rows$subset, data, NULL) %||% seq_along(rows$weights)
  weights <- rows$weights[chosen]
  chosen[is.na(weights) | weights > 0]
}

# Those of the formula, where they are found by their names; the argument `offset` is a term.
coxph_formula <- function(fit, written, place) {
  terms <- terms_for(fit, place)
  formula <- stats::formula(terms)
  if (!is.null(written$offset)) {
    formula[[3]] <- call("+", formula[[3]], call("offset", written$offset))
  }
  formula[[3]] <- without_namespace(formula[[3]], "strata")
  environment(formula) <- add_exported(environment(terms), "strata")
  formula
}

# `survival::strata(x)` is no special term to coxph() of older versions.
without_namespace <- function(code, name) {
  if (!is.call(code)) return(code)
  if (rlang::is_call(code, c("::", ":::"))) {
    return(if (identical(as.character(code[[3]]), name)) as.name(name) else code)
  }
  code[] <- lapply(code, without_namespace, name)
  code
}

# Levels of which the fit has no row are none of its model's.
with_levels <- function(fit, data) {
  known <- fit$blueprint$levels
  for (name in intersect(names(known), names(data))) {
    column <- data[[name]]
    if (is.factor(column) && !identical(levels(column), known[[name]])) {
      data[[name]] <- factor(column, known[[name]], ordered = is.ordered(column))
    }
  }
  data
}

# That it is the model of the fit: of its rows, columns, outcome, weights and risks.
check_equal_coxph <- function(fit, model, used, generic, call) {
  same <- identical(names(model$coefficients), names(coef(fit))) && model$n == sum(used)
  if (!same) abort_changed(fit, generic, "They have other rows, or columns.", call)
  if (!same_columns(model, fit)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} needs the {.fn coxph} that the fit is equal to, and there is none.",
      "x" = "{.pkg survival} finds that other columns add no information.",
      "i" = "Leave columns out that nearly follow from others."
    ), call)
  }
  about_mean <- function(link) link - mean(link)
  # A number that is added to all of them, as by an offset, changes no comparison.
  risks <- about_mean(log(fit$fitted[used, 1]))
  apart <- max(abs(about_mean(model$linear.predictors) - risks))
  likelihood <- fit$baseline$log_likelihood[2]
  same <- apart < 1e-4 * max(1, abs(risks)) && agrees(model$loglik[2], likelihood)
  if (!isTRUE(same)) {
    abort_changed(fit, generic, "They do not give the fit's own predictions.", call)
  }
}

# As the user would have written it.
written_coxph <- function(fit, model) {
  written <- as.list(formula_call(fit, NULL))
  kept <- written[intersect(names(written), c("data", "weights", "subset", "na.action"))]
  ties <- if (model$method != "efron") list(ties = model$method)
  as.call(c(quote(survival::coxph), list(formula = stats::formula(model$terms)), kept, ties))
}
