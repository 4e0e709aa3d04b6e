# A comparison anew, with changes.

#' @rdname lm_compare
#' @param object What `lm_compare()` returned for a formula.
#' @param formula. Changes to the formula, as in [update.formula()].
#' @param evaluate Logical: `FALSE` gives the call without evaluating it.
#' @export
update.lm_compare <- function(object, formula., ..., evaluate = TRUE) {
  env <- rlang::current_env()
  check_rule(evaluate, flag_rule, "evaluate", env)
  call <- object$call
  changes <- rlang::enexprs(...)
  if (!all(nzchar(rlang::names2(changes)))) {
    abort_nnfit("argument", "Every change must be named, such as {.code epochs = 100}.", env)
  }
  if (!missing(formula.)) {
    check_rule(
      formula., rule("a formula, such as `. ~ . + x`", rlang::is_formula), "formula.", env
    )
    call <- with_formula(object, call, formula., env)
  }
  call[names(changes)] <- changes
  if (evaluate) fit_for(eval(call, parent.frame()), env) else call
}

with_formula <- function(object, call, changes, env) {
  if (is.null(call$data) && length(call) > 2 && !rlang::is_formula(eval_formula(call, object))) {
    abort_nnfit("argument", "{.arg formula.} needs a comparison that was made by a formula.", env)
  }
  call <- match.call(lm_compare.formula, call)
  call$x <- stats::update(stats::formula(object$reference), changes)
  call
}

# What the call begins with: a formula, where it was not a fit.
eval_formula <- function(call, object) {
  first <- call$x %||% call[[2]]
  if (rlang::is_call(first, "~")) return(stats::formula(object$reference))
  if (is.symbol(first) && is.null(call$y)) object$formula
}
