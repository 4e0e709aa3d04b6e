#' Look at a fitted network
#'
#' The usual questions to a model, answered from the fit alone: none of these
#' starts Python.
#'
#' @param object,x An [nn_fit()].
#' @param data The data frame that the model was fitted on; by default what the
#'   fit's call names.
#' @param type For `residuals()`: `"response"`, outcome minus fitted value. Under
#'   a loss that is a likelihood of one parameter (not of more than two classes) also
#'   `"working"`, `"deviance"` and `"pearson"`, as [residuals.glm()] has them; of a linear model
#'   of one outcome `"partial"`, a matrix with a column for each term of the formula. Of censored
#'   times `"martingale"`, which is then the default, and others: see [nn-survival].
#'   For `weights()`: `"prior"`, those that were given, or `"working"`, as [weights()] of a
#'   `glm` has them.
#' @param use.fallback As in [nobs()]; changes nothing.
#' @param digits Whole number: significant digits to print.
#' @param ... Not used.
#' @return
#' - `fitted()`: predictions for the rows that the model was given, as
#'   `predict(object)`.
#' - `residuals()`: outcome minus fitted value; for classes, 1 for the observed
#'   class (else 0) minus its probability.
#' - `nobs()`: the number of rows that it was trained on, without those of weight
#'   0, as [lm()] counts; of censored times the number of events, as `survival::coxph()` does.
#' - `family()`: the [family()] of a loss that is one.
#' - `terms()`, `model.matrix()`, `labels()`, `case.names()`, `variable.names()`,
#'   `weights()`: as of [lm()]. `model.matrix()` reads the data again.
#' - `formula()`: the formula as you gave it, or `NULL` where there was none.
#' - `print()`: the fit, invisibly.
#' @name nn_fit-methods
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(c ~ u, thermometer)
#' fit
#' residuals(fit)
NULL

#' @rdname nn_fit-methods
#' @export
fitted.nn_fit <- function(object, ...) {
  check_dots()
  values <- stored_fitted(object, rlang::current_env())
  values <- shape_prediction(values, "response", object, object$row_names)
  stats::napredict(object$na_action, values)
}

#' @rdname nn_fit-methods
#' @export
residuals.nn_fit <- function(object, type = c(
                               "response", "working", "deviance", "pearson", "martingale",
                               "score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas", "partial"
                             ), ...) {
  censored <- object$outcome$kind == "survival"
  # insight says to others how much they shall tell.
  check_dots(c(
    if_go_between("verbose", parent.frame()), if (censored) c("collapse", "weighted")
  ))
  call <- rlang::current_env()
  plain <- missing(type)
  user <- users_frame(parent.frame())
  type <- choose(type, residual_types, "type", call)
  if (censored) {
    type <- if (plain) "martingale" else type
    return(survival_residuals_by_row(object, type, call, user, ...))
  }
  if (!type %in% c(glm_residual_types, "partial")) need_survival(object, "residuals", call)
  fitted <- stored_fitted(object, call)
  if (type == "partial") return(partial_residuals(object, call, user))
  values <- if (type == "response") {
    observed_by_response(object) - fitted
  } else {
    glm_residuals(object, type, call)
  }
  values <- shape_prediction(values, "response", object, object$row_names)
  stats::naresid(object$na_action, values)
}

glm_residual_types <- c("response", "working", "deviance", "pearson")
cox_residual_types <- c(
  "martingale", "deviance", "score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas", "partial"
)
residual_types <- unique(c(glm_residual_types, cox_residual_types))

# The observed values, in as many columns as there are predictions of them.
observed_by_response <- function(fit) {
  observed <- observed_values(fit)
  observed[, rep_len(seq_len(ncol(observed)), ncol(fit$fitted)), drop = FALSE]
}

# As stats::residuals.glm() has them.
glm_residuals <- function(fit, type, call) {
  family <- fit_family(fit, paste0("residuals(type = \"", type, "\")"), call)
  y <- observed_values(fit)
  mean <- as.vector(fit$fitted)
  weights <- rep(fit$weights %||% rep(1, nrow(y)), ncol(y))
  apart <- as.vector(y) - mean
  values <- switch(type,
    working = apart / family$mu.eta(family$linkfun(mean)),
    pearson = apart * sqrt(weights / family$variance(mean)),
    deviance = sign(apart) * sqrt(pmax(family$dev.resids(as.vector(y), mean, weights), 0))
  )
  matrix(values, nrow(y))
}

indicators <- function(outcome) {
  outer(outcome$values, seq_along(outcome$levels) - 1L, "==") * 1
}

#' @rdname nn_fit-methods
#' @importFrom stats nobs
#' @export
nobs.nn_fit <- function(object, use.fallback = FALSE, ...) {
  check_dots()
  check_rule(use.fallback, flag_rule, "use.fallback", rlang::current_env())
  if (object$outcome$kind == "survival") return(event_count(object))
  if (keeps_no_data(object)) return(object$rows[["nobs"]])
  if (is.null(object$weights)) row_counts(object)[["train"]] else sum(used_rows(object))
}

row_counts <- function(fit) {
  held_out <- length(fit$validation_rows)
  fit$rows %||% c(train = nrow(fit$fitted) - held_out, validation = held_out)
}

#' @rdname nn_fit-methods
#' @export
formula.nn_fit <- function(x, ...) {
  check_dots("env") # from as.formula(); the formula has its own
  frame <- parent.frame()
  if (is_expanded(frame)) {
    user <- users_frame(frame)
    return(formula_beside_data(x, if (!is.null(x$formula)) find_place(x, user) %||% user))
  }
  # step() puts terms there.
  if (inherits(x$formula, "terms")) stats::formula(x$formula) else x$formula
}

# The predictions for the training rows, which a fit on Parquet files does not hold.
stored_fitted <- function(fit, call) {
  if (!is.null(fit$rows)) {
    on_files <- !keeps_no_data(fit) && !is_of_python(fit)
    why <- why_no_rows(fit)
    abort_nnfit("argument", c(
      "A fit {why} holds no predictions for {if (on_files) 'their' else 'its'} rows.",
      "i" = "Make them: {.code predict(fit, {if (on_files) 'path' else 'newdata'})}."
    ), call)
  }
  fit$fitted
}

is_linear <- function(fit) {
  is.null(fit$module_key) && length(fit$options$hidden_units) == 0
}

parameter_count <- function(fit) {
  sum(lengths(fit$parameters[setdiff(names(fit$parameters), fit$buffers)]))
}
