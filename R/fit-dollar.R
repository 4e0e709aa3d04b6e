# `$` of a list gives NULL for what is not there, and the sum of NULL is 0. So the names of
# parts of lm() and glm() that a fit does not have are refused, with what gives them instead.

#' @export
`$.nn_fit` <- function(x, name) {
  # As `$` of a list is, and about as quick: the package itself reads a fit so.
  part <- .subset2(x, name, exact = FALSE)
  # Both have weights and an offset, which are not the same.
  if (!is.null(part) && name != "weights" && name != "offset") return(part)
  if (name == "na.action") return(.subset2(x, "na_action"))
  if (name %in% parts_of_models) {
    asking <- parent.frame()
    if (is_other_package(asking)) return(part_of_model(x, name, part, asking))
  }
  if (name %in% names(parts_of_fits)) {
    refuse_part(name, parts_of_fits[[name]], "a fit", substitute(x))
  }
  part
}

# The package sandwich reads and sets the one part of lm() that a fit has under another name.
#' @export
`$<-.nn_fit` <- function(x, name, value) {
  if (identical(name, "na.action")) name <- "na_action"
  x[[name]] <- value
  x
}

#' @export
`$.summary.nn_fit` <- function(x, name) {
  part <- .subset2(x, name, exact = FALSE)
  if (is.null(part) && name %in% names(parts_of_summaries)) {
    refuse_part(name, parts_of_summaries[[name]], "a fit's summary", substitute(x))
  }
  part
}

refuse_part <- function(name, instead, of, written) {
  written <- if (is.name(written) || is.call(written)) written else quote(fit)
  abort_nnfit("unsupported", c(
    "{.field {name}} is no part of {of}.", "i" = "Use {.code {instead}}."
  ), call("$", written, as.name(name)))
}

# Packages that read lm() and glm() by their parts find them in the equal model.
part_of_model <- function(fit, name, own, asking) {
  needed <- name %in% c(names(parts_of_fits), "rank", "qr")
  if (!needed && !(is_linear(fit) && is.null(no_information(fit)))) return(own)
  asked_by <- rlang::call_name(rlang::frame_call(asking)) %||% "$"
  equal_model(fit, asked_by, asking)[[name, exact = FALSE]]
}

# What gives the part of a fit, `fit`, that lm() and glm() have by this name.
parts_of_fits <- c(
  aic = "AIC(fit)", coefficients = "coef(fit)", coef = "coef(fit)", converged = "fit$stopped",
  data = "model.frame(fit)", deviance = "deviance(fit)",
  df.residual = "df.residual(fit)", effects = "coef(fit)", family = "family(fit)",
  fitted.values = "fitted(fit)", iter = "nrow(loss_table(fit))",
  linear.predictors = "predict(fit, newdata, type = \"link\")", model = "model.frame(fit)",
  null.deviance = "deviance(update(fit, . ~ 1))",
  prior.weights = "weights(fit)", resid = "residuals(fit)", residuals = "residuals(fit)",
  terms = "terms(fit)", y = "model.frame(fit)"
)

# All that lm() and glm() have, but for the call.
parts_of_models <- c(
  names(parts_of_fits), "R", "assign", "boundary", "contrasts", "control", "df.null", "method",
  "offset", "qr", "rank", "weights", "xlevels"
)

# Of a summary of a fit, `fit`: which parts it has depends on the model.
parts_of_summaries <- c(
  adj.r.squared = "glance(fit)", aic = "AIC(fit)", call = "fit$call",
  coefficients = "coef(fit)", cov.scaled = "vcov(fit)", cov.unscaled = "vcov(fit)",
  deviance = "deviance(fit)", df = "df.residual(fit)", df.residual = "df.residual(fit)",
  dispersion = "sigma(fit)^2", family = "family(fit)", fstatistic = "anova(fit)",
  null.deviance = "deviance(update(fit, . ~ 1))", r.squared = "glance(fit)",
  residuals = "residuals(fit)", sigma = "sigma(fit)", terms = "terms(fit)"
)
