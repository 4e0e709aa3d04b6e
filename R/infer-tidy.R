#' Tables of a fit, as broom makes them
#'
#' `tidy()`, `glance()` and `augment()` of the package generics, with broom's names
#' of columns, for linear fits whose loss is a likelihood; `glance()` and `augment()` for
#' others too.
#'
#' @param x An [nn_fit()].
#' @param conf.int Logical: the columns `conf.low` and `conf.high`, by
#'   [confint()][confint.nn_fit]?
#' @param conf.level Number between 0 and 1: their level.
#' @param exponentiate Logical: coefficients and limits as ratios (of odds, of means)?
#' @param data The data frame that the fit was made on; by default its variables as the
#'   formula uses them, by [model.frame()][model.frame.nn_fit].
#' @param newdata A data frame to predict for instead; the outcome may be missing.
#' @param se_fit Logical: the standard errors of the predictions, `.se.fit`?
#' @param interval `"none"`, `"confidence"` or `"prediction"`: the limits `.lower` and
#'   `.upper`, by [predict()][predict.nn_fit].
#' @param type.predict `"response"` or `"link"`: the scale of `.fitted`, of numeric outcomes; of
#'   censored times also `"lp"`, which `augment()` of a `coxph` has, `"risk"` or `"expected"`.
#' @param type.residuals `"response"`, `"deviance"`, `"pearson"` or `"working"`: which `.resid`, by
#'   [residuals()][residuals.nn_fit].
#' @param ... Not used.
#' @return Tibbles.
#' - `tidy()`: a row per coefficient: `term` (before it, of several outcomes, `response`),
#'   `estimate`, `std.error`, `statistic`, `p.value`, and the limits.
#' - `glance()`: one row. Of a linear model as broom's of an `lm`: `r.squared`,
#'   `adj.r.squared`, `sigma`, `statistic`, `p.value`, `df`, `logLik`, `AIC`, `BIC`, `deviance`,
#'   `df.residual`, `nobs`; or of a `glm`: `null.deviance`, `df.null`, `logLik`, `AIC`, `BIC`,
#'   `deviance`, `df.residual`, `nobs`. Of censored times as of a `coxph`; the score test is
#'   `NA` where the data are not there any more, and the robust test always is. Of others
#'   what `summary()` has as `performance`, `epochs` and `nobs`.
#' - `augment()`: the data with `.fitted`, of one numeric outcome `.resid`, and of a linear fit
#'   `.hat`, `.sigma`, `.cooksd` and `.std.resid`. With `newdata` the first alone, and of a linear
#'   model under squared error `.resid` where the outcome is there. Rows in which something was
#'   missing are there where `data` is given and the fit is by `na.action = na.exclude`. Of classes
#'   `.fitted` is the probability of the second, or of more than two a column each, `.fitted_a`, and
#'   `.class` the most probable one.
#' @name nn-tidy
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp, mtcars)
#' tidy(fit, conf.int = TRUE)
#' glance(fit)
#' augment(fit)
NULL

#' @rdname nn-tidy
#' @export
tidy.nn_fit <- function(x, conf.int = FALSE, conf.level = 0.95, exponentiate = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  check_rule(conf.int, flag_rule, "conf.int", call)
  check_rule(exponentiate, flag_rule, "exponentiate", call)
  check_level(conf.level, call, "conf.level")
  if (!is_linear(x)) refuse_network(x, "tidy()", call)
  warn_perfect(x, "its table", rounding_share, call)
  table <- with_aliased(coefficient_table(x), is.na(flat_coefficients(coef(x))))
  tidied <- tibble::tibble(
    term = rownames(table), estimate = table[, 1], std.error = table[, 2],
    statistic = table[, 3], p.value = table[, 4]
  )
  if (conf.int) {
    limits <- likelihood_limits(x, conf.level, call)
    tidied$conf.low <- limits[, 1]
    tidied$conf.high <- limits[, 2]
  }
  ratios <- if (exponentiate) intersect(c("estimate", "conf.low", "conf.high"), names(tidied))
  tidied[ratios] <- lapply(tidied[ratios], exp)
  tidied[] <- lapply(tidied, unname)
  by_response(tidied, coef(x))
}

# By what the standard errors beside them are from; of replicates where there are none.
likelihood_limits <- function(fit, level, call) {
  tails <- c((1 - level) / 2, (1 + level) / 2)
  known <- is.null(no_standard_errors(fit)) || !is_replicated(fit)
  if (known) wald_limits(fit, tails, call) else replicate_limits(fit, tails, call)
}

by_response <- function(tidied, coefficients) {
  if (!is.matrix(coefficients)) return(tidied)
  tidied$term <- rep(rownames(coefficients), ncol(coefficients))
  response <- rep(colnames(coefficients), each = nrow(coefficients))
  tibble::add_column(tidied, response = response, .before = 1)
}

