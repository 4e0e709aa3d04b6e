# What lm() and glm() answer and a fit does not, refused by name: the defaults of
# stats would give nothing, or an error that speaks of their insides.

refuse_generic <- function(generic, why, frame) {
  abort_nnfit("unsupported", c(
    "{.fn {generic}} is not there for an {.fn nn_fit}.", "i" = refusals[[why]]
  ), frame)
}

# AIC() of a network counts more parameters than the data determine.
tests_of <- function(fit) if (is_linear(fit)) "tests" else "networks"

# The reasons, as cli text.
refusals <- c(
  tests = "{.fn anova} tests terms and compares fits, {.fn AIC} and {.fn nn_cv} compare them.",
  networks = "Compare networks by {.fn nn_cv}, on rows that they have not seen; {.fn nn_test} \\
    tests whether one uses a predictor.",
  profiles = "{.code confint(fit, method = \"profile\")} has the limits by the profile of the \\
    likelihood.",
  experiments = "It is for designed experiments: see {.fn aov}."
)

#' @importFrom stats estVar mauchly.test model.tables profile se.contrast SSD TukeyHSD
#' @export
estVar.nn_fit <- function(object, ...) refuse_generic("estVar", tests_of(object), environment())

#' @export
mauchly.test.nn_fit <- function(object, ...) {
  refuse_generic("mauchly.test", tests_of(object), environment())
}

#' @export
model.tables.nn_fit <- function(x, ...) {
  refuse_generic("model.tables", "experiments", environment())
}

#' @export
profile.nn_fit <- function(fitted, ...) {
  refuse_generic("profile", if (is_linear(fitted)) "profiles" else "networks", environment())
}

#' @export
se.contrast.nn_fit <- function(object, ...) {
  refuse_generic("se.contrast", "experiments", environment())
}

#' @export
SSD.nn_fit <- function(object, ...) refuse_generic("SSD", tests_of(object), environment())

#' @export
TukeyHSD.nn_fit <- function(x, ...) refuse_generic("TukeyHSD", "experiments", environment())
