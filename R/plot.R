#' Pictures of a fitted network
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same picture of the
#' same numbers with ggplot2, to which layers and themes can be added.
#'
#' @section The pictures:
#' - `"loss"`: the loss of each epoch, in training and in validation; a dotted
#'   line marks the best epoch, where training stopped early. The Poisson, normal, gamma,
#'   inverse Gaussian and Tweedie losses leave out what no parameter of the network changes: they
#'   are minus the log-likelihood by row only up to a constant, and may be negative. Where a penalty
#'   was chosen it is the mean of the members' own losses along the path of penalties, up to the one
#'   chosen: at each dotted line the networks go on with a larger one, and their loss in training
#'   rises.
#' - `"observed"`: predictions against observed values, with the line on which
#'   they are equal. For classes a mosaic: a column for each observed class, as
#'   wide as the class is frequent, cut into the shares that were predicted as
#'   each class; the share that is right, where there is one, stands at the bottom in a black
#'   frame. Rows held out have a mosaic of their own.
#' - `"residuals"`: residuals against fitted values, with a smooth trend. For
#'   classes, the probability given to the class that was observed, which is 1
#'   minus its residual.
#' - `"curve"`: for one numeric predictor, the fitted curve over the data, with
#'   a band of 95% confidence where the fit has replicates. For classes, the curve is
#'   that of the class's probability. Of several predictors the curve along one of them, or the
#'   predictions by its levels, the others being held at their medians, factors at their most
#'   frequent level; marks at the foot are the deciles of the data, and the band is that of
#'   `predict(interval = "confidence")`, of 95%, where there is one: by replicates, by the delta
#'   method, or by the jackknife over the networks of a chosen penalty, as the caption says.
#'   [nn_effects()] averages over the data in place of holding the others at one value.
#' - `"network"`: the network itself, or the linear model as a network without
#'   hidden layers. The wider and darker a line, the larger its weight: solid
#'   blue where positive, dashed orange where negative. The weights are those
#'   that were trained, so on standardised data unless `scale = FALSE`. Of a
#'   layer with more than 12 units, 11 are drawn; a weight that is exactly zero is not. Of a mean
#'   of networks the first is drawn, and the title says so.
#'   The lines of `skip = TRUE` lead from the inputs to the outputs, past the units
#'   between.
#' - `"tuning"`: where the penalty was chosen, the loss on rows held
#'   out for each penalty on the path, with its standard error; the one chosen is
#'   filled. The path begins at a penalty that follows from the number of rows, and ends where two
#'   in turn do clearly worse, or at 3. Where the one chosen is the first or the last of them, which
#'   `print()` says, a smaller or larger one was not tried and may do as well or better: see what
#'   [nn_tune()] finds with `penalty = tune()`.
#' - `"learn_rate"`: where the step size was found (`learn_rate = "find"`), the loss
#'   in the trial run, whose steps grow; the point is the step size that was taken.
#' - `"embedding"`: where factors are embedded, a point for each level, named where there
#'   is room: levels near each other are alike to the network. Vectors of more than two
#'   numbers are drawn by their first two principal components, with the shares of the
#'   variance; those of a mean of networks are put side by side first, so that the
#'   distances are those of all.
#' - `"diagnose"`: what [nn_diagnose()] has looked for, each check by how its value compares
#'   with its limit, and those of layers with a point for each layer: right of the line is
#'   what should be looked at.
#'
#' Rows held out for validation have a symbol and a colour of their own.
#'
#' A picture of one panel is drawn where the next one goes, as by [plot()], so that `mfrow` or
#' [layout()] put several on a page. One of several panels (several outcomes, classes with rows held
#' out, several factors that are embedded) takes the whole page for itself, whatever `mfrow` or
#' [layout()] say.
#'
#' @section Titles and axes:
#' Every picture has a title; `main = "..."` is another one, `main = NULL` none (for `autoplot()`:
#' `+ labs(title = )`). The axis of losses says which loss. An outcome or a predictor is called by
#' the attribute `label` of its column, as packages that read data of other programs give it, else
#' by its name. Numbers of logarithmic axes are plain up to six digits, then powers of ten.
#'
#' @param x,object An [nn_fit()], a [loss_table()] or an [activation_table()].
#' @param which What to draw: `"loss"`, `"observed"`, `"residuals"`, `"curve"`,
#'   `"network"`, `"tuning"`, `"learn_rate"`, `"embedding"` or `"diagnose"`.
#' @param main Title of the picture; `NULL`: none.
#' @param ... For `plot()`: arguments to [plot.default()], such as `log = "y"`,
#'   `main`, `xlab` or `las` (to [title()] where there are no axes). For
#'   `autoplot()`: arguments to the geom that draws the points, or else the
#'   lines, such as `alpha`.
#' @param data For `"curve"` and `"diagnose"`: the data that the model was fitted on. By default
#'   they are looked up by the name that they have in the call to `nn_fit()`.
#' @param xlim For `"curve"`: the range to draw it over, perhaps beyond the data.
#' @param variables For `"curve"` of a fit with several predictors: along which, by name. `NULL`:
#'   the first that is a number.
#' @param by For `"curve"`: the name of a factor, logical or strings, for a curve for each level.
#' @param linewidth For `autoplot()` of losses: how wide the lines are, in mm.
#' @param bias For `"network"`: draw the biases too, as weights of a unit that is
#'   always 1?
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @seealso [loss_table()] and [activation_table()], which have the same two
#'   methods.
#' @importFrom rlang .data
#' @export
#' @order 1
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 8, validation = 0.25, seed = 1)
#' plot(fit, log = "y")
#' plot(fit, "observed")
#' plot(fit, "curve", xlim = c(0, 8))
#' plot(fit, "network", bias = TRUE)
#'
#' # Along one of several predictors, for each level of another
#' cars <- nn_fit(mpg ~ wt + hp + factor(am), mtcars, hidden_units = 8, penalty = 0.01, seed = 1)
#' plot(cars, "curve", variables = "hp", by = "am")
#'
#' # A step size that is found, and how
#' found <- nn_fit(mpg ~ wt, mtcars, hidden_units = 8, learn_rate = "find", seed = 1)
#' plot(found, "learn_rate")
#'
#' species <- nn_fit(Species ~ ., iris, hidden_units = 6, penalty = 0.01, seed = 1)
#' plot(species, "observed")
#' plot(species, "network")
plot.nn_fit <- function(x, which = c(
                          "loss", "observed", "residuals", "curve", "network", "tuning",
                          "learn_rate", "embedding", "diagnose"
                        ), ..., data = NULL, xlim = NULL, bias = FALSE,
                        variables = NULL, by = NULL) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  which <- choose(which, plots, "which", call)
  check_picture(which, data, xlim, bias, call, variables, by)
  env <- parent.frame()
  picture <- make_picture(x, which, data, xlim, bias, call, env, variables, by)
  check_graphics(..., call = call)
  passed_on <- which != "curve" && !is.null(xlim)
  # The method for loss tables has its own user and its own call.
  drawing(
    if (which == "loss" && passed_on) draw_losses(picture, ..., xlim = xlim)
      else if (which == "loss") draw_losses(picture, ...)
      else if (passed_on) plot(picture, ..., xlim = xlim)
      else plot(picture, ...),
    call
  )
  invisible(x)
}