#' @rdname nn-tidy
#' @export
glance.nn_fit <- function(x, ...) {
  check_dots()
  normal <- is_normal(x)
  warn_perfect(x, "its summary", rounding_share, rlang::current_env())
  if (x$outcome$kind == "survival") return(glance_as_coxph(x, rlang::current_env()))
  if (!is_linear(x) || !is.null(no_information(x)) || ncol(as.matrix(coef(x))) > 1) {
    return(glance_at_performance(x))
  }
  if (normal) glance_as_lm(x) else glance_as_glm(x)
}

glance_as_lm <- function(fit) {
  said <- square_statistics(fit)
  test <- said$fstatistic %||% c(value = NA, numdf = NA, dendf = NA)
  p <- stats::pf(test[["value"]], test[["numdf"]], test[["dendf"]], lower.tail = FALSE)
  tibble::tibble(
    r.squared = said$r.squared, adj.r.squared = said$adj.r.squared,
    sigma = sqrt(as.vector(fit$information$dispersion)), statistic = test[["value"]],
    p.value = p, df = test[["numdf"]], !!!likelihood_columns(fit),
    deviance = as.vector(fit$information$deviance), df.residual = fit$information$freedom,
    nobs = stats::nobs(fit)
  )
}

glance_as_glm <- function(fit) {
  said <- generalised_summary(fit, fit$information)
  tibble::tibble(
    null.deviance = said$null.deviance %||% NA_real_, df.null = said$df.null,
    !!!likelihood_columns(fit), deviance = said$deviance, df.residual = said$df.residual,
    nobs = stats::nobs(fit)
  )
}

# As broom's of a coxph; of a network what it has of that.
glance_as_coxph <- function(fit, call) {
  order <- concordance_part(fit, if (is.null(fit$rows)) used_rows(fit))
  lead <- tibble::tibble(n = used_count(fit), nevent = event_count(fit))
  last <- tibble::tibble(
    concordance = order[1], std.error.concordance = order[2],
    !!!if (members_of(fit) == 1) likelihood_columns(fit), nobs = stats::nobs(fit)
  )
  if (!is_linear(fit) || !is.null(no_information(fit))) return(tibble::as_tibble(c(lead, last)))
  rank <- dim(fit$information$root)[3]
  ratio <- 2 * diff(fit$baseline$log_likelihood)
  known <- !is.na(coef(fit))
  wald <- wald_statistic(coef(fit)[known], stats::vcov(fit, complete = FALSE))
  score <- risk_score(fit, call)
  upper <- function(statistic) stats::pchisq(statistic, rank, lower.tail = FALSE)
  tibble::tibble(
    !!!lead, statistic.log = ratio, p.value.log = upper(ratio),
    statistic.sc = score, p.value.sc = upper(score),
    statistic.wald = wald, p.value.wald = upper(wald),
    statistic.robust = NA_real_, p.value.robust = NA_real_,
    r.squared = 1 - exp(-ratio / lead$n),
    r.squared.max = 1 - exp(2 * fit$baseline$log_likelihood[1] / lead$n), !!!last
  )
}

# By the rows of the fit, at coefficients of 0; NA where they can not be read again.
risk_score <- function(fit, call) {
  tryCatch(equal_model(fit, "glance", call)$score, nnfit_error = function(error) NA_real_)
}

# Of fits that hold no predictions, or rows that they have not been trained on, NA.
likelihood_columns <- function(fit) {
  known <- !is.null(fit$fitted) && !length(fit$validation_rows)
  value <- if (known) tryCatch(stats::logLik(fit), nnfit_error = function(error) NULL)
  if (is.null(value)) return(list(logLik = NA_real_, AIC = NA_real_, BIC = NA_real_))
  number <- as.numeric
  list(logLik = number(value), AIC = number(stats::AIC(value)), BIC = number(stats::BIC(value)))
}

glance_at_performance <- function(fit) {
  table <- performance_table(fit)
  last <- if (!is.null(table)) table[nrow(table), -(1:2)]
  tibble::as_tibble(c(
    as.list(last),
    if (!is.null(table)) list(data = table$data[nrow(table)]), # not of rows that are not at hand
    list(epochs = nrow(loss_table(fit)), nobs = stats::nobs(fit))
  ))
}

#' @rdname nn-tidy
#' @export
augment.nn_fit <- function(x, data = NULL, newdata = NULL, se_fit = FALSE,
                           interval = c("none", "confidence", "prediction"),
                           type.predict = c("response", "link", "lp", "risk", "expected"),
                           type.residuals = c("response", "deviance", "pearson", "working"), ...) {
  check_dots()
  call <- rlang::current_env()
  check_rule(se_fit, flag_rule, "se_fit", call)
  interval <- choose(interval, c("none", "confidence", "prediction"), "interval", call)
  type <- choose(type.predict, augmented_types, "type.predict", call)
  if (type %in% survival_prediction_types) need_survival(x, "augment", call)
  residual <- choose(
    type.residuals, c("response", "deviance", "pearson", "working"), "type.residuals", call
  )
  user <- users_frame(parent.frame())
  own <- is.null(newdata)
  if (!own || !is_padded(x, data)) x$na_action <- NULL
  rows <- if (own) augmented_data(x, data, call, user) else newdata
  check_is_data_frame(rows, if (own) "data" else "newdata", call)
  predicted <- if (is.null(x$outcome$levels)) {
    predicted_columns(x, if (!own) rows, type, se_fit, interval, call, user)
  } else {
    class_columns(x, if (!own) rows, call)
  }
  of_rows <- if (own) {
    diagnostic_columns(x, residual, call, user)
  } else {
    new_residuals(x, newdata, predicted$.fitted)
  }
  # A data frame's row names become a column, as broom has it.
  named <- tibble::has_rownames(rows)
  plain <- tibble::as_tibble(rows, rownames = if (named) ".rownames")
  tibble::as_tibble(c(as.list(plain), as.list(predicted), as.list(of_rows)))
}

