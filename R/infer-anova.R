#' Analysis of variance, or of deviance, of linear fits
#'
#' As [anova.lm()] and [anova.glm()] have it. Of one fit the terms in turn, as the formula
#' has them; of several fits, each against the one before it.
#'
#' @param object,... Linear fits ([nn_fit()]) by a formula, of one outcome, whose loss is a
#'   likelihood and which have no `penalty`. Several must be of the same outcome and rows, with
#'   the same weights, and of the same family.
#' @param test `"F"` where the dispersion is estimated, `"Chisq"` (`"LRT"`) where it is known; by
#'   default as that is. `"Rao"`: the score test; `"Cp"`: Mallows' criterion; as [anova.glm()]
#'   has them, and not of censored times. `"none"` for neither.
#' @return A data frame of class `anova`, with the columns that [anova.lm()] gives for
#'   squared error, those of [anova.glm()] for other losses, and those of survival's
#'   `anova.coxph()` for Cox models. For one fit its terms are
#'   fitted again, from the data that its call names.
#'
#' Weights of networks are not identified, so that no test of theirs has the distribution that
#' it should: networks are compared on rows that they have not seen, by [nn_cv()], and
#' [nn_test()] tests by shuffling whether one uses a predictor.
#' @name nn-anova
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
#' anova(fit)
#' anova(nn_fit(mpg ~ wt, mtcars), fit)
NULL

#' @rdname nn-anova
#' @importFrom stats anova
#' @export
anova.nn_fit <- function(object, ..., test = NULL) {
  check_dots(unnamed = TRUE)
  call <- rlang::current_env()
  user <- users_frame(parent.frame())
  others <- list(...)
  fits <- c(list(object), others)
  check_fits(fits, call)
  test <- check_test(test, object, call)
  if (object$outcome$kind == "survival") return(anova_of_risks(fits, test, call, user))
  largest <- which.min(vapply(fits, stats::df.residual, 0))
  warn_perfect(fits[[largest]], "its test", tested_share, call)
  if (length(others)) return(compare_fits(fits, test, call, user))
  sequence <- term_sequence(object, test, call, user)
  of_squares <- is_normal(object) && test %in% c("F", "none")
  table_of <- if (of_squares) squares_of_terms else deviances_of_terms
  table_of(object, sequence, test)
}

check_fits <- function(fits, call) {
  strange <- !vapply(fits, inherits, NA, "nn_fit")
  if (any(strange)) {
    abort_nnfit("argument", c(
      "{.fn anova} compares fits by {.fn nn_fit}.",
      "x" = "Another is {describe(fits[strange][[1]])}.",
      "i" = "{.fn lm_compare} sets them beside {.fn lm} and {.fn glm}."
    ), call)
  }
  for (fit in fits) {
    if (!is_linear(fit)) refuse_generic("anova", "networks", call)
    need_maximum(fit, "anova()", call)
    if (fit$outcome$kind != "survival") fit_family(fit, "anova", call)
    need_formula(fit, "anova", call)
    if (fit$options$n_outputs > 1) {
      abort_nnfit("argument", "{.fn anova} is for one outcome, and this fit has several.", call)
    }
    stored_fitted(fit, call)
  }
}

check_test <- function(test, fit, call) {
  scatters <- fit$information$scatters
  if (is.null(test)) return(if (scatters) "F" else "Chisq")
  test <- choose(test, c("F", "Chisq", "LRT", "Rao", "Cp", "none"), "test", call)
  if (test == "F") check_scatter(fit, call)
  if (fit$outcome$kind == "survival" && test %in% c("Rao", "Cp")) {
    abort_nnfit("argument", c(
      "{.arg test} {.val {test}} is not there for censored times.", "i" = "Use {.val Chisq}."
    ), call)
  }
  if (test == "LRT") "Chisq" else test
}

check_scatter <- function(fit, call) {
  if (!isTRUE(fit$information$scatters)) {
    abort_nnfit("argument", c(
      "{.arg test} {.val F} needs a dispersion that is estimated, and that of this loss is 1.",
      "i" = "Use {.val Chisq}."
    ), call)
  }
}

# Deviance and residual degrees of freedom of the models with the first terms, from none to
# all of them; for Rao's test also what the scores of each say of the next.
term_sequence <- function(fit, test, call, user) {
  rows <- training_rows(fit, "anova", call, user)
  columns <- lapply(c(0L, seq_along(labels(fit))), function(last) {
    rows$x[, rows$assign <= last, drop = FALSE]
  })
  models <- lapply(utils::head(columns, -1), function(x) submodel(fit, x, x, "none", call))
  models <- c(models, list(described(fit)))
  scores <- vapply(if (test == "Rao") seq_along(models)[-1], function(place) {
    score_statistic(fit, models[[place - 1]]$means, columns[[place]], call)
  }, 0)
  data.frame(
    deviance = part_of(models, "deviance"), freedom = stats::nobs(fit) - part_of(models, "rank"),
    score = if (test == "Rao") c(NA, scores) else NA
  )
}

