#' How much do predictions owe to each variable?
#'
#' Permutation importance: by how much the loss rises where the values of a variable come from
#' other rows, so that they say nothing of a row any more. Or Shapley values: what each
#' variable adds to single predictions. Both are of any fit, of linear models and networks alike,
#' and of the variables that its user knows: a factor with all its columns, `poly(x, 3)` and
#' `x:z` as far as `x` is within.
#'
#' @param fit An [nn_fit()].
#' @param data Rows with their outcome, best of all some that the fit has not seen: a data frame,
#'   or `list(x, y)` (and the offset behind) where the fit has `x` and `y`. `NULL`: the rows of the
#'   fit, looked up by the names that they have in its call. Of the rows of the fit those that were
#'   held out (`validation = 0.2`, say), if there are some; otherwise those that it was trained on,
#'   and `print()` says so: what a network has learnt by heart then counts as well. Shapley values
#'   need no outcome. A fit with `keep_data = FALSE` does not hold its `weights`: rows that may be
#'   its own count alike, and a warning of class `nnfit_warning_weights` says so.
#' @param ... For `plot()` and `autoplot()` as in [plot.nn_fit()], otherwise not used.
#' @param type `"permutation"` or `"shap"`.
#' @param variables Names of variables, where not all are wanted.
#' @param groups Named list of names of variables that are taken together, such as
#'   `list(size = c("wt", "disp"))`: each group is one term in their place.
#' @param interactions `TRUE`: for all pairs of terms (with one of `variables`, where these are
#'   given), of which there may be 500, also what they have beyond the sum of the two;
#'   or a list of pairs of names, such as `list(c("wt", "hp"))`. For permutation.
#' @param metric Name of a metric whose change is taken in place of the loss's, such as `"rmse"` or
#'   `"roc_auc"`, under the names of the yardstick package: those of the argument `metrics` of
#'   [nn_fit()]. `NULL`: the loss of the fit, in the units of the data.
#' @param outcome Of several numeric outcomes the name of one, whose loss or metric alone is taken.
#'   `NULL`: that over all. These are in the units of the data, so that an outcome of large values
#'   counts for most of it, and the importance is nearly that of this one alone. Shapley values are
#'   of each outcome anyway.
#' @param repeats Whole number: how many other rows each row is given the values of; at most one
#'   less than there are rows, which is then all pairs of rows. For Shapley values of
#'   more than ten terms, how many orders are drawn.
#' @param seed Whole number for what is drawn. `NULL`: drawn from R's random numbers, so that
#'   `set.seed()` governs.
#' @param level Number between 0 and 1, of the intervals.
#' @param newdata For Shapley values: the rows to explain, as [predict()][predict.nn_fit] takes
#'   them. `NULL`: 100 of those of `data`, or all if there are fewer.
#' @param background For Shapley values: whole number, how many rows of `data` the values are
#'   relative to. They are drawn.
#' @param predict_type For Shapley values: whether the `"response"` is predicted or the `"link"`, as
#'   the `type` of [predict()][predict.nn_fit].
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#' @param x,object What `nn_importance()` gave.
#' @param digits Whole number: significant digits to print.
#'
#' @return For permutation a tibble of class `nn_importance`, a row for each term and pair, the most
#'   important first, pairs behind: `term`, `importance`, `std.error`, `conf.low` and `conf.high`.
#'   Its attributes are the `metric` (`"loss"`: that of the fit), its value on the rows as they are
#'   (`baseline`), how many `rows` these were and which `part` of those of the fit (`"held out"`,
#'   `"training"`, `"new"`), `repeats`, and of several outcomes the `outcome`.
#'
#'   With `type = "shap"` a tibble of class `nn_shap`, a row for each row, output and term: `row`
#'   (the number of the row in `newdata`, or of those of `data` in which nothing is missing),
#'   `output` (of several outcomes or classes), `term`, `value` (what the term's variable is, as
#'   text), `estimate`, and `std.error` where orders were drawn. Its attributes are the
#'   `predictions`, a tibble with `predicted`, and `baseline`, which the estimates of a row add to
#'   `predicted`; and the `rows` that are explained. `summary()` gives the mean absolute estimate of
#'   each term.
#'
#'   `tidy()` gives both as plain tibbles. `plot()` draws importances with their intervals, and of
#'   Shapley values each term's, coloured by its value; `autoplot()` does it with ggplot2.
#'
#' @section Permutation:
#' The importance of a variable is the mean rise of the loss where each row keeps all else and is
#' given the value of another row: the model reliance of Fisher, Rudin and Dominici (2019), as a
#' difference, after Breiman (2001). In repeat *r* it is the value of the *r*-th row further on
#' along one random cycle through all rows. So no row is given its own value, none that of another
#' twice, and all pairs of rows are there from `repeats = nrow(data) - 1`. An importance of 0 says
#' that the *fit* does not use the variable (below 0, that it would do better without: chance,
#' mostly); it does not say that the variable tells nothing of the outcome. Where two
#' variables tell the same, a fit may use either, or each by half; name them in `groups`, which
#' are moved together. Values that are moved may make rows that can not be, such as a light car of
#' eight cylinders: then an importance tells how the fit answers to such rows.
#'
#' Under squared error, a linear model without penalty and all pairs, the importance of a column on
#' the rows of the fit is twice the square of its slope times its variance. Of a metric of which
#' more is better, such as `"rsq"`, the importance is by how much it falls.
#'
#' Whatever follows from a variable moves with it, columns of interactions too. Weights count in the
#' mean; an offset, and strata of censored times, stay what they are.
#'
#' *Intervals.* They are about the importance of this very fit among all rows of the kind that these
#' are a sample of: how far it would move with other rows, and other deals. Each row is in the mean
#' twice, with its own loss and with the values that it gives away, and the standard error has both:
#' that of a U-statistic of which some pairs are seen (Hoeffding, 1948); the limits are by the t
#' distribution. Two rows tell no error: it is `NA`. Of what is no mean over rows (`"rmse"`,
#' `"rsq"`, `"roc_auc"`, the likelihood of Cox's model) it is by the jackknife that leaves out one
#' of 20 groups of rows at a time, and once more one of 20 groups of those that give their values
#' away. In simulations of a network on data with an interaction and a skewed variable, intervals of
#' 95% for the loss held the importance in 94% to 97% of samples of 500 rows, 87% to 96% of 100, and
#' of 30 rows in 84% to 97%, as losses are skewed. Those for `"rmse"` and `"roc_auc"` did in 90% to
#' 100% of 120 sets of 500 rows, 90% to 98% of 200 of 100 rows, and 82% to 100% of 200 of 30. The
#' likelihood of Cox's model has another importance with another number of rows, as each event is
#' compared with all that
#' are still at risk; intervals are about that with as many rows. What another fit would be, on
#' other training rows, is not in them: [nn_test()] asks that.
#'
#' *Pairs.* The importance of a pair is that of the one and the other, less that of both moved
#' together. It is the difference of Ishwaran (2007) with the other sign, and under squared error
#' and independent variables twice what Liu and Owen (2006) call superset importance: 0 where the
#' fit adds their effects up. Variables that go together have a part in it too: where two that are
#' alike add up, to move both costs more than the sum of the two, and it is below 0. So has a metric
#' that is no mean over rows, such as `"rmse"`, which is a root.
#'
#' @section Shapley values:
#' The prediction for a row differs from the mean prediction of the `background` by what its
#' variables add up to. Shapley's is the one fair account of that (Lundberg and Lee, 2017): the mean
#' of what a variable changes where it is set to the row's value, over all sets of the others that
#' are so set before; what is not set is as in the rows of the background, whatever is set
#' (interventional values). They are exact for these rows and this background in a linear model on
#' the scale of the link, and with up to ten terms, of which all sets are looked at. With more,
#' orders of the terms are drawn, each of which is run through from both ends (Strumbelj and
#' Kononenko, 2014; Mitchell and others, 2022), and `std.error` says how far the estimates are
#' from those of all orders. The estimates of a row add up to its prediction less the baseline in
#' any case. An offset stays that of the row, and is in its baseline. Where the rows are those of
#' the fit, the mean over the background is weighted by its `weights`.
#' @references
#' Breiman (2001), Random forests, *Machine Learning* 45(1), 5-32. Fisher, Rudin and Dominici
#' (2019), All models are wrong, but many are useful, *Journal of Machine Learning Research*
#' 20(177). Hoeffding (1948), A class of statistics with asymptotically normal distribution, *Annals
#' of Mathematical Statistics* 19(3), 293-325. Ishwaran (2007), Variable importance in binary
#' regression trees and forests, *Electronic Journal of Statistics* 1, 519-537. Liu and Owen (2006),
#' Estimating mean dimensionality of analysis of variance decompositions, *Journal of the American
#' Statistical Association* 101, 712-721. Lundberg and Lee (2017), A unified approach to
#' interpreting model predictions, *NeurIPS*. Strumbelj and Kononenko (2014), Explaining prediction
#' models and individual predictions with feature contributions, *Knowledge and Information Systems*
#' 41, 647-665. Mitchell, Cooper, Frank and Holmes (2022), Sampling permutations for Shapley value
#' estimation, *Journal of Machine Learning Research* 23(43).
#' @seealso [nn_test()], whether a variable is of use at all; [summary()][summary.nn_fit] and
#'   [confint()][confint.nn_fit] of linear models.
#' @order 1
#' @export
#' @examplesIf nnfit:::has_torch()
#' cars <- nn_fit(mpg ~ wt + hp + factor(cyl), mtcars, hidden_units = 8, seed = 1)
#' set.seed(1)
#' nn_importance(cars)
#' nn_importance(cars, groups = list(engine = c("hp", "cyl")), interactions = TRUE, metric = "rmse")
#' plot(nn_importance(cars))
#'
#' # What each variable adds to single predictions
#' shares <- nn_importance(cars, type = "shap", newdata = mtcars[1:2, ])
#' shares
#' summary(shares)
nn_importance <- function(fit, data = NULL, ..., type = c("permutation", "shap"), variables = NULL,
                          groups = NULL, interactions = FALSE, metric = NULL, outcome = NULL,
                          repeats = 10, seed = NULL, level = 0.95, newdata = NULL,
                          background = 100, predict_type = c("response", "link"), model = NULL) {
  check_dots()
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  check_is_fit(fit, call)
  type <- choose(type, c("permutation", "shap"), "type", call)
  predict_type <- choose(predict_type, c("response", "link"), "predict_type", call)
  check_importance(repeats, seed, level, metric, background, fit$outcome$kind, call)
  check_of_type(type, metric, outcome, interactions, newdata, predict_type, call)
  outcome <- judged_outcome(fit, outcome, call)
  user <- users_frame(parent.frame())
  module <- recall_module(fit, model, call)
  rows <- warned_once(
    importance_rows(fit, data, type == "permutation", module, call, user)
  )
  terms <- importance_terms(fit, rows, variables, groups, type, call)
  asked <- list(
    repeats = repeats, seed = settled_seed(seed), level = level, metric = metric, outcome = outcome
  )
  if (type == "permutation") {
    pairs <- importance_pairs(interactions, names(terms$players), call)
    if (isTRUE(interactions)) pairs <- pairs_with(pairs, terms, call)
    return(permutation_importance(fit, rows, terms, pairs, asked, module, call))
  }
  asked <- c(asked, list(background = background, predict_type = predict_type))
  shapley_values(fit, rows, terms, newdata, asked, module, call)
}

