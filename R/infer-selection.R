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
  object <- for_selection(object, "drop1", rlang::current_env(), user_frame())
  NextMethod(object = object)
}

#' @rdname nn-selection
#' @importFrom stats add1
#' @export
add1.nn_fit <- function(object, scope, scale = 0, test = c("none", "Chisq"), k = 2,
                        trace = FALSE, ...) {
  check_dots()
  object <- for_selection(object, "add1", rlang::current_env(), user_frame())
  NextMethod(object = object)
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
  own <- list2env(as.list(environment(fit$formula), all.names = TRUE), parent = caller)
  own$nn_fit <- nn_fit
  environment(fit$formula) <- own
  fit
}
