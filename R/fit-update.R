#' Fit again with changes, or get the model frame back
#'
#' @param object,formula An [nn_fit()] by a formula.
#' @param formula. Changes to the formula, as in [update.formula()].
#' @param ... For `update()`: options of [nn_fit()] to change or add. Not used
#'   by `model.frame()`.
#' @param evaluate Logical: `FALSE` gives the call without evaluating it.
#' @param data The data frame that the model was fitted on; by default what the
#'   fit's call names.
#' @return `update()`: the new fit. `model.frame()`: the data frame of the
#'   variables as the formula uses them.
#' @importFrom stats update model.frame
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars)
#' update(fit, . ~ . + hp)
#' update(fit, hidden_units = 4, epochs = 20)
update.nn_fit <- function(object, formula., ..., evaluate = TRUE) {
  env <- rlang::current_env()
  call <- formula_call(object, env)
  check_rule(evaluate, flag_rule, "evaluate", env)
  if (!missing(formula.)) {
    check_rule(
      formula., rule("a formula, such as `. ~ . + x`", is_change), "formula.", env
    )
    call$formula <- changed_formula(object, formula., parent.frame())
  }
  changes <- rlang::enexprs(...)
  call[names(changes)] <- changes
  if (evaluate) fit_for(eval(call, parent.frame()), env) else call
}

# A string, such as step() writes, is a formula too.
is_change <- function(x) {
  rlang::is_formula(x) || rlang::is_string(x) && grepl("~", x, fixed = TRUE, useBytes = TRUE)
}

# As the terms have it, `.` stands for the columns.
changed_formula <- function(fit, changes, user) {
  formula <- stats::update(stats::formula(fit$blueprint$terms), changes)
  if (rlang::is_formula(changes)) user <- environment(changes)
  environment(formula) <- rlang::env_clone(environment(fit$formula), user)
  formula
}

# What nn_fit() refuses on behalf of another function comes from the call of that one.
fit_for <- function(fit, env) {
  tryCatch(fit, nnfit_error = function(error) {
    error$call <- rlang::error_call(env)
    rlang::cnd_signal(error)
  })
}

#' @rdname update.nn_fit
#' @export
model.frame.nn_fit <- function(formula, data, ...) {
  check_dots()
  env <- rlang::current_env()
  user <- parent.frame()
  call <- formula_call(formula, env)
  if (!missing(data)) check_frame_data(formula, data, env)
  # As stats:::model.frame.lm() does it: what says how rows count is evaluated again.
  rows <- as.list(call)[c("subset", "na.action", "weights", "offset")]
  from <- if (missing(data)) call$data else data
  frame <- as.call(c(
    quote(stats::model.frame), list(formula$blueprint$terms, from),
    rows[!vapply(rows, is.null, NA)], list(xlev = formula$blueprint$levels)
  ))
  try_data(eval(frame, user), env)
}

check_frame_data <- function(fit, data, call) {
  check_is_data_frame(data, "data", call)
  check_new_columns(data, with(fit$blueprint, c(outcomes, columns)), "data", call)
}

# The fit's call with its arguments named.
formula_call <- function(fit, call) {
  if (is.null(fit$formula)) {
    abort_nnfit("argument", "This fit was made without a formula; call {.fn nn_fit} again.", call)
  }
  written <- fit$call
  # step() puts a formula by name beside the one that begins the call without.
  if (!is.null(written$formula) && !nzchar(names(written)[2])) written[[2]] <- NULL
  as_named <- match.call(nn_fit.formula, written)
  as_named[[1]] <- quote(nn_fit)
  as_named
}
