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
  tests = "Compare fits by {.fn AIC} where they are likelihoods, or by {.fn nn_cv}.",
  networks = "Compare networks by {.fn nn_cv}, on rows that they have not seen.",
  coefficients = "{.fn coef} and {.fn confint} have the coefficients; \\
    {.code tidy(lm_compare(formula, data))} is a table of them beside those of {.fn lm}.",
  parts = "{.fn nobs}, {.fn logLik} and {.fn loss_table} have what describes a fit.",
  rows = "{.fn fitted}, {.fn residuals} and {.fn predict} have the values for each row.",
  predictors = "It needs the predictors, which a fit does not hold. For a linear model \\
    {.fn lm} or {.fn glm} of the same formula has it.",
  draws = "How single outcomes scatter is not part of a fit. {.code bootstrap = 100} tells how \\
    sure its predictions are.",
  experiments = "It is for designed experiments: see {.fn aov}."
)

#' @importFrom stats alias anova cooks.distance dfbeta dfbetas dummy.coef effects estVar
#' @importFrom stats hatvalues influence mauchly.test model.tables profile proj rstandard rstudent
#' @importFrom stats se.contrast simulate SSD TukeyHSD
#' @export
alias.nn_fit <- function(object, ...) refuse_generic("alias", "predictors", environment())

#' @export
anova.nn_fit <- function(object, ...) refuse_generic("anova", tests_of(object), environment())

#' @export
cooks.distance.nn_fit <- function(model, ...) {
  refuse_generic("cooks.distance", "predictors", environment())
}

#' @export
dfbeta.nn_fit <- function(model, ...) refuse_generic("dfbeta", "predictors", environment())

#' @export
dfbetas.nn_fit <- function(model, ...) refuse_generic("dfbetas", "predictors", environment())

#' @export
dummy.coef.nn_fit <- function(object, ...) {
  refuse_generic("dummy.coef", "predictors", environment())
}

#' @export
effects.nn_fit <- function(object, ...) refuse_generic("effects", "predictors", environment())

#' @export
estVar.nn_fit <- function(object, ...) refuse_generic("estVar", tests_of(object), environment())

#' @export
hatvalues.nn_fit <- function(model, ...) refuse_generic("hatvalues", "predictors", environment())

#' @export
influence.nn_fit <- function(model, ...) refuse_generic("influence", "predictors", environment())

#' @export
kappa.nn_fit <- function(z, ...) refuse_generic("kappa", "predictors", environment())

#' @export
mauchly.test.nn_fit <- function(object, ...) {
  refuse_generic("mauchly.test", tests_of(object), environment())
}

#' @export
model.tables.nn_fit <- function(x, ...) {
  refuse_generic("model.tables", "experiments", environment())
}

#' @export
profile.nn_fit <- function(fitted, ...) refuse_generic("profile", tests_of(fitted), environment())

#' @export
proj.nn_fit <- function(object, ...) refuse_generic("proj", "experiments", environment())

#' @export
qr.nn_fit <- function(x, ...) refuse_generic("qr", "predictors", environment())

#' @export
rstandard.nn_fit <- function(model, ...) refuse_generic("rstandard", "predictors", environment())

#' @export
rstudent.nn_fit <- function(model, ...) refuse_generic("rstudent", "predictors", environment())

#' @export
se.contrast.nn_fit <- function(object, ...) {
  refuse_generic("se.contrast", "experiments", environment())
}

#' @export
simulate.nn_fit <- function(object, ...) refuse_generic("simulate", "draws", environment())

#' @export
SSD.nn_fit <- function(object, ...) refuse_generic("SSD", tests_of(object), environment())

#' @export
TukeyHSD.nn_fit <- function(x, ...) refuse_generic("TukeyHSD", "experiments", environment())

#' @export
tidy.nn_fit <- function(x, ...) refuse_generic("tidy", "coefficients", environment())

#' @export
glance.nn_fit <- function(x, ...) refuse_generic("glance", "parts", environment())

#' @export
augment.nn_fit <- function(x, ...) refuse_generic("augment", "rows", environment())
