#' What may be wrong with a fit?
#'
#' Looks for what keeps a network from learning: units that are dead or saturated, gradients that
#' vanish or explode on their way back, predictions that are all the same, losses above those of a
#' linear model, a validation loss that has turned up, steps near the longest that settle. Each
#' finding comes with what to try.
#'
#' @param fit An [nn_fit()].
#' @param data The data that it was made on: a data frame, or `list(x, y)` where it has `x` and
#'   `y`. `NULL`: they are looked up by the names that they have in the call to `nn_fit()`, and
#'   read again. Other rows may take their place where these are not at hand, as of a fit
#'   on files: then losses are not compared.
#' @param ... Not used.
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#' @param x,object What `nn_diagnose()` gave.
#' @param digits Whole number: significant digits to print.
#' @param row.names,optional As in [as.data.frame()].
#'
#' @return An object of class `nn_diagnose`, a list of
#' - `checks`, a tibble with a row for each check, of the fit or of a layer: `check`, `layer` (from
#'   1, the first hidden layer; `NA`: the fit as a whole), its `value` and its `limit`, the
#'   `verdict` (`"ok"`, `"look"`, `"useless"` where the result is of no use, `"unknown"`), and
#'   what it `says`: what was found and what to try, or why it is not known. `tidy()` and
#'   `as.data.frame()` give it;
#' - `layers`, a tibble with a row for each layer, the last of which is the output: the `name` of
#'   its module, how many `units` it has (those of all members of a mean of networks), its
#'   `activation`, how many units are `dead`, the share of values that are `saturated`, `mean` and
#'   `sd` of what its units give, what `comes_back` to it, the root mean square of the `gradient`
#'   of the objective with respect to its weights, that of the `weights`, and the `ratio` of the
#'   two;
#' - `own_rows`: whether the rows are those of the fit.
#'
#' `print()` shows what was found and the layers, `plot()` draws every check by how its value
#' compares with its limit, and `autoplot()` does it with ggplot2.
#'
#' @details
#' The checks, of the rows that were trained on:
#' - `same_prediction`: the largest difference between what the network gives for a row and for the
#'   first, where the outcome is standardised in its standard deviations: it may well be above 1. At
#'   rounding alone all predictions are the same.
#' - `one_number`, `linear`: by how much the mean loss is above that of the best number for all
#'   rows, and of the linear model of the same loss, which is `lm()` for squared error and `glm()`
#'   for its families. The limit is what chance lets such a model gain (two standard errors of the
#'   difference, or what as many columns gain on rows that say nothing), and at least a tenth of
#'   what the linear model gains over one number. `linear_held_out` is the same of rows that were
#'   held out.
#' - `overfitting`: by how much the loss on rows held out has risen since its least, in parts of its
#'   fall until then, beyond its noise; nothing where the fit is of its best epoch.
#' - `learn_rate`: the step size of `"sgd"` over the longest that settles, `2 * (1 + momentum)` over
#'   the largest curvature of the objective (of a mean, on 50,000 of the rows at most). Networks
#'   that are trained long on all rows come to hover there (Cohen and others, 2021); of other
#'   optimizers, and of losses with straight parts, no such bound is known, and steps on some of the
#'   rows settle only below it.
#' - `dead`: the share of a layer's units that give one and the same number for every row, so that
#'   no gradient leads through them (Lu and others, 2020). A few do no harm.
#' - `saturated`: the share of values at which an activation with two flat ends, such as `"tanh"`,
#'   rises less than a twentieth as steeply as it can.
#' - `vanishing`, `exploding`: what comes back to a layer: the root mean square, over the rows, of
#'   the gradient of a row's loss with respect to what the layer gives before its activation, in
#'   parts of what that row has at the output (Glorot and Bengio, 2010).
#'
#' In simulations of 400 fits that were as they should be, of all common losses, optimizers and
#' activations, 8 had a finding: four had stopped early, above the linear model, two took steps
#' beyond the bound, in one most values of a layer were saturated, and in one the penalty that was
#' chosen had left next to nothing of the weights, as there was nothing to find.
#'
#' A fit that gives every row the same, though nothing says that it should, or whose training has
#' led to more loss than it began with and than one number has, says so by itself, in a warning of
#' class `nnfit_warning_learned_nothing`. Other fits that are of no use, such as one whose training
#' was too short, are found here.
#' @references
#' Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
#' networks, *AISTATS*. Lu, Shin, Su and Karniadakis (2020), Dying ReLU and initialization: theory
#' and numerical examples, *Communications in Computational Physics* 28(5), 1671-1706. Cohen, Kaur,
#' Li, Kolter and Talwalkar (2021), Gradient descent on neural networks typically occurs at the
#' edge of stability, *ICLR*. Prechelt (1998), Early stopping - but when?, in *Neural networks:
#' tricks of the trade*. Vuong (1989), Likelihood ratio tests for model selection and non-nested
#' hypotheses, *Econometrica* 57(2), 307-333.
#' @seealso [plot.nn_fit()] with `which = "diagnose"`, [loss_table()].
#' @order 1
#' @export
#' @examplesIf nnfit:::has_torch()
#' # Ten layers of "sigmoid": nothing comes back to the first of them
#' deep <- suppressWarnings(nn_fit(
#'   mpg ~ wt + hp, mtcars, hidden_units = rep(8, 10), activation = "sigmoid", epochs = 50, seed = 1
#' ))
#' nn_diagnose(deep)
#' plot(deep, "diagnose")
#'
#' # What the defaults make of the same data
#' nn_diagnose(nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 8, seed = 1))
nn_diagnose <- function(fit, data = NULL, ..., model = NULL) {
  check_dots()
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  check_is_fit(fit, call)
  diagnosis_of(fit, data, model, call, users_frame(parent.frame()))
}