#' @rdname plot.nn_fit
#' @exportS3Method ggplot2::autoplot
#' @examplesIf nnfit:::has_torch() && requireNamespace("ggplot2", quietly = TRUE)
#'
#' # The same with ggplot2
#' library(ggplot2)
#' autoplot(fit, "observed") + theme_minimal()
autoplot.nn_fit <- function(object, which = c(
                              "loss", "observed", "residuals", "curve", "network", "tuning",
                              "learn_rate", "embedding", "diagnose"
                            ), ..., data = NULL, xlim = NULL, bias = FALSE,
                            variables = NULL, by = NULL) {
  check_dots(all_geom_arguments())
  call <- rlang::current_env()
  which <- choose(which, plots, "which", call)
  check_picture(which, data, xlim, bias, call, variables, by)
  if (!is.null(xlim)) check_used("xlim", "curve", which, call)
  env <- parent.frame()
  picture <- make_picture(object, which, data, xlim, bias, call, env, variables, by)
  from_user(ggplot2::autoplot(picture, ...), call)
}

plots <- c(
  "loss", "observed", "residuals", "curve", "network", "tuning", "learn_rate", "embedding",
  "diagnose"
)

# Each picture is prepared once, as a table of a class that says how to draw it.
# `data` is looked up only if it is used, in `env`, from where the user calls.
make_picture <- function(fit, which, data, xlim, bias, call, env, variables = NULL, by = NULL) {
  if (which %in% c("observed", "residuals", "curve")) {
    refuse_survival(
      fit, paste0("which = \"", which, "\""),
      "plot(survfit(fit)) draws survival curves, residuals(fit) has martingale residuals.", call
    )
  }
  classes <- fit$outcome$kind == "class"
  switch(which,
    loss = loss_picture(fit),
    observed = if (classes) confusion_picture(fit, call) else observed_picture(fit, call),
    residuals = if (classes) probability_picture(fit, call) else residual_picture(fit, call),
    curve = if (has_one_predictor(fit) && is.null(variables) && is.null(by)) {
      withCallingHandlers(
        curve_picture(fit, data %||% find_data(fit, env), xlim, call),
        nnfit_error = function(error) refuse_dollar(fit, "plot", call)
      )
    } else {
      slice_picture(fit, data, xlim, variables, by, call, users_frame(env))
    },
    network = network_picture(fit, bias, call),
    tuning = tuning_picture(fit, call),
    learn_rate = rate_picture(fit, call),
    embedding = embedding_picture(fit, call),
    diagnose = diagnosis_of(fit, data, NULL, call, users_frame(env))
  )
}

new_picture <- function(table, class, ...) {
  structure(table, class = c(class, class(table)), ...)
}

# What is not finite can not be drawn: the fit diverged.
check_predictions <- function(fit, call) {
  if (!all(is.finite(stored_fitted(fit, call)))) {
    abort_nnfit("data", c(
      "The predictions of this fit are not finite, so there is nothing to draw.",
      "i" = "{.code plot(fit, \"loss\")} shows the epoch at which it diverged."
    ), call)
  }
}

# Which rows were trained on, and which were held out.
row_parts <- function(fit) {
  part <- rep("training", nrow(fit$fitted))
  part[fit$validation_rows] <- "validation"
  factor(part, names(part_styles))
}

# Names of the outcomes or of all that is predicted of them, in the order of their columns.
outcome_names <- function(fit, number = prediction_width(fit, "response")) {
  column_names(fit, number) %||% if (number == 1) "outcome" else paste("outcome", seq_len(number))
}

max_panels <- 12

# A panel for each outcome, up to what can be read.
panel_columns <- function(names, call) {
  if (length(names) > max_panels) {
    warn_nnfit("outcomes", c(
      "The first {max_panels} of {length(names)} outcomes are drawn."
    ), call)
  }
  seq_len(min(length(names), max_panels))
}
