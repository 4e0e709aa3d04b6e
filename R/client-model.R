# A linear fit as the lm() or glm() that it is equal to (client-coxph.R: the coxph()): for
# packages that read these by their parts. Its coefficients and fitted values are the fit's own,
# and nothing is fitted again; only the triangle of its rows is computed, which such models have
# and a fit has not.

# `generic` asks for it, `call` is the frame of its method, `user` where the user's call would
# look for the data.
equal_model <- function(fit, generic, call = rlang::caller_env(), user = users_frame(call)) {
  force(user)
  check_conclusive(fit, generic, call)
  if (fit$outcome$kind == "survival") return(equal_coxph(fit, generic, call, user))
  family <- fit_family(fit, generic, call)
  rows <- equal_rows(fit, family, generic, call, user)
  if (is_normal(fit)) equal_lm(fit, rows) else equal_glm(fit, rows, family)
}

check_conclusive <- function(fit, generic, call) {
  need_information(fit, paste0(generic, "()"), call)
  refuse_scores(fit, paste0(generic, "()"), call)
  need_formula(fit, generic, call)
  need_likelihood(fit, generic, call)
  if (fit$options$n_outputs > 1) {
    abort_nnfit("argument", "{.fn {generic}} is for one outcome, and this fit has several.", call)
  }
}

# The rows of the fit, read again: they must still give its predictions.
equal_rows <- function(fit, family, generic, call, user) {
  frame <- rows_of_fit(fit, generic, call, user)
  terms <- terms_for(fit, data_place(fit, generic, call, user))
  x <- stats::model.matrix(terms, frame, contrasts.arg = fit$blueprint$contrasts)
  coefficients <- coef(fit)
  names <- names(coefficients)
  if (!identical(colnames(x), names) || nrow(x) != nrow(fit$fitted)) {
    abort_changed(fit, generic, "They have other rows, or columns.", call)
  }
  known <- !is.na(coefficients)
  link <- as.vector(x[, known, drop = FALSE] %*% coefficients[known])
  if (!is.null(fit$offset)) link <- link + fit$offset[, 1]
  if (!agrees(family$linkinv(link), fit$fitted)) {
    abort_changed(fit, generic, "They do not give the fit's own predictions.", call)
  }
  check_outcome_again(fit, frame, generic, call)
  attr(frame, "terms") <- terms
  y <- stats::setNames(observed_values(fit)[, 1], rownames(frame))
  list(
    x = x, y = y, frame = frame, terms = terms, link = stats::setNames(link, names(y)),
    coefficients = coefficients
  )
}

# They find the user's data beside their own variables, as those of lm() do.
terms_for <- function(fit, user) {
  terms <- fit$blueprint$terms
  own <- as.list(environment(terms), all.names = TRUE)
  environment(terms) <- list2env(own, parent = user)
  if (!fit$options$bias) attr(terms, "intercept") <- 0L
  terms
}

# Those of the coefficients that are NA come last in it, as lm() has them.
equal_qr <- function(rows, weights) {
  used <- weights > 0
  known <- !is.na(rows$coefficients)
  order <- c(which(known), which(!known))
  columns <- sqrt(weights[used]) * rows$x[used, order, drop = FALSE]
  made <- qr(columns, tol = 0)
  made$rank <- sum(known)
  made$pivot <- unname(order)
  made$tol <- 1e-7
  attr(made$qr, "assign") <- attr(rows$x, "assign")
  structure(made[c("qr", "qraux", "pivot", "tol", "rank")], class = "qr")
}

equal_triangle <- function(made) {
  triangle <- qr.R(made)
  rownames(triangle) <- colnames(triangle)
  triangle
}

equal_effects <- function(made, rows, weights, target) {
  used <- weights > 0
  effects <- qr.qty(made, sqrt(weights[used]) * target[used])
  names <- rep("", length(effects))
  names[seq_len(made$rank)] <- colnames(made$qr)[seq_len(made$rank)]
  stats::setNames(effects, names)
}

# What both have.
equal_parts <- function(fit, rows, weights) {
  made <- equal_qr(rows, weights)
  list(
    coefficients = rows$coefficients, rank = made$rank, qr = made,
    df.residual = sum(weights > 0) - made$rank, terms = rows$terms, model = rows$frame,
    contrasts = attr(rows$x, "contrasts"), xlevels = stats::.getXlevels(rows$terms, rows$frame),
    na.action = fit$na_action, offset = if (!is.null(fit$offset)) fit$offset[, 1]
  )
}

equal_call <- function(fit, rows, fun, family = NULL) {
  written <- as.list(formula_call(fit, NULL))
  kept <- written[intersect(names(written), c("data", "weights", "subset", "na.action", "offset"))]
  as.call(c(fun, list(formula = stats::formula(rows$terms)), family, kept))
}

equal_lm <- function(fit, rows) {
  weights <- fit$weights %||% rep(1, length(rows$y))
  offset <- if (is.null(fit$offset)) 0 else fit$offset[, 1]
  parts <- equal_parts(fit, rows, weights)
  own <- list(
    residuals = rows$y - rows$link, fitted.values = rows$link, weights = fit$weights,
    effects = equal_effects(parts$qr, rows, weights, rows$y - offset),
    assign = attr(rows$x, "assign"), call = equal_call(fit, rows, quote(lm))
  )
  structure(without_nothing(c(parts, own)), class = "lm")
}

equal_glm <- function(fit, rows, family) {
  prior <- stats::setNames(fit$weights %||% rep(1, length(rows$y)), names(rows$y))
  mean <- family$linkinv(rows$link)
  slope <- family$mu.eta(rows$link)
  weights <- prior * slope^2 / family$variance(mean)
  parts <- equal_parts(fit, rows, weights)
  residuals <- (rows$y - mean) / slope
  deviance <- sum(family$dev.resids(rows$y, mean, prior))
  offset <- if (is.null(fit$offset)) 0 else fit$offset[, 1]
  own <- list(
    residuals = residuals, fitted.values = mean, R = equal_triangle(parts$qr), family = family,
    effects = equal_effects(parts$qr, rows, weights, rows$link - offset + residuals),
    linear.predictors = rows$link, deviance = deviance, null.deviance = null_deviance(fit, NULL),
    aic = family$aic(rows$y, sum(prior > 0), mean, prior, deviance) + 2 * parts$rank,
    iter = 1L, weights = weights, prior.weights = prior, y = rows$y, converged = TRUE,
    df.null = sum(prior > 0) - as.integer(fit$options$bias), boundary = FALSE,
    formula = stats::formula(rows$terms), data = environment(rows$terms),
    call = equal_call(fit, rows, quote(glm), list(family = written_family(family))),
    control = stats::glm.control(), method = "glm.fit"
  )
  structure(without_nothing(c(parts, own)), class = c("glm", "lm"))
}

# Short, where it is one of stats.
written_family <- function(family) {
  name <- family$family
  known <- is.function(get0(name, asNamespace("stats"), inherits = FALSE))
  if (known) call(name, link = family$link) else family
}

without_nothing <- function(parts) parts[!vapply(parts, is.null, NA)]
