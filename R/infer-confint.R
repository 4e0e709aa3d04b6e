#' Uncertainty of the coefficients of a linear model
#'
#' From the likelihood, as [lm()] and [glm()] have it; or from bootstrap replicates where
#' the fit has them (`nn_fit(bootstrap = 100)`; for limits in the tails, more).
#'
#' @param object An [nn_fit()] without hidden units, whose loss is a likelihood and which
#'   has no `penalty`; or any without hidden units, with replicates.
#' @param parm Numbers or names of coefficients; by default all.
#' @param level Number between 0 and 1: the confidence level, or the share of the
#'   replicates between the limits.
#' @param method `"wald"` or `"profile"`: how limits are found where there are no replicates.
#' @param complete Logical: also rows and columns, of `NA`, for coefficients that are `NA`?
#' @param ... Not used.
#' @return In the units of the data, as [coef()][coef.nn_fit]:
#' - `vcov()`: the covariance matrix of the coefficients, as [vcov()] of an `lm` or a `glm`:
#'   the inverse of Fisher's information, times the dispersion. With replicates, that of
#'   their coefficients.
#' - `confint()`: a matrix as [confint.lm()] gives it, of Wald's limits: so many standard
#'   errors to either side, by the t distribution where the dispersion is estimated, otherwise
#'   by the normal distribution, as [confint.default()]. Or by the profile of the likelihood:
#'   where the deviance of the model with the coefficient held there is as much larger as
#'   that distribution has it; under squared error it is the same. For this the model is
#'   fitted again, some 20 times a coefficient, from the data that its call names; of censored
#'   times it is the partial likelihood. With replicates, of percentiles.
#'
#' It holds where the model does and, but for squared error, for many rows. What has
#' no such covariance is refused with the reason: a `penalty`, a loss that is no likelihood,
#' classes that can be told apart, as many coefficients as rows, and training that ended more
#' than a twentieth of a standard error from the maximum of the likelihood.
#'
#' Of several outcomes or classes, the names are `outcome:term`. A coefficient that
#' is `NA` in the fit has no limits; one that is `NA` in some replicates, as the
#' rows of a rare level may all be missing from one, has those of the others.
#' @name nn-confint
#' @seealso [predict.nn_fit()] for intervals of predictions, also of networks.
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp, mtcars)
#' confint(fit)
#' sqrt(diag(vcov(fit)))
#'
#' replicated <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 100, seed = 1)
#' confint(replicated)
NULL

#' @rdname nn-confint
#' @importFrom stats confint
#' @export
confint.nn_fit <- function(object, parm, level = 0.95, method = c("wald", "profile"), ...) {
  check_dots()
  call <- rlang::current_env()
  check_level(level, call)
  by_profile <- choose(method, c("wald", "profile"), "method", call) == "profile"
  tails <- c((1 - level) / 2, (1 + level) / 2)
  user <- users_frame(parent.frame())
  parm <- if (!missing(parm)) parm
  chosen <- function(names) choose_terms(parm, names, call)
  limits <- if (by_profile) {
    profile_limits(object, chosen, tails, call, user)
  } else if (is_replicated(object)) {
    replicate_limits(object, tails, call)
  } else {
    wald_limits(object, tails, call)
  }
  percent <- paste(format(100 * tails, trim = TRUE, scientific = FALSE, digits = 3), "%")
  limits <- matrix(limits, ncol = 2, dimnames = list(rownames(limits), percent))
  limits[chosen(rownames(limits)), , drop = FALSE]
}

replicate_limits <- function(fit, tails, call) {
  each <- coef_replicates(fit, "confint", call)
  t(apply(each, 2, stats::quantile, tails, na.rm = TRUE))
}

wald_limits <- function(fit, tails, call, or_replicates = TRUE) {
  errors <- sqrt(diag(likelihood_covariance(fit, "confint()", call, or_replicates)))
  flat_coefficients(coef(fit)) + errors %o% standard_quantile(fit, tails)
}

# How many standard errors there are to a share of the distribution.
standard_quantile <- function(fit, share) {
  stats::qt(share, if (fit$information$scatters) fit$information$freedom else Inf)
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
vcov.nn_fit <- function(object, complete = TRUE, ...) {
  check_dots()
  call <- rlang::current_env()
  check_rule(complete, flag_rule, "complete", call)
  covariance <- if (is_replicated(object)) {
    stats::cov(coef_replicates(object, "vcov", call), use = "pairwise.complete.obs")
  } else {
    likelihood_covariance(object, "vcov()", call, or_replicates = TRUE)
  }
  known <- !is.na(flat_coefficients(coef(object)))
  if (complete) covariance else covariance[known, known, drop = FALSE]
}

# `what` needs it. With rows and columns of NA for coefficients that are NA.
likelihood_covariance <- function(fit, what, call, or_replicates = FALSE) {
  information <- need_information(fit, what, call, or_replicates)
  refuse_scores(fit, what, call)
  coefficients <- flat_coefficients(coef(fit))
  covariance <- information_covariance(fit, information)
  dimnames(covariance) <- list(names(coefficients), names(coefficients))
  aside <- is.na(coefficients)
  covariance[aside, ] <- covariance[, aside] <- NA
  covariance
}

is_replicated <- function(fit) length(fit$replicates$seeds) >= 2

# A row per replicate, a column per coefficient.
coef_replicates <- function(fit, what, call) {
  if (!is_linear(fit)) refuse_network(fit, paste0(what, "()"), call)
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
