#' How predictions move with a predictor
#'
#' What a fit, linear or a network, has learnt of the variables that went into it, as its user knows
#' them: the prediction along a variable, averaged over rows (partial dependence), of single rows
#' (individual conditional expectation), added up from local differences (accumulated local
#' effects), or in one number, the average effect, which is what a coefficient is of a linear model.
#'
#' @param fit An [nn_fit()].
#' @param variables Names of variables: columns of the data, not terms of the formula. One or two;
#'   for `type = "average"` any number, and `NULL`: all.
#' @param data Rows to average over: a data frame, a matrix or tensor where the fit was made on one,
#'   or `list(x, y)`. `NULL`: those of the fit, which are looked up by the names that they have in
#'   the call to `nn_fit()`. A fit on files, and one in another session, need them given. Of the
#'   data that the fit was made on, the rows are those that it has: `subset` holds here too, and
#'   `print()` says of how many. A fit with `keep_data = FALSE` does not hold its `weights`: rows
#'   that may be its own count alike, and a warning of class `nnfit_warning_weights` says so.
#' @param ... Not used.
#' @param type What to compute, see below. By default of one variable or two `"partial"`, of none or
#'   of more `"average"`.
#' @param by Name of a variable that is a factor, logical or of strings: averages over the rows of
#'   each of its levels by themselves. `NULL`: over all rows.
#' @param predict_type The scale: `"response"`, in units of the outcome or as a probability, or
#'   `"link"`, as [predict()][predict.nn_fit] has them.
#' @param outcome Of several outcomes or classes: which, by name. `NULL`: all; of two classes the
#'   second, the probability of the first being what is left of 1.
#' @param grid Whole number: at how many values of a numeric variable, spread evenly between the
#'   `quantiles`, or at all that it has, if these are fewer. By default 50; 20 for each of two. For
#'   `"ale"` in how many intervals, by its quantiles: 40, and 20 for each of two.
#' @param values The values themselves, in place of a `grid`: numbers or levels; of two variables a
#'   list with their names. Not for `"ale"`.
#' @param quantiles Two numbers from 0 to 1: from which quantile of a numeric variable to which a
#'   grid goes.
#' @param center Logical: for `"partial"` and `"ice"`, less the prediction at the first value? Then
#'   single rows can be compared.
#' @param curves Whole number: for `"ice"`, the curves of so many rows, spread evenly over what the
#'   rows are predicted.
#' @param level Number between 0 and 1: the level of intervals.
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#'
#' @details
#' - `"partial"`: the mean prediction if all rows had this value of the variable, the other
#'   variables being what they are (Friedman, 2001). Of two variables there is one for each pair of
#'   values. Where variables hang together it also counts rows that there can not be.
#' - `"ice"`: the same without the mean, a curve for each of some rows (Goldstein and others, 2015).
#'   Curves that are not parallel show that the effect depends on other variables.
#' - `"ale"`: the mean difference of the prediction between the ends of an interval, over the rows
#'   that are in it, added up from interval to interval; the mean is 0 (Apley and Zhu, 2020). Rows
#'   move no farther than their interval, so that it holds where variables hang together. Of
#'   a factor rows move to the next level; unordered levels are put in an order by how alike their
#'   rows are in the other variables. Of two numbers it is what they do together, beyond the effects
#'   that each has by itself.
#' - `"average"`: of a number, the mean over the rows of the derivative of the prediction; of a
#'   factor, logical or strings, the mean difference of the prediction to that at the first level.
#'   Of a linear model on the scale of the link these are its coefficients and their standard
#'   errors; of a logistic one on the scale of the response, its average marginal effects.
#'
#' Means are weighted by the fit's `weights` (not by `class_weights`) where the rows are its own.
#' Rows with
#' something missing are left out. Offsets stay what they are in each row, and have no effects; nor
#' have strata.
#'
#' Intervals are by bootstrap replicates, where the fit has some (`nn_fit(bootstrap = 100)`): from
#' percentile to percentile. For a linear model whose loss is a likelihood and which has no
#' `penalty` they are by the delta method, which takes the rows as given; those of mean predictions
#' are made on the scale of the link and taken through it, so that they are within its range and
#' need not be symmetric. Networks without replicates have none: members of a mean of networks
#' differ by chance and by the rows that they have not seen, which is no sampling distribution of
#' their mean.
#'
#' @return A tibble of class `nn_effects`, with a row for each value: before the others, of several
#'   outcomes or classes, `response`, and the variable of `by`, if there are such; the variables
#'   under their own names; `effect`; and where there are intervals `std.error`, `conf.low` and
#'   `conf.high`. For `"ice"` also `row`, the row of the data. For `"average"` a row for each
#'   number and for each level but the first, with broom's names: `term`, `contrast` (`"slope"`, or
#'   what is compared), `estimate`, and the same columns of intervals. [tidy()] gives it as a plain
#'   tibble.
#'
#'   `plot()` and `autoplot()` draw it. Marks at the foot are the deciles of the data, points of a
#'   surface some rows of it, so that nobody reads it where there are no data. Slopes of `"average"`
#'   are per unit in the table, and drawn times the standard deviation (SD) of the variable in these
#'   rows, which stands beside its name: so small units are seen beside contrasts. That is what an
#'   SD moves where the effect is a straight line; a slope that is steep for a few values, where
#'   many rows lie, says less of it than the curve of `type = "partial"`.
#' @references
#' Friedman (2001), Greedy function approximation: a gradient boosting machine, *Annals of
#' Statistics* 29(5), 1189-1232. Goldstein, Kapelner, Bleich and Pitkin (2015), Peeking inside the
#' black box, *Journal of Computational and Graphical Statistics* 24(1), 44-65. Apley and Zhu
#' (2020), Visualizing the effects of predictor variables in black box supervised learning models,
#' *Journal of the Royal Statistical Society B* 82(4), 1059-1086. Greene (2018), *Econometric
#' analysis*, section 17.3, of average effects and the delta method.
#' @seealso [plot.nn_fit()] with `which = "curve"` for one curve through the data.
#' @order 1
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt + hp + factor(am), mtcars, hidden_units = 8, penalty = 0.01, seed = 1)
#' nn_effects(fit)
#' weight <- nn_effects(fit, "wt")
#' weight
#' plot(weight)
#' plot(nn_effects(fit, "wt", type = "ice", center = TRUE))
#' plot(nn_effects(fit, c("wt", "hp")))
#' nn_effects(fit, "wt", by = "am", values = 2:4)
#'
#' # Of a linear model the average effects are its coefficients
#' line <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
#' nn_effects(line)
#' tidy(line, conf.int = TRUE)
#'
#' # Average marginal effects on a probability
#' nn_effects(nn_fit(factor(am) ~ wt, mtcars))
nn_effects <- function(fit, variables = NULL, data = NULL, ...,
                       type = c("partial", "ice", "ale", "average"), by = NULL,
                       predict_type = c("response", "link"), outcome = NULL, grid = NULL,
                       values = NULL, quantiles = c(0, 1), center = FALSE, curves = 100,
                       level = 0.95, model = NULL) {
  check_dots()
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  check_is_fit(fit, call)
  asked <- effects_asked(
    fit, variables, type, predict_type, grid, values, quantiles, center, curves, level, call
  )
  module <- recall_module(fit, model, call)
  rows <- explained_rows(fit, data, module, "nn_effects", call, users_frame(parent.frame()))
  rows <- weighing_rows(rows)
  known <- explained_variables(fit, rows$rows, call)
  refuse_no_predictors(known, "An intercept alone has no effects.", call)
  asked$known <- known
  asked$variables <- effect_variables(known, variables, asked$type, call)
  asked$by <- by_variable(known, by, asked, rows, call)
  asked$outputs <- effect_outcomes(fit, asked$predict_type)
  asked$outcome <- check_effect_outcome(fit, outcome, asked$predict_type, call)
  effects_of(fit, rows, asked, module, call)
}

