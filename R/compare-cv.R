#' k-fold cross-validation
#'
#' Fits a model once for each fold, to all rows but the fold's, and judges it on
#' the fold: an honest loss, and for every row a prediction by a fit that has
#' not seen it. The fits of a small network are trained at once. Each fit
#' standardises by its own training rows; but what a formula computes from all
#' rows, such as `poly(x, 2)`, is computed once.
#'
#' A network of which only `hidden_units` are said has its penalty chosen in each fold
#' anew, from the other rows alone, as [nn_fit()] chooses it; but where a fold leaves
#' fewer than 20 rows to train on, or more than 20,000, all folds have the plain network.
#'
#' Under `"cox"` the loss in training and that on the folds are not on one scale: the partial
#' likelihood compares each event with the rows at risk beside it, of which a fold has fewer. The
#' losses of several models on the same folds can be compared. The training loss of networks whose
#' penalty is chosen is that of their mean, as the one on the fold is; with `members` both are the
#' mean of the members' own.
#'
#' @inheritParams nn_fit
#' @param x A formula (given as `formula`), a data frame, a numeric matrix or a
#'   tensor.
#' @param folds Whole number, at least 2: into how many folds the rows are dealt at random. Or a
#'   vector with an element per row that says which fold it is in, such as the site that it comes
#'   from; with a formula it may be a column of `data`. Or, where the data are a data frame, folds
#'   of them by \pkg{rsample} that hold each row out once: `vfold_cv()`, `group_vfold_cv()`,
#'   `loo_cv()`. A network whose penalty is chosen chooses it by folds of its own among the other
#'   rows, which know nothing of groups: where the rows of a group are alike, give a `penalty`, or
#'   search for one by [nn_tune()] with the same `folds`.
#' @param repeats Whole number: how often to deal the rows anew.
#' @param ... Options of [nn_fit()], by name, but for `validation`, `bootstrap`,
#'   `restarts` and `keep_data`. With `processes` each process trains some of the folds. With
#'   `checkpoint`, folds that are done are not done again after a crash. With `stop_iter`, each
#'   fit stops by the loss on its fold, which flatters it a little.
#' @param object What `nn_cv()` returned, as `x` of `print()` and `plot()`; to draw with
#'   `autoplot()`, whose `...` are arguments to the geom of the means.
#' @param digits Whole number: significant digits to print.
#' @param main,xlab,ylab,log For `plot()`, as in [plot.default()]; others in `...`.
#' @param linewidth For `autoplot()`: how wide the lines of the means are, in mm.
#' @return An object of class `nn_cv`: a list of plain R data, with
#' - `losses`: a tibble with a row per fit: `repetition`, `fold`, its `label` where the
#'   folds were given by labels, `train_loss` (of the best epoch with `stop_iter`, else of the
#'   last, before its update; of several `members` that of their mean), `valid_loss` (of what the
#'   fit predicts for its fold), the
#'   `metrics` that were asked for, of what it predicts for the other rows (`train_`) and for
#'   the fold (`valid_`; `NaN` where `"bal_accuracy"` or `"roc_auc"` finds no row of some class,
#'   of which a warning of class `nnfit_warning_metrics` tells), `epochs`, `stopped` and `seed`.
#' - `folds`: an integer matrix, a row per row of the data, a column per repeat.
#' - `predicted`: an array of predictions, with dimensions row, outcome (or
#'   class), repeat.
#'
#' `summary()` gives a tibble with the mean of the losses, and metrics, over the folds, their
#' standard deviation and the mean's standard error. [loss_table()] gives the
#' losses of all epochs, [plot()] draws them. `fitted()` gives the out-of-fold
#' predictions, averaged over repeats.
#' @seealso [nn_fit()]; `vignette("choosing")` compares models by it.
#' @order 1
#' @export
#' @examplesIf nnfit:::has_torch()
#' cv <- nn_cv(mpg ~ wt + hp, mtcars, folds = 5, seed = 1)
#' cv
#' cv$losses
#' plot(mtcars$mpg, fitted(cv))
#'
#' # Does a network do better?
#' nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 8, epochs = 300, folds = 5, seed = 1)
nn_cv <- function(x, ...) {
  UseMethod("nn_cv")
}

