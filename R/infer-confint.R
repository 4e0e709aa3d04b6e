#' Uncertainty of the coefficients of a linear model
#'
#' From bootstrap replicates: fit with `bootstrap = 100` or, for limits in the
#' tails, more.
#'
#' @param object An [nn_fit()] without hidden units, with replicates.
#' @param parm Numbers or names of coefficients; by default all.
#' @param level Number between 0 and 1: the share of the replicates between the
#'   limits.
#' @param ... Not used.
#' @return In the units of the data, as [coef()][coef.nn_fit]:
#' - `confint()`: a matrix as [confint.lm()] gives it, of percentile limits.
#' - `vcov()`: the covariance matrix of the replicates' coefficients.
#'
#' Of several outcomes or classes, the names are `outcome:term`. A coefficient that
#' is `NA` in the fit has no limits; one that is `NA` in some replicates, as the
#' rows of a rare level may all be missing from one, has those of the others.
#' @name nn-confint
#' @seealso [predict.nn_fit()] for intervals of predictions, also of networks.
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 100, seed = 1)
#' confint(fit)
#' sqrt(diag(vcov(fit)))
NULL

#' @rdname nn-confint
#' @importFrom stats confint
#' @export
confint.nn_fit <- function(object, parm, level = 0.95, ...) {
  check_dots()
  call <- rlang::current_env()
  check_level(level, call)
  coefficients <- coef_replicates(object, "confint", call)
  chosen <- choose_terms(if (!missing(parm)) parm, colnames(coefficients), call)
  tails <- c((1 - level) / 2, (1 + level) / 2)
  limits <- t(apply(
    coefficients[, chosen, drop = FALSE], 2, stats::quantile, tails, na.rm = TRUE
  ))
  percent <- paste(format(100 * tails, trim = TRUE, scientific = FALSE, digits = 3), "%")
  dimnames(limits) <- list(chosen, percent)
  limits
}

choose_terms <- function(parm, terms, call) {
  if (is.null(parm)) return(terms)
  chosen <- if (is.character(parm)) parm else if (is_positions(parm, length(terms))) terms[parm]
  if (!length(chosen) || !all(chosen %in% terms)) {
    abort_nnfit("argument", c(
      "{.arg parm} must choose among the coefficients {.val {terms}}, by name or by number.",
      "x" = "It is {describe(parm)}."
    ), call)
  }
  chosen
}

# What chooses among so many: whole numbers, all to take or all to leave out.
is_positions <- function(x, number) {
  is_wholes(x) && all(abs(x) %in% seq_len(number)) && length(unique(sign(x))) == 1
}

#' @rdname nn-confint
#' @importFrom stats vcov
#' @export
vcov.nn_fit <- function(object, ...) {
  check_dots()
  coefficients <- coef_replicates(object, "vcov", rlang::current_env())
  stats::cov(coefficients, use = "pairwise.complete.obs")
}

# A row per replicate, a column per coefficient.
coef_replicates <- function(fit, what, call) {
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.fn {what}} is for linear models.",
      "x" = "A network's weights have no meaning one by one: others make the same network.",
      "i" = "Its predictions have: {.code predict(fit, newdata, interval = \"confidence\")}."
    ), call)
  }
  need_replicates(fit, paste0(what, "()"), call)
  each <- lapply(seq_along(fit$replicates$seeds), function(number) {
    flat_coefficients(coef(one_replicate(fit, number)))
  })
  do.call(rbind, each)
}

# The fit with the parameters of one replicate in the place of its own (in the
# units of the data for linear models only).
one_replicate <- function(fit, number) {
  pick <- function(stacked) {
    dim <- dim(stacked)
    values <- matrix(stacked, nrow = dim[1])[number, ]
    if (length(dim) > 1) array(values, dim[-1]) else values
  }
  fit$parameters <- lapply(fit$replicates$parameters, pick)
  fit["unscaled"] <- list(lapply(fit$replicates$unscaled, pick))
  if (!is.null(fit$replicates$scaling)) fit$scaling <- lapply(fit$replicates$scaling, pick)
  fit
}

flat_coefficients <- function(coefficients) {
  if (!is.matrix(coefficients)) return(coefficients)
  names <- outer(rownames(coefficients), colnames(coefficients), function(term, outcome) {
    paste0(outcome, ":", term)
  })
  stats::setNames(as.vector(coefficients), names)
}
