#' Add or drop single terms of a linear model
#'
#' [drop1()], [add1()] and with them [step()], for linear models by a formula
#' whose loss is a likelihood. They fit again for each term and compare by AIC.
#'
#' @param object An [nn_fit()].
#' @param scope,scale,test,k,trace As in [drop1()].
#' @param ... Not used.
#' @return A data frame of class `anova`, as [drop1()] gives it.
#' @name nn-selection
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp, mtcars)
#' drop1(fit)
NULL

#' @rdname nn-selection
#' @importFrom stats drop1
#' @export
drop1.nn_fit <- function(object, scope, scale = 0, test = c("none", "Chisq"), k = 2,
                         trace = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  object <- for_selection(object, "drop1", call, user_frame())
  test <- check_selection(scale, test, k, trace, call)
  if (test != "none") need_information(object, "A test", call)
  if (!missing(scope)) check_dropped(scope_terms(scope, object, call), object, call)
  refuse_scope(NextMethod(object = object, test = test), call)
}

#' @rdname nn-selection
#' @importFrom stats add1
#' @export
add1.nn_fit <- function(object, scope, scale = 0, test = c("none", "Chisq"), k = 2,
                        trace = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  object <- for_selection(object, "add1", call, user_frame())
  test <- check_selection(scale, test, k, trace, call)
  if (test != "none") need_information(object, "A test", call)
  check_added(if (!missing(scope)) scope_terms(scope, object, call), object, call)
  refuse_scope(NextMethod(object = object, test = test), call)
}

# Where the user called drop1(), or step(), which calls it.
user_frame <- function() {
  caller <- parent.frame(2)
  if (identical(topenv(caller), asNamespace("stats"))) parent.frame(3) else caller
}

# The fit, with a formula that finds the user's data beside its own variables.
for_selection <- function(fit, generic, call, caller) {
  need_formula(fit, generic, call)
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for linear models.",
      "x" = "Two fits of a network differ by where they start, too.",
      "i" = "Compare networks by {.fn nn_cv}."
    ), call)
  }
  need_likelihood(fit, generic, call)
  if (is.null(no_information(fit))) training_rows(fit, generic, call, caller)
  own <- list2env(as.list(environment(fit$formula), all.names = TRUE), parent = caller)
  own$nn_fit <- nn_fit
  environment(fit$formula) <- own
  # Rows in which a variable is missing stay out where that variable is dropped.
  if (length(fit$na_action)) fit$call$subset <- fit$kept
  fit
}

# What stats would take for something else, or stumble over.
check_selection <- function(scale, test, k, trace, call) {
  from_zero <- rule("a number of at least 0", function(x) is_number(x, 0))
  check_rule(scale, from_zero, "scale", call)
  check_rule(k, rule("a number", is_number), "k", call)
  # step() counts from FALSE to 2.
  check_rule(trace, rule("`TRUE`, `FALSE` or a number", function(x) {
    rlang::is_bool(x) || is_number(x)
  }), "trace", call)
  choose(test, c("none", "Chisq"), "test", call)
}

# The terms that a scope names: by a formula, in which `.` stands for those that are
# there, or as strings.
scope_terms <- function(scope, fit, call) {
  check_rule(scope, rule("a formula, such as `~ . + x`, or names of terms", function(x) {
    rlang::is_formula(x) || is.character(x) && length(x) > 0 && !anyNA(x)
  }), "scope", call)
  found <- tryCatch({
    changes <- if (is.character(scope)) stats::reformulate(c(".", scope)) else scope
    new <- stats::update(stats::formula(fit), changes)
    # A block of code is no term, and would be run.
    if ("{" %in% all.names(new)) NULL else attr(stats::terms(new), "term.labels")
  }, error = function(error) NULL)
  if (is.null(found)) {
    abort_nnfit("argument", c(
      "{.arg scope} must name terms of a formula, not {describe(scope)}."
    ), call)
  }
  found
}

check_dropped <- function(terms, fit, call) {
  strange <- setdiff(terms, labels(fit))
  if (length(strange) || !length(terms)) {
    abort_nnfit("argument", c(
      "{.arg scope} must name terms of the model.",
      "x" = if (length(strange)) "These are none: {.val {beginning(strange)}}."
    ), call)
  }
}

check_added <- function(terms, fit, call) {
  if (!length(setdiff(terms, labels(fit)))) {
    abort_nnfit("argument", c(
      "{.arg scope} must name a term that the model does not have yet.",
      "i" = "For example {.code add1(fit, ~ . + x)}."
    ), call)
  }
}

# What stats finds wrong on its way can only be the terms.
refuse_scope <- function(code, call) {
  tryCatch(code, simpleError = function(error) {
    said <- conditionMessage(error)
    abort_nnfit("argument", c("{.arg scope} can not be used.", "x" = "{said}"), call)
  })
}