#' @rdname nn_cv
#' @export
nn_cv.formula <- function(formula, data, ..., folds = 10, repeats = 1, weights = NULL,
                          subset = NULL, na.action = getOption("na.action"), offset = NULL) {
  call <- rlang::current_env()
  if (missing(formula)) refuse_missing("formula", call)
  rows <- row_arguments(
    rlang::enquo(weights), rlang::enquo(subset), rlang::enquo(offset), na.action, call
  )
  if (missing(data)) data <- workspace_data(formula, call)
  check_data_frame(data, "data", call)
  folds <- eval_folds(rlang::enquo(folds), data, call)
  task <- formula_task(formula, data, rows, call, ...)
  folds <- split_folds(folds, data, call)
  nn_cv_bridge(task$design, task$outcome, task$options, folds, repeats, call, task$formula)
}

#' @rdname nn_cv
#' @export
nn_cv.data.frame <- function(x, y, ..., folds = 10, repeats = 1,
                             na.action = getOption("na.action")) {
  call <- rlang::current_env()
  if (!missing(y) && rlang::is_formula(y)) {
    folds <- rlang::enquo(folds)
    cv <- rlang::inject(
      nn_cv(y, x, ..., folds = !!folds, repeats = repeats, na.action = na.action)
    )
    cv$call <- replace(formula_first(match.call()), 1, list(quote(nn_cv)))
    return(cv)
  }
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  check_data_frame(x, "x", call)
  check_width(ncol(x), "x", call)
  outcome <- outcome_of(y, call, names(x))
  folds <- split_folds(folds, x, call)
  design <- design_data_frame(x, call, options$embed)
  nn_cv_bridge(design, outcome, options, folds, repeats, call, na_action = na.action)
}

#' @rdname nn_cv
#' @export
nn_cv.matrix <- function(x, y, ..., folds = 10, repeats = 1, na.action = getOption("na.action")) {
  call <- rlang::current_env()
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  refuse_embed(options, "a matrix", call)
  check_rows(nrow(x), "x", call)
  check_width(ncol(x), "x", call)
  outcome <- outcome_of(y, call, colnames(x))
  nn_cv_bridge(design_matrix(x, call), outcome, options, folds, repeats, call,
    na_action = na.action
  )
}

#' @rdname nn_cv
#' @export
nn_cv.torch.Tensor <- function(x, y, ...) {
  nn_cv(tensor_rows(x), y, ...)
}

#' @rdname nn_cv
#' @export
nn_cv.array <- function(x, y, ..., folds = 10, repeats = 1, na.action = getOption("na.action")) {
  if (!is_deep(x)) return(nn_cv.default(x))
  call <- rlang::current_env()
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  refuse_embed(options, "an array", call)
  design <- design_array(x, options, call)
  nn_cv_bridge(design, outcome_of(y, call), options, folds, repeats, call, na_action = na.action)
}

#' @export
nn_cv.default <- function(x, ...) {
  abort_nnfit("argument", c(
    "{.arg x} must be a formula, data frame, matrix or tensor, not {describe(x)}.",
    "i" = if (!missing(x) && inherits(x, "recipe")) {
      "A recipe's steps would be estimated on the held-out rows too; {.pkg rsample} does it right."
    } else if (!missing(x)) {
      "{meant_predictors(x)}"
    }
  ), rlang::current_env())
}