check_importance <- function(repeats, seed, level, metric, background, outcome, call) {
  whole <- function(from, to) {
    words <- paste("a whole number from", from, "to", with_commas(to))
    rule(words, function(x) is_whole(x, from, to))
  }
  check_rule(repeats, whole(1, 1e5), "repeats", call)
  check_rule(background, whole(1, 1e5), "background", call)
  seeds <- or_null(function(x) is_whole(x, 0, .Machine$integer.max))
  check_rule(seed, rule("a whole number of at least 0, or `NULL`", seeds), "seed", call)
  check_level(level, call)
  named <- rule(
    paste0(metric_rule$must, ", or `NULL`"), or_null(metric_rule$test),
    function(value) meant_metric(value, outcome)
  )
  check_rule(metric, named, "metric", call)
}

# What only one of the two takes.
check_of_type <- function(type, metric, outcome, interactions, newdata, predict_type, call) {
  of_other <- if (type == "shap") {
    c(
      if (!is.null(metric)) "metric", if (!is.null(outcome)) "outcome",
      if (!isFALSE(interactions)) "interactions"
    )
  } else {
    c(if (!is.null(newdata)) "newdata", if (predict_type != "response") "predict_type")
  }
  if (length(of_other)) {
    abort_nnfit("argument", c(
      "{.arg {of_other[1]}} does not go with {.code type = \"{type}\"}.",
      "i" = "Leave it out."
    ), call)
  }
}

