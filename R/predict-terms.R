# What each term of a linear model adds up to, as predict.lm() has it: about the mean of its
# columns, on the scale of the link.

check_terms_wanted <- function(fit, type, terms, interval, call) {
  if (type != "terms") {
    if (is.null(terms)) return()
    abort_nnfit("argument", c(
      "{.arg terms} goes with {.code type = \"terms\"}, not with {.val {type}}."
    ), call)
  }
  need_terms(fit, "predict(type = \"terms\")", call)
  if (interval != "none") {
    abort_nnfit("argument", c(
      "{.arg interval} does not go with {.code type = \"terms\"}.",
      "i" = "{.code se.fit = TRUE} gives the standard error of each term."
    ), call)
  }
  named <- is.character(terms) && all(terms %in% labels(fit))
  if (!is.null(terms) && !named && !is_positions(terms, length(labels(fit)))) {
    abort_nnfit("argument", c(
      "{.arg terms} must name terms of the model, or be their numbers: \\
        {.val {beginning(labels(fit))}}.",
      "x" = "It is {describe(terms)}."
    ), call)
  }
}

# `what` is of a sum of terms.
need_terms <- function(fit, what, call) {
  why <- if (!is_linear(fit)) {
    "A network is no sum of terms."
  } else if (fit$outcome$kind == "survival") {
    "Of censored times `type = \"lp\"` gives the whole sum."
  } else if (fit$options$n_outputs > 1) {
    "This fit has several outcomes."
  }
  if (!is.null(why)) {
    abort_nnfit("argument", c(
      "{.code {what}} is for linear models of one outcome.", "x" = "{why}"
    ), call)
  }
  need_formula(fit, "predict", call)
}

predict_terms <- function(fit, newdata, terms, se.fit, forge, call, user) {
  need_rows(newdata, "single terms", call, own = TRUE)
  if (se.fit) check_likelihood(fit, "terms", "`se.fit`", call)
  own <- training_rows(fit, "predict", call, user)
  same <- missing(newdata)
  forged <- if (same) own else forge()
  columns <- columns_of_terms(fit, own$assign, terms)
  centred <- centred_columns(fit, own$x, forged$x)
  names <- forged$row_names %||% rownames(newdata)
  padded <- function(values) {
    dimnames(values) <- list(names, names(columns))
    if (same) stats::napredict(fit$na_action, values) else values
  }
  found <- structure(padded(sums_of_terms(fit, centred$x, columns)), constant = centred$constant)
  if (!se.fit) return(found)
  list(
    fit = found, se.fit = padded(errors_of_terms(fit, centred$x, columns)),
    df = fit$information$freedom, residual.scale = sqrt(dispersion_of(fit))
  )
}

# The places of the columns of each term.
columns_of_terms <- function(fit, assign, terms) {
  labels <- labels(fit)
  columns <- split(seq_along(assign), factor(labels[assign], labels))
  if (is.null(terms)) columns else columns[terms]
}

# About the means of the rows that were trained on, where there is an intercept to take them;
# with what that adds up to.
centred_columns <- function(fit, own, x) {
  if (!fit$options$bias) return(list(x = x, constant = 0))
  trained <- setdiff(seq_len(nrow(own)), fit$validation_rows)
  means <- colMeans(own[trained, , drop = FALSE])
  coefficients <- known_coefficients(fit)
  list(
    x = sweep(x, 2, means),
    constant = coefficients[[1]] + sum(means * coefficients[-1])
  )
}

# Those that are NA take no part.
known_coefficients <- function(fit) {
  coefficients <- unname(coef(fit))
  replace(coefficients, is.na(coefficients), 0)
}

sums_of_terms <- function(fit, x, columns) {
  slopes <- known_coefficients(fit)
  if (fit$options$bias) slopes <- slopes[-1]
  each <- lapply(columns, function(places) x[, places, drop = FALSE] %*% slopes[places])
  matrix(as.numeric(unlist(each)), nrow(x), length(columns))
}

errors_of_terms <- function(fit, x, columns) {
  root <- information_root(fit$information, 1)
  if (fit$options$bias) root <- root[-1, , drop = FALSE]
  each <- lapply(columns, function(places) {
    sqrt(rowSums((x[, places, drop = FALSE] %*% root[places, , drop = FALSE])^2))
  })
  matrix(as.numeric(unlist(each)), nrow(x), length(columns)) * sqrt(dispersion_of(fit))
}

# As residuals.lm() and residuals.glm() have them: those of the working outcome, to which each
# term is added.
partial_residuals <- function(fit, call, user) {
  need_terms(fit, "residuals(type = \"partial\")", call)
  working <- glm_residuals(fit, "working", call)[, 1]
  found <- fit_for(do.call(stats::predict, list(fit, type = "terms"), envir = user), call)
  stats::naresid(fit$na_action, stats::setNames(working, fit$row_names)) + found
}
