# A model of caret's: a list of what its train() asks for.

#' nnfit for caret
#'
#' `caret::train(method = nn_caret())` tunes, judges and predicts [nn_fit()] as any of caret's
#' models: numbers, two classes or more, with case weights and probabilities of classes.
#'
#' @section What is tuned:
#' - `hidden_units`: the width of the hidden layer (each of `layers`); 0 is a linear model, which
#'   every grid of caret's own begins with.
#' - `penalty`: as in [nn_fit()].
#'
#' Both are the columns of a `tuneGrid`. All other options of [nn_fit()] are given to
#' `caret::train()`, such as `epochs = 500` or `loss = "huber"`. Without `epochs` it is 500 of them
#' for a network, as in [nn_fit()] where the penalty is given; with far fewer, as in the example,
#' which is to be quick, training ends long before the loss is at its least, and networks look worse
#' than they are beside a linear model. Those that only networks have
#' (`activation`, `dropout`, `norm`) need a grid without 0. `validation` is not among them: caret
#' judges by its own resamples. Predictors come as numbers where `train()` has a formula, and as
#' they are where it has `x` and `y`.
#'
#' Seeds are drawn from R's, so that [set.seed()] and `trainControl(seeds = )` govern.
#' @param layers Whole number: how many hidden layers of the same width a network has.
#' @return A list, for the argument `method` of `caret::train()`. `fit$finalModel` is then the
#'   [nn_fit()].
#' @references Kuhn (2008), Building predictive models in R using the caret package, *Journal of
#' Statistical Software* 28(5), 1-26.
#' @seealso [nn_cv()], `vignette("other-packages")`.
#' @export
#' @examplesIf nnfit:::has_torch() && requireNamespace("caret", quietly = TRUE)
#' set.seed(1)
#' tuned <- caret::train(mpg ~ wt + hp, mtcars,
#'   method = nn_caret(), trControl = caret::trainControl("cv", number = 3),
#'   tuneGrid = expand.grid(hidden_units = c(0, 4), penalty = c(0.01, 0.1)), epochs = 50
#' )
#' tuned$bestTune
#' predict(tuned, mtcars[1:3, ])
nn_caret <- function(layers = 1) {
  check_rule(
    layers, rule("a whole number from 1 to 100", function(x) is_whole(x, 1, 100)), "layers",
    rlang::current_env()
  )
  list(
    label = "Linear models and neural networks on PyTorch", library = "nnfit",
    type = c("Regression", "Classification"), parameters = caret_parameters, grid = caret_grid,
    loop = NULL, fit = caret_fit(layers), predict = caret_predict, prob = caret_prob,
    predictors = function(x, ...) x$xNames, levels = function(x) x$obsLevels,
    tags = c("Neural Network", "Linear Regression", "L2 Regularization", "Accepts Case Weights"),
    # From the simplest: few units before many, and much penalty before little.
    sort = function(x) x[order(x$hidden_units, -x$penalty), ]
  )
}

caret_parameters <- data.frame(
  parameter = c("hidden_units", "penalty"), class = "numeric",
  label = c("Hidden Units", "Penalty")
)

# `len`: how many values of each, or how many pairs at random.
caret_grid <- function(x, y, len = NULL, search = "grid") {
  if (search == "random") {
    return(data.frame(
      hidden_units = sample(c(0, 2^(1:6)), len, replace = TRUE),
      penalty = 10^stats::runif(len, -5, 0)
    ))
  }
  units <- c(0, 4 * 2^(seq_len(len) - 1))[seq_len(len)]
  expand.grid(hidden_units = units, penalty = c(0, 10^seq(-1, -4, length.out = len)[-1]))
}

caret_fit <- function(layers) {
  force(layers)
  function(x, y, wts, param, lev, last, classProbs, ...) {
    refuse_caret_validation(...)
    units <- rep(param$hidden_units, if (param$hidden_units > 0) layers else 0)
    nn_fit(as.data.frame(x), y,
      hidden_units = units, penalty = param$penalty, weights = wts, progress = FALSE, ...
    )
  }
}

refuse_caret_validation <- function(...) {
  if (!"validation" %in% ...names()) return(invisible())
  abort_nnfit("argument", c(
    "{.arg validation} is not an option beside caret, which judges by resamples of its own.",
    "i" = "{.code caret::trainControl()} says which."
  ), quote(train()))
}

# Without names of rows, which caret binds by their order.
caret_predict <- function(modelFit, newdata, submodels = NULL) {
  type <- if (is.null(modelFit$outcome$levels)) "response" else "class"
  unname(stats::predict(modelFit, as.data.frame(newdata), type = type))
}

caret_prob <- function(modelFit, newdata, submodels = NULL) {
  found <- stats::predict(modelFit, as.data.frame(newdata), type = "prob")
  as.data.frame(found, optional = TRUE)
}
