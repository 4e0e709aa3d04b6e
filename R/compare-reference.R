# R's own fit, which the others are set beside: lm() or glm(), and what is read of it.

# What says how rows count goes into the call as numbers: the user may have
# written an expression, or a column's name, where lm() would look for a variable.
fit_lm <- function(formula, data, rows, call, family = NULL) {
  args <- list(formula, quote(data), na.action = rows$na_action)
  for (arg in c("weights", "subset", "offset")) {
    args[[arg]] <- eval_rows(rows[[arg]], arg, data, call)
  }
  # lm() wants a number for each row, where we take one for all.
  offset <- check_offset(args$offset, nrow(data), call, row_names = row.names(data))
  args$offset <- as.vector(offset)
  if (is_least_squares(family)) {
    fit <- do.call(stats::lm, args)
    fit$call <- rlang::call2("lm", formula = formula, data = quote(data))
    return(fit)
  }
  # As near as glm() comes: its own default stops at eight digits of the deviance.
  args$control <- stats::glm.control(epsilon = 1e-14, maxit = 100)
  # That it has not converged, or that classes can be told apart, is said by the verdict.
  fit <- suppressWarnings(try_data(do.call(stats::glm, c(args, list(family = family))), call))
  fit$call <- rlang::call2(
    "glm", formula = formula, family = rlang::call2(family$family, family$link), data = quote(data)
  )
  fit
}

is_least_squares <- function(family) {
  is.null(family) || family$family == "gaussian" && family$link == "identity"
}

# Numbers that a comparison reads of an lm() or a glm(): the rows that it used, the
# coefficients that it could estimate, and their standard errors.
read_reference <- function(fit, call) {
  family <- if (inherits(fit, "glm")) fit$family else stats::gaussian()
  estimated <- stats::coef(fit)
  known <- names(estimated)[!is.na(estimated)]
  frame <- stats::model.frame(fit)
  y <- if (inherits(fit, "glm")) fit$y else stats::model.response(frame, "numeric")
  if (is.null(y) || NCOL(y) > 1) {
    abort_nnfit("argument", c(
      "{.arg x} must have one numeric outcome.",
      "i" = "It is the outcome of a fit by {.fn lm} or {.fn glm}, which must have kept it."
    ), call)
  }
  weights <- if (inherits(fit, "glm")) fit$prior.weights else fit$weights
  x <- stats::model.matrix(fit)[, known, drop = FALSE]
  list(
    fit = fit, family = family, terms = names(estimated), known = known, frame = frame,
    coefficients = estimated, target = exact_answer(fit, estimated),
    table = reference_table(fit), x = x, y = as.double(y),
    weights = as.double(weights %||% rep(1, length(y))),
    offset = as.double(stats::model.offset(frame) %||% rep(0, length(y))),
    intercept = "(Intercept)" %in% known
  )
}

# What a descent is held to. A glm() has stopped where its deviance changed by less than
# 1e-8 of itself, which may leave its coefficients five digits.
exact_answer <- function(fit, estimated) {
  if (!inherits(fit, "glm") || is.null(fit$y)) return(estimated)
  known <- !is.na(estimated)
  x <- stats::model.matrix(fit)[, known, drop = FALSE]
  again <- tryCatch(
    suppressWarnings(stats::glm.fit(
      x, fit$y, fit$prior.weights, start = estimated[known], offset = fit$offset,
      family = fit$family, intercept = attr(stats::terms(fit), "intercept") == 1,
      control = stats::glm.control(epsilon = 1e-14, maxit = 100)
    )$coefficients),
    error = function(error) estimated[known]
  )
  estimated[known] <- again
  estimated
}

# A coefficient that lm() finds aliased has no row in its summary.
reference_table <- function(fit) {
  terms <- names(stats::coef(fit))
  # Of a perfect fit it warns that its errors are rounding: they are seen.
  estimated <- suppressWarnings(stats::coef(summary(fit)))
  table <- estimated[match(terms, rownames(estimated)), , drop = FALSE]
  rownames(table) <- terms
  table
}

# By how much a coefficient may differ and have six digits: of itself, or where it is
# small beside it, of its standard error.
allowed_gaps <- function(reference) {
  estimate <- abs(reference$coefficients[reference$known])
  errors <- reference$table[reference$known, 2]
  errors[!is.finite(errors)] <- 0
  pmax(1e-6 * pmax(estimate, errors), .Machine$double.xmin)
}