augmented_types <- c("response", "link", "lp", "risk", "expected")

# Are the rows in which something was missing there, with their places kept?
is_padded <- function(fit, data) {
  rows <- nrow(fit$fitted) + length(fit$na_action)
  inherits(fit$na_action, "exclude") && is.data.frame(data) && nrow(data) == rows
}

# The rows of the fit: of `data`, or the variables as the formula uses them.
augmented_data <- function(fit, data, call, user) {
  stored <- stored_fitted(fit, call)
  rows <- nrow(stored) + length(fit$na_action)
  own <- is.null(data)
  if (own) {
    need_formula(fit, "augment", call)
    data <- rows_of_fit(fit, "augment", call, user)
  }
  check_is_data_frame(data, "data", call)
  if (nrow(data) != rows && length(fit$kept) == rows) data <- data[fit$kept, , drop = FALSE]
  if (nrow(data) != rows && !own) {
    abort_nnfit("argument", c(
      "{.arg data} must be the data frame that the fit was made on.",
      "x" = "It has {nrow(data)} row{?s}, and the fit has {rows}.",
      "i" = "{.arg newdata} takes other rows."
    ), call)
  }
  if (nrow(data) != rows) abort_changed(fit, "augment", "They have another number of rows.", call)
  if (!is.null(attr(data, "terms"))) check_outcome_again(fit, data, "augment", call)
  data
}

predicted_columns <- function(fit, rows, type, se_fit, interval, call, user) {
  found <- fit_for(predicted_for(fit, rows, type, se_fit, interval, user), call)
  values <- found$fit
  if (is.list(values) || is.matrix(values) && interval == "none") {
    abort_nnfit("argument", "{.fn augment} is for one outcome, and this fit has several.", call)
  }
  columns <- if (interval == "none") {
    list(.fitted = values)
  } else {
    list(.fitted = values[, "fit"], .lower = values[, "lwr"], .upper = values[, "upr"])
  }
  if (se_fit) columns$.se.fit <- found$se.fit
  lapply(columns, unname)
}

# As predict(se.fit = TRUE) gives it; `rows`: NULL for those of the fit.
predicted_for <- function(fit, rows, type, se_fit, interval, user) {
  arguments <- list(fit, type = type, se.fit = se_fit, interval = interval)
  if (!is.null(rows)) arguments$newdata <- rows
  # Of its own rows a fit knows the responses, and more where they are read again.
  if (is.null(rows) && type == "link") arguments$se.fit <- TRUE
  found <- do.call(stats::predict, arguments, envir = user)
  if (arguments$se.fit) found else list(fit = found)
}

# On the scale of the response: the most probable class goes with it.
class_columns <- function(fit, rows, call) {
  of_rows <- function(type) {
    if (is.null(rows)) stats::predict(fit, type = type) else stats::predict(fit, rows, type = type)
  }
  values <- of_rows("response")
  columns <- if (is.matrix(values)) as.list(as.data.frame(values)) else list(.fitted = values)
  if (is.matrix(values)) names(columns) <- paste0(".fitted_", colnames(values))
  lapply(c(columns, list(.class = of_rows("class"))), unname)
}

# As broom has it: of an lm() alone.
new_residuals <- function(fit, newdata, fitted) {
  outcome <- rlang::f_lhs(fit$formula)
  there <- !is.null(outcome) && all(all.vars(outcome) %in% names(newdata))
  if (!is_linear(fit) || !is_normal(fit) || !there) return(NULL)
  observed <- eval(outcome, newdata, environment(fit$formula))
  if (is.numeric(observed) && is.null(dim(observed))) list(.resid = observed - fitted)
}

diagnostic_columns <- function(fit, type, call, user) {
  if (!is.null(fit$outcome$levels) && length(fit$outcome$levels) > 2) return(NULL)
  survival <- fit$outcome$kind == "survival"
  residuals <- if (survival) stats::residuals(fit) else stats::residuals(fit, type)
  columns <- list(.resid = unname(as.vector(residuals)))
  if (survival) return(columns)
  whole <- is_linear(fit) && is.null(no_information(fit)) && !length(fit$validation_rows)
  if (!whole) return(columns)
  model <- equal_model(fit, "augment", call, user)
  found <- stats::influence(model, do.coef = FALSE)
  lapply(c(columns, list(
    .hat = found$hat, .sigma = found$sigma,
    .cooksd = stats::cooks.distance(model, infl = found),
    .std.resid = stats::rstandard(model, infl = found)
  )), unname)
}