# Rows of no weight have no part in any mean.
weighing_rows <- function(rows) {
  weights <- rows$weights
  if (is.null(weights) || all(weights > 0)) return(rows)
  counts <- weights > 0
  found <- take_found(rows, which(counts))
  found$given <- rows$given - sum(!counts)
  found
}

effects_of <- function(fit, rows, asked, module, call) {
  asked$source <- effects_source(fit, asked)
  plan <- switch(asked$type,
    partial = , ice = grid_plan(fit, rows, asked, call),
    ale = local_plan(fit, rows, asked, call),
    average = average_plan(fit, rows, asked, call)
  )
  found <- ask_effects(fit, rows, asked, plan, module, call)
  new_effects(effects_table(fit, found, plan, asked, rows), fit, rows, asked, plan)
}

# By what there are intervals.
effects_source <- function(fit, asked) {
  if (is_replicated(fit)) return("replicates")
  scores <- asked$predict_type == "link" && identical(fit$options$link, "softmax")
  known <- is_linear(fit) && fit$options$link != "probability" && is.null(no_information(fit))
  if (known && !scores) "likelihood" else "none"
}

# One crossing; of a grid with columns for each row and place, which may be large, one for some
# places at a time.
ask_effects <- function(fit, rows, asked, plan, module, call) {
  more <- c(replicates = "replicates", likelihood = "information")[asked$source]
  state <- fit_state(fit, if (!is.na(more)) more, if (asked$source == "likelihood") "baseline")
  beside <- list(
    offset = rows$offset, weights = if (!is.null(rows$weights)) as.array(as.double(rows$weights)),
    groups = if (!is.null(asked$by)) as.array(as.integer(group_codes(rows, asked$by))),
    curves = if (asked$type == "ice") as.integer(asked$curves), model = module
  )
  ask <- function(moves) {
    call_core("explain", c(
      list(state, rows$x, moves, type = asked$predict_type, spread = asked$source),
      list(level = asked$level), Filter(Negate(is.null), beside)
    ), call)
  }
  if (is.null(plan$blocks)) return(ask(plan$moves))
  in_blocks(lapply(plan$blocks, function(places) ask(list(plan$move_at(places)))), plan, asked)
}

# From 0.
group_codes <- function(rows, by) {
  match(as.character(rows$rows[[by$name]]), as.character(by$present)) - 1L
}
