# A comparison anew, with changes.

#' @rdname lm_compare
#' @param object What `lm_compare()` returned for a formula.
#' @param formula. Changes to the formula, as in [update.formula()].
#' @param evaluate Logical: `FALSE` gives the call without evaluating it.
#' @export
update.lm_compare <- function(object, formula., ..., evaluate = TRUE) {
  env <- rlang::current_env()
  check_rule(evaluate, flag_rule, "evaluate", env)
  call <- match.call(lm_compare.formula, object$call)
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
  if (!is_formula_code(call$x, environment(object$formula))) {
    abort_nnfit("argument", "{.arg formula.} needs a comparison that was made by a formula.", env)
  }
  call$x <- stats::update(object$formula, changes)
  call
}

# Written out, or by a name.
is_formula_code <- function(code, env) {
  rlang::is_call(code, "~") || rlang::is_formula(code) ||
    is.symbol(code) && rlang::is_formula(get0(as.character(code), env))
}
