#' Add or drop single terms of a linear model
#'
#' [drop1()], [add1()] and with them [step()], for linear models by a formula
#' whose loss is a likelihood and which have no `penalty`. They fit again for each term, and
#' compare by AIC or test.
#'
#' Without a term its columns leave the design, as [drop1()] of an [lm()] or a [glm()] has it,
#' also where an interaction keeps its own. All models are of the same rows: where a variable to
#' add is missing in some of them, that is refused, as it is where [step()] would gain
#' rows. The strata of censored times stay, as likelihoods of other risk sets can not be compared.
#'
#' @param object An [nn_fit()].
#' @param scope,scale,k,trace As in [drop1()]. A term that is a comparison is named as
#'   [labels()] has it, `"wt > 3"`; to add the interaction of one, write `I(wt > 3):hp`.
#' @param test As in [drop1()] of an [lm()] or a [glm()]: `"none"`; `"Chisq"` or `"LRT"`, of the
#'   likelihood; `"F"`, where the dispersion is estimated; `"Rao"`, the score test, of models of
#'   one outcome with a [family()], other than those under squared error.
#' @param ... Not used.
#' @return A data frame of class `anova` with the columns that [drop1()] gives: of an [lm()] for
#'   squared error, of a [glm()] for other losses of one outcome that are a [family()], and
#'   `Df` and `AIC` for censored times, for more than two classes and for several outcomes.
#'   Rows of weight 0 are not counted, as they are in the AIC of `drop1()` of an [lm()].
#' @name nn-selection
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp, mtcars)
#' drop1(fit, test = "F")
#' add1(fit, ~ . + qsec + (cyl > 4))
NULL

#' @rdname nn-selection
#' @importFrom stats drop1
#' @export
drop1.nn_fit <- function(object, scope, scale = 0, test = c("none", "Chisq", "F", "LRT", "Rao"),
                         k = 2, trace = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  user <- users_frame(parent.frame())
  test <- check_selection(scale, test, k, trace, call)
  rows <- for_selection(object, test, "drop1", call, user)
  stepping <- identical(function_of_frame(parent.frame()), stats::step)
  dropped <- if (missing(scope)) {
    droppable_terms(object)
  } else {
    terms_to_drop(object, scope, stepping, call)
  }
  places <- match(dropped, labels(object))
  models <- lapply(seq_along(places), function(i) {
    if (is_strata_label(dropped[i], object)) return(list())
    if (trace > 1) cat("trying - ", dropped[i], "\n", sep = "")
    kept <- rows$x[, rows$assign != places[i], drop = FALSE]
    submodel(object, kept, rows$x, test, call)
  })
  change <- list(names = dropped, sign = -1, said = "deletions")
  table <- selection_table(object, models, change, list(scale = scale[[1]], test = test, k = k))
  if (stepping) without_last_step(table, part_of(models, "rank"), call) else table
}

#' @rdname nn-selection
#' @importFrom stats add1
#' @export
add1.nn_fit <- function(object, scope, scale = 0, test = c("none", "Chisq", "F", "LRT", "Rao"),
                        k = 2, trace = FALSE, ...) {
  check_dots()
  call <- rlang::current_env()
  user <- users_frame(parent.frame())
  test <- check_selection(scale, test, k, trace, call)
  for_selection(object, test, "add1", call, user)
  if (missing(scope)) refuse_nothing_to_add(call)
  added <- terms_to_add(object, scope, call)
  models <- lapply(names(added), function(name) {
    if (trace > 1) cat("trying + ", name, "\n", sep = "")
    supermodel(object, added[[name]], test, call, user)
  })
  change <- list(names = names(added), sign = 1, said = "additions")
  selection_table(object, models, change, list(scale = scale[[1]], test = test, k = k))
}

# step() would go on to fit a model without any coefficient, which is none.
without_last_step <- function(table, ranks, call) {
  empty <- which(c(FALSE, ranks %in% 0))
  criterion <- intersect(c("Cp", "AIC"), names(table))
  if (!any(table[empty, criterion] < table[1, criterion])) return(table)
  warn_nnfit("scope", c(
    "{.fn step} ends at the term {.code {row.names(table)[empty]}}, without which the criterion
      is lower: {format(table[empty, criterion], digits = 7)}.",
    "x" = "Nothing would be left to fit."
  ), call)
  table[empty, criterion] <- NA
  table
}

# The fit's rows, read again.
for_selection <- function(fit, test, generic, call, user) {
  need_formula(fit, generic, call)
  if (!is_linear(fit)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for linear models.",
      "x" = "Two fits of a network differ by where they start, too.",
      "i" = "Compare networks by {.fn nn_cv}."
    ), call)
  }
  need_likelihood(fit, generic, call)
  if (test != "none" || !is_at_edge(fit)) need_maximum(fit, paste0(generic, "()"), call)
  check_test_of_terms(fit, test, call)
  warn_perfect(fit, "a selection of its terms", tested_share, call)
  training_rows(fit, generic, call, user)
}

# What stats would take for something else, or stumble over.
check_selection <- function(scale, test, k, trace, call) {
  from_zero <- rule("a number of at least 0", function(x) is_number(x, 0))
  check_rule(scale, from_zero, "scale", call)
  check_rule(k, rule("a number", is_number), "k", call)
  # step() counts from FALSE to 2.
  check_rule(trace, rule("`TRUE`, `FALSE` or a number", function(x) {
    rlang::is_bool(x) || is_number(x)
  }), "trace", call)
  test <- choose(test, c("none", "Chisq", "F", "LRT", "Rao"), "test", call)
  if (test == "LRT") "Chisq" else test
}