diagnosis_of <- function(fit, data, model, call, user) {
  module <- recall_module(fit, model, call)
  rows <- diagnosed_rows(fit, data, module, call, user)
  state <- fit_state(fit, "history", "stopped", "fault", if (rows$own) "fitted")
  if (rows$own && length(fit$validation_rows)) {
    state$validation_rows <- as.array(fit$validation_rows - 1L)
  }
  found <- call_core("diagnose", list(
    state, rows$x, rows$y, weights = rows$weights, offset = rows$offset, model = module
  ), call)
  new_diagnosis(found, fit)
}

# Columns of one row come as single values.
new_diagnosis <- function(found, fit) {
  checks <- lapply(found$checks, unlist)
  # Of a module without a layer that is known here there is none.
  layers <- lapply(found$layers, function(column) if (length(column)) unlist(column) else NA[0])
  verdicts <- c("ok", "look", "useless", "unknown")
  checks <- tibble::tibble(
    check = as.character(checks$check), layer = replace(checks$layer, checks$layer == 0, NA),
    value = without_nan(checks$value), limit = without_nan(checks$limit),
    verdict = factor(checks$verdict, verdicts), says = as.character(checks$says)
  )
  numbers <- c("saturated", "mean", "sd", "comes_back", "gradient", "weights", "ratio")
  layers[numbers] <- lapply(layers[numbers], without_nan)
  layers$dead <- as.integer(without_nan(layers$dead))
  layers[c("layer", "units")] <- lapply(layers[c("layer", "units")], as.integer)
  layers[c("name", "activation")] <- lapply(layers[c("name", "activation")], as.character)
  structure(
    list(checks = checks, layers = tibble::as_tibble(layers), own_rows = found$own_rows,
      fit = described_shortly(fit)),
    class = "nn_diagnose"
  )
}

without_nan <- function(x) {
  x <- as.double(x)
  replace(x, is.nan(x), NA)
}

described_shortly <- function(fit) {
  layers <- length(fit$options$hidden_units)
  if (!is.null(fit$module_key)) return("a module of your own")
  if (!layers) return("a linear model")
  members <- fit$options$members %||% 1
  paste0(
    if (members > 1) paste("a mean of", members, "networks") else "a network", " with ",
    counted(layers, "hidden layer")
  )
}

# What the checks mean: python/nnfit/core/diagnosis/checks.csv.
check_table <- function() table_of_core("diagnosis", "checks", colClasses = "character")

check_title <- function(names) {
  table <- check_table()
  table$title[match(names, table$name)]
}