# The table that anova.lm() gives for one fit.
squares_of_terms <- function(fit, sequence, test) {
  last <- nrow(sequence)
  df <- c(-diff(sequence$freedom), sequence$freedom[last])
  squares <- c(pmax(0, -diff(sequence$deviance)), sequence$deviance[last])
  # As anova.lm(): a term that adds nothing has no row.
  kept <- df > 0 | seq_along(df) == length(df)
  names <- c(labels(fit), "Residuals")[kept]
  df <- df[kept]
  squares <- squares[kept]
  last <- length(df)
  means <- squares / df
  table <- data.frame(df, squares, means, row.names = names)
  names(table) <- c("Df", "Sum Sq", "Mean Sq")
  if (test != "none") {
    ratio <- c((means / means[last])[-last], NA)
    table[["F value"]] <- ratio
    table[["Pr(>F)"]] <- stats::pf(ratio, df, df[last], lower.tail = FALSE)
  }
  new_anova(table, c("Analysis of Variance Table\n", paste("Response:", outcome_text(fit))))
}

# The table that anova.glm() gives for one fit.
deviances_of_terms <- function(fit, sequence, test) {
  table <- data.frame(
    c(NA, -diff(sequence$freedom)), c(NA, pmax(0, -diff(sequence$deviance))),
    sequence$freedom, sequence$deviance, row.names = c("NULL", labels(fit))
  )
  names(table) <- c("Df", "Deviance", "Resid. Df", "Resid. Dev")
  if (test == "Rao") table$Rao <- sequence$score
  family <- stats::family(fit)
  title <- paste0(
    "Analysis of Deviance Table\n\nModel: ", family$family, ", link: ", family$link,
    "\n\nResponse: ", outcome_text(fit), "\n\nTerms added sequentially (first to last)\n\n"
  )
  new_anova(with_test(table, test, fit), title)
}

# The tables that both give for several fits.
compare_fits <- function(fits, test, call, user) {
  check_comparable(fits, "anova", call)
  freedom <- vapply(fits, function(fit) as.numeric(stats::df.residual(fit)), 0)
  deviance <- vapply(fits, function(fit) as.vector(stats::deviance(fit)), 0)
  table <- data.frame(
    freedom, deviance, c(NA, -diff(freedom)), c(NA, -diff(deviance)),
    row.names = as.character(seq_along(fits))
  )
  names(table) <- if (is_normal(fits[[1]])) {
    c("Res.Df", "RSS", "Df", "Sum of Sq")
  } else {
    c("Resid. Df", "Resid. Dev", "Df", "Deviance")
  }
  if (test == "Rao" && !is_normal(fits[[1]])) {
    table$Rao <- scores_of_fits(fits, freedom, call, user)
  }
  formulas <- vapply(fits, function(fit) paste(deparse(stats::formula(fit)), collapse = "\n"), "")
  kind <- if (is_normal(fits[[1]])) "Variance" else "Deviance"
  title <- c(
    paste0("Analysis of ", kind, " Table\n"),
    paste0("Model ", format(seq_along(fits)), ": ", formulas, collapse = "\n")
  )
  new_anova(with_test(table, test, fits[[which.min(freedom)]]), title)
}

# Of each fit and the one before it, by the columns of the larger one.
scores_of_fits <- function(fits, freedom, call, user) {
  scores <- vapply(seq_along(fits)[-1], function(place) {
    pair <- fits[c(place - 1, place)]
    grows <- freedom[place - 1] > freedom[place]
    if (!grows) pair <- rev(pair)
    x <- training_rows(pair[[2]], "anova", call, user)$x
    score <- score_statistic(pair[[2]], as.vector(pair[[1]]$fitted), x, call)
    if (grows) score else -score
  }, 0)
  c(NA, scores)
}

# `largest`: the fit whose dispersion is the measure.
with_test <- function(table, test, largest) {
  if (test == "none") return(table)
  stats::stat.anova(
    table, test, as.vector(largest$information$dispersion), largest$information$freedom,
    stats::nobs(largest)
  )
}

new_anova <- function(table, title) {
  structure(table, heading = title, class = c("anova", "data.frame"))
}

outcome_text <- function(fit) rlang::quo_text(stats::formula(fit)[[2]])
