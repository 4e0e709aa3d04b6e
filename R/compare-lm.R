#' R's `lm()` and torch's descent, side by side
#'
#' Fits the same linear model twice, by [lm()] (a QR decomposition) and by
#' [nn_fit()] (descent on PyTorch), and sets the coefficients beside each
#' other. Or compares two fits that are there already.
#'
#' @param x A formula, or a linear fit by [lm()] or [nn_fit()].
#' @param data A data frame.
#' @param y The other fit: an `nn_fit` beside an `lm`, or the other way round.
#' @param ... With a formula: options of [nn_fit()], such as
#'   `optimizer = "sgd"`.
#' @param weights,subset,na.action,offset As in [nn_fit()]: used by both.
#' @param digits Whole number: significant digits to print.
#' @return An object of class `lm_compare`, a list with
#'   - `coefficients`, a tibble with a row per coefficient: `term`, lm's
#'     `estimate`, `std.error`, `statistic` (t) and `p.value`, torch's
#'     `nn_estimate`, and `gap`, `nn_estimate - estimate`;
#'   - `mse`, the mean squared error of both, named `lm` and `nn_fit`;
#'   - `lm` and `nn_fit`, the two fits.
#' @export
#' @examplesIf nnfit:::has_torch()
#' lm_compare(c ~ u, thermometer)
#'
#' # Plain gradient descent is not there yet after 100 epochs:
#' lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 100)
lm_compare <- function(x, ...) {
  if (missing(x)) {
    abort_nnfit("argument", c(
      "{.arg x} is missing.", "i" = "Begin with a formula, or a fit."
    ), rlang::current_env())
  }
  UseMethod("lm_compare")
}

#' @rdname lm_compare
#' @export
lm_compare.formula <- function(x, data, ..., weights = NULL, subset = NULL,
                               na.action = getOption("na.action"), offset = NULL) {
  call <- rlang::current_env()
  rows <- row_arguments(
    rlang::enquo(weights), rlang::enquo(subset), rlang::enquo(offset), na.action, call
  )
  if (missing(data)) data <- workspace_data(x, call)
  check_data_frame(data, "data", call)
  written <- rlang::names2(substitute(list(...)))[-1]
  check_option_names(written[nzchar(written)], "nn_fit", call)
  dots <- rlang::dots_list(..., .preserve_empty = TRUE)
  check_given(dots, call)
  if (length(dots$hidden_units) || !is.null(dots$model)) {
    abort_nnfit("argument", c(
      "{.arg hidden_units} and {.arg model} do not apply: {.fn lm_compare} is for linear models."
    ), call)
  }
  fit <- fit_formula(x, data, rows, call, ...)
  check_linear_fit(fit, "x", call)
  new_lm_compare(fit_lm(x, data, rows, call), fit, call)
}

#' @rdname lm_compare
#' @export
lm_compare.lm <- function(x, y, ...) {
  check_dots()
  call <- rlang::current_env()
  if (missing(y)) {
    abort_nnfit("argument", c(
      "{.arg y} is missing.",
      "i" = "Give the {.fn nn_fit} to set beside {.arg x}, or a formula and data: \
        {.code lm_compare(y ~ x, data)}."
    ), call)
  }
  check_linear_fit(y, "y", call)
  new_lm_compare(x, y, call)
}

#' @rdname lm_compare
#' @export
lm_compare.nn_fit <- function(x, y, ...) {
  check_dots()
  call <- rlang::current_env()
  check_linear_fit(x, "x", call)
  if (missing(y)) {
    abort_nnfit("argument", c(
      "{.arg y} is missing.", "i" = "Give the {.fn lm} to set beside {.arg x}."
    ), call)
  }
  if (!inherits(y, "lm")) {
    abort_nnfit("argument", "{.arg y} must be an {.fn lm} beside an {.fn nn_fit}.", call)
  }
  new_lm_compare(y, x, call)
}

#' @export
lm_compare.default <- function(x, ...) {
  abort_nnfit(
    "argument", "{.arg x} must be a formula or a linear fit, not {describe(x)}.",
    rlang::current_env()
  )
}

check_linear_fit <- function(fit, arg, call) {
  linear <- inherits(fit, "nn_fit") && is_linear(fit) && fit$options$link == "identity"
  if (!linear || fit$outcome$kind != "numeric" || fit$options$n_outputs > 1) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be a linear {.fn nn_fit} of one numeric outcome.",
      "i" = "That is one without {.arg hidden_units} and {.arg model}, and with a loss under
        which the model's one output is the prediction."
    ), call)
  }
}

# What says how rows count goes into lm()'s call as numbers: the user may have
# written an expression, or a column's name, where lm() would look for a variable.
fit_lm <- function(formula, data, rows, call) {
  args <- list(formula, quote(data), na.action = rows$na_action)
  for (arg in c("weights", "subset", "offset")) {
    args[[arg]] <- eval_rows(rows[[arg]], arg, data, call)
  }
  # lm() wants a number for each row, where we take one for all.
  args$offset <- as.vector(check_offset(args$offset, nrow(data), call))
  fit <- do.call(stats::lm, args)
  fit$call <- rlang::call2("lm", formula = formula, data = quote(data))
  fit
}

new_lm_compare <- function(lm, fit, call) {
  if (length(lm$fitted.values) != length(fit$fitted)) {
    abort_nnfit("argument", c(
      "{.arg x} and {.arg y} must be fits of the same rows, and of one outcome.",
      "x" = "{.fn lm} has {length(lm$fitted.values)} fitted values, \\
        {.fn nn_fit} {length(fit$fitted)}."
    ), call)
  }
  structure(
    list(
      coefficients = compare_coefficients(lm, coef(fit)),
      mse = c(
        lm = mean_square(lm$residuals, lm$weights),
        nn_fit = mean_square(fit$outcome$values - fit$fitted, fit$weights)
      ),
      lm = lm, nn_fit = fit
    ),
    class = "lm_compare"
  )
}

compare_coefficients <- function(lm, torch) {
  terms <- names(stats::coef(lm))
  estimated <- summary(lm)$coefficients
  # A coefficient that lm() finds aliased has no row there.
  table <- estimated[match(terms, rownames(estimated)), , drop = FALSE]
  tibble::tibble(
    term = terms,
    estimate = unname(table[, 1]), std.error = unname(table[, 2]),
    statistic = unname(table[, 3]), p.value = unname(table[, 4]),
    nn_estimate = unname(torch[terms]),
    gap = unname(torch[terms] - table[, 1])
  )
}

mean_square <- function(residuals, weights) {
  stats::weighted.mean(residuals^2, weights %||% rep(1, length(residuals)))
}

#' @rdname lm_compare
#' @export
print.lm_compare <- function(x, digits = max(3L, getOption("digits") - 2L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat("lm() and nn_fit() on ", rlang::quo_text(stats::formula(x$lm)), "\n\n", sep = "")
  table <- as.data.frame(x$coefficients)
  shown <- lapply(table[-1], function(column) format(column, digits = digits))
  shown$p.value <- format.pval(table$p.value, digits = 3)
  shown$gap <- format(table$gap, digits = 2)
  print_table(c(table["term"], shown), right = names(shown))
  cat("\nMean squared error: lm() ", format(x$mse[["lm"]], digits = digits),
    ", nn_fit() ", format(x$mse[["nn_fit"]], digits = digits), "\n",
    sep = ""
  )
  cat(describe_result(x$nn_fit, digits), "\n", sep = "")
  invisible(x)
}

#' @rdname lm_compare
#' @export
tidy.lm_compare <- function(x, ...) {
  check_dots()
  x$coefficients
}