# By which of several outcomes a fit is judged: its name, or NULL where it is by all.
judged_outcome <- function(fit, outcome, call) {
  names <- judged_outcomes(fit)
  if (is.null(outcome)) return(NULL)
  if (length(names) < 2) {
    must <- "`NULL` but for several numeric outcomes, of each of which one number is predicted"
    check_rule(outcome, rule(must, is.null), "outcome", call)
  }
  check_rule(outcome, rule("the name of one outcome, or `NULL`", rlang::is_string), "outcome", call)
  if (!outcome %in% names) {
    abort_nnfit("argument", c(
      "{.arg outcome} must be among {.val {beginning(names)}}.",
      "x" = "{.val {beginning(outcome)}} is not."
    ), call)
  }
  outcome
}

# Numbers that are each judged by themselves, and averaged: neither classes nor levels of one.
judged_outcomes <- function(fit) {
  if (!identical(fit$outcome$kind, "numeric")) return(character())
  number <- fit$options$n_outputs / length(loss_heads(fit$options$loss))
  if (number < 2) return(character())
  if (number == prediction_width(fit, "response")) outcome_names(fit, number) else character()
}

settled_seed <- function(seed) {
  if (is.null(seed)) sample.int(.Machine$integer.max, 1) else as.integer(seed)
}

# Draws by a seed, of the one generator, and leaves R's random numbers as they are.
drawn_by <- function(seed, code) {
  before <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (is.null(before)) forget_seed() else keep_state(before))
  set.seed(seed, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  code
}