# Where classes can be told apart, a likelihood has no maximum, but a least upper bound that AIC
# may compare.
is_at_edge <- function(fit) {
  kinds <- c("separated", "nearly_separated", "boundary", "infinite")
  isTRUE(fit$fault$kind %in% kinds) && fit$options$penalty == 0 &&
    !isTRUE(fit$information$scatters)
}

check_test_of_terms <- function(fit, test, call) {
  kind <- selection_kind(fit)
  if (test == "F") check_scatter(fit, call)
  if (test == "F" && kind == "likelihood") refuse_test("F", "one outcome", call)
  if (test == "Rao" && kind == "likelihood") refuse_test("Rao", "one outcome with a family", call)
  if (test == "Rao" && kind == "squares") {
    abort_nnfit("argument", c(
      "{.arg test} {.val Rao} is not there under squared error, as it is not for {.fn lm}.",
      "i" = "Use {.val F}."
    ), call)
  }
}

refuse_test <- function(test, what, call) {
  abort_nnfit("argument", c(
    "{.arg test} {.val {test}} is for models of {what}.", "i" = "Use {.val Chisq}."
  ), call)
}

# As which stats compares it: an lm(), a glm(), or any other model by its likelihood.
selection_kind <- function(fit) {
  if (fit$options$n_outputs > 1) return("likelihood")
  likelihood <- loss_likelihood(fit$options$loss)
  if (!likelihood %in% names(stats_families)) return("likelihood")
  if (is_normal(fit)) "squares" else "deviance"
}

# The model of some columns: how many coefficients it has and how well it fits; for the score
# test also what the columns of a larger one would add.
submodel <- function(fit, x, larger, test, call) {
  nothing <- ncol(x) == 0 && (!fit$options$bias || fit$outcome$kind == "survival")
  model <- if (nothing) nothing_at_all(fit, call) else described(refit(fit, x, call))
  if (test == "Rao") model$score <- score_statistic(fit, model$means, larger, call)
  model
}

described <- function(fit) {
  if (selection_kind(fit) == "likelihood") {
    return(list(rank = estimated_parameters(fit), value = stats::extractAIC(fit, k = 0)[2]))
  }
  list(
    rank = estimated_parameters(fit), deviance = sum(stats::deviance(fit)),
    means = as.vector(fit$fitted)
  )
}

# Of the model in which there is nothing but the offset.
nothing_at_all <- function(fit, call) {
  if (fit$outcome$kind == "survival") {
    return(list(rank = 0, value = -2 * fit$baseline$log_likelihood[1]))
  }
  if (selection_kind(fit) == "likelihood") {
    abort_nnfit("argument", c(
      "A model without any coefficient is not there for this outcome.",
      "i" = "Fit with an intercept."
    ), call)
  }
  family <- stats::family(fit)
  link <- if (is.null(fit$offset)) rep(0, nrow(fit$fitted)) else fit$offset[, 1]
  list(rank = 0, deviance = deviance_of_offset(fit, NULL, link, call), means = family$linkinv(link))
}

# A term more, in the same rows.
supermodel <- function(fit, term, test, call, user) {
  written <- formula_call(fit, call)
  changes <- rlang::new_formula(NULL, rlang::call2("+", quote(.), term))
  formula <- changed_formula(fit, changes, user, call)
  place <- data_place(fit, "add1", call, user)
  data <- if (is.null(written$data)) {
    environment(formula) <- rlang::env_clone(environment(formula), place)
    workspace_data(formula, call)
  } else {
    eval(written$data, place)
  }
  rows <- lapply(
    as.list(written)[c("weights", "subset", "offset")], rlang::new_quosure, env = place
  )
  names(rows) <- c("weights", "subset", "offset")
  rows$na_action <- as_na_action(eval(written$na.action, place) %||% getOption("na.action"), call)
  design <- design_formula(formula, data, call, rows)
  if (!identical(design$kept, fit$kept %||% seq_len(nrow(fit$fitted)))) {
    abort_nnfit("argument", c(
      "{.arg scope} must name terms that are known in all rows of the fit.",
      "x" = "With {.code {deparse1(term)}} there {cli::qty(length(design$kept))}{?is/are}
        {length(design$kept)} row{?s} of {nrow(fit$fitted)}.",
      "i" = "Leave out the rows in which something is missing before the first fit."
    ), call)
  }
  model <- described(refit(fit, design$x, call))
  if (test == "Rao") {
    model$score <- score_statistic(fit, as.vector(fit$fitted), design$x, call)
  }
  model
}

# Rao's: how much of the working residuals of a model further columns explain.
score_statistic <- function(fit, means, x, call) {
  family <- fit_family(fit, "test", call)
  used <- used_rows(fit)
  fit$fitted <- as.matrix(means)
  columns <- (if (fit$options$bias) cbind(1, x) else x)[used, , drop = FALSE]
  residuals <- glm_residuals(fit, "working", call)[used, 1]
  weights <- working_weights(fit, family)[used]
  left <- stats::lm.wfit(columns, residuals, weights)$residuals
  sum(weights * residuals^2) - sum(weights * left^2)
}