nn_cv_bridge <- function(design, outcome, options, folds, repeats, call, formula = NULL,
                         na_action = NULL) {
  check_cv_options(options, call)
  task <- check_task(design, outcome, options, na_action, call)
  design <- task$design
  outcome <- task$outcome
  options <- task$options
  folds <- read_folds(folds, repeats, design, call)
  arguments <- core_arguments(design$x, outcome, options)
  arguments[c("validation", "callback", "start")] <- NULL
  beside <- list(folds = folds$dealt, repeats = repeats, processes = options$processes)
  arguments <- c(arguments, beside)
  made <- train_core("cross_validate", arguments, call, options$isolate)
  as_written <- call_as_written(call, quote(nn_cv))
  make <- function() new_nn_cv(made, design, outcome, options, formula, as_written, folds$labels)
  cv <- deliver(make, made$interrupted, describe_done, call, arguments$checkpoint$path)
  finish_progress(arguments$progress, cv)
  tell_own_loss(cv$options$loss)
  warn_folds(cv, sum(unlist(made$dead)), call)
  cv
}

check_cv_options <- function(options, call) {
  refuse_replicates(options, "cross-validation", call)
  for (name in c("callback", "start")) {
    if (!is.null(options[[name]])) {
      abort_nnfit("argument", c(
        "{.arg {name}} is not an option of {.fn nn_cv}: it is for one fit, and there is one for
          each fold."
      ), call)
    }
  }
  if (!options$keep_data) {
    abort_nnfit("argument", c(
      "{.arg keep_data} is not an option of {.fn nn_cv}: predictions for the rows are what it
        gives."
    ), call)
  }
  if (!identical(options$validation, 0)) {
    abort_nnfit("argument", c(
      "{.arg validation} is not an option of {.fn nn_cv}: each fold is validated on in its turn."
    ), call)
  }
}

new_nn_cv <- function(made, design, outcome, options, formula, call, labels = NULL) {
  folds <- matrix(as.integer(made$folds) + 1L, nrow(design$x))
  number <- max(folds)
  fits <- as.integer(made$fits) # from 0; all, unless the user interrupted
  losses <- tibble::tibble(
    repetition = fits %/% number + 1L,
    fold = fits %% number + 1L,
    !!!if (!is.null(labels)) list(label = labels[fits %% number + 1L]),
    train_loss = as.double(made$train_loss),
    valid_loss = as.double(made$valid_loss),
    !!!lapply(made$metrics, as.double),
    epochs = lengths(lapply(made$history, `[[`, "train_loss")),
    stopped = as.character(unlist(made$stopped)),
    seed = as.integer(unlist(made$seeds))
  )
  structure(list(
    call = call, formula = formula, losses = losses, folds = folds,
    predicted = missing_if_undone(made$predicted, folds, losses),
    history = lapply(made$history, lapply, as.double),
    best_epoch = as.integer(unlist(made$best_epoch)),
    outcome = outcome, columns = design$columns, options = made$options,
    weights = class_weighted(options$weights, outcome, made$options$class_weights),
    row_names = design$row_names,
    na_action = design$na_action,
    seed = taken_seed(options, made$options), seconds = made$seconds
  ), class = "nn_cv")
}

# A row that none of a repeat's fits has predicted is NA there; what a fit that
# diverged predicts may be NaN.
missing_if_undone <- function(predicted, folds, losses) {
  for (time in seq_len(ncol(folds))) {
    undone <- !folds[, time] %in% losses$fold[losses$repetition == time]
    predicted[undone, , time] <- NA_real_
  }
  predicted
}

warn_folds <- function(fit, dead, call) {
  diverged <- sum(fit$losses$stopped == "diverged")
  if (diverged) {
    warn_nnfit("diverged", c(
      "{diverged} of {nrow(fit$losses)} fits diverged: a loss is not finite.",
      "i" = diverged_advice(fit$options)
    ), call)
  }
  if (dead) {
    warn_nnfit("learned_nothing", c(
      "{dead} of {nrow(fit$losses)} fits learned nothing.",
      "x" = why_nothing(fit$options),
      "i" = if (is_straight(fit$options)) diverged_advice(fit$options)
        else fault_advice(fit$options)
    ), call)
  }
}
