#' Search for good options
#'
#' Fits many candidates, judges each by rows that its fits have not seen, and fits all rows
#' by the options of the best. Any option of [nn_fit()] that says how a network is built or
#' trained may be searched for. Candidates whose networks have the same shape, and that differ
#' in `penalty`, `mixture`, `learn_rate` or `momentum` alone, are trained side by side, with all
#' their folds.
#'
#' @section What is searched:
#' An option is searched for where its value is
#' - `tune(lower, upper)`: the numbers of a range. Of `penalty`, `learn_rate`, `clip_norm`,
#'   `clip_value` and `max_norm`, and of the whole numbers of `hidden_units`, `epochs` and
#'   `batch_size`, small ones are told apart by their ratios (`log = TRUE`); `dropout`, `momentum`,
#'   `mixture`, `members` and `stop_iter` are not so; `tune(lower, upper, log = )` says otherwise.
#'   `tune()` alone is a usual range: of `hidden_units` 2 to 50 (in one layer), `penalty` 0.00001
#'   to 1, `learn_rate` 0.001 to 0.5, `momentum` 0.5 to 0.95, `dropout` 0 to 0.5, `mixture` 0 to 1,
#'   `epochs` 50 to 1000, `batch_size` 16 to 256, `stop_iter` 3 to 20.
#' - `list(...)` without names: each of its elements is a value as [nn_fit()] takes it, such as
#'   `hidden_units = list(8, 32, c(32, 16))` or `activation = list("relu", "tanh")`. A list with
#'   names is one value with its arguments, as always: `optimizer = list("sgd", nesterov = TRUE)`,
#'   and such lists may be candidates: `list("adam", list("sgd", nesterov = TRUE))`. For an
#'   activation for each layer write `c("relu", "tanh")`. A vector is never a list of candidates:
#'   `hidden_units = c(32, 16)` is one network of two layers.
#'
#' `tune()` is understood in the options of `nn_tune()` only, whatever package is attached: the
#' functions of that name in \pkg{tune} and \pkg{hardhat} are left alone, and what they give is
#' taken as `tune()` where it comes as a value.
#'
#' All candidates have in common `loss`' data, the rows, their weights, the folds and the seed:
#' the fits of a candidate are those of [nn_cv()] with its options and the same seed. Where losses
#' are searched for, `metric` has to be said, as different losses can not be compared.
#' A candidate of which only `hidden_units` (and `activation`) are said has its penalty chosen in
#' each fold anew, as [nn_cv()] does it.
#'
#' @section Ways to search:
#' - `"random"` draws `candidates` from all that is possible, uniformly on the scale of each range.
#'   It finds what matters with fewer candidates than a grid (Bergstra and Bengio 2012). Where
#'   there are lists alone, and no more combinations than `candidates`, all are tried.
#' - `"grid"` tries all combinations, of a range as many numbers as `tune(levels = 5)` says.
#' - `"halving"` draws `candidates`, trains all for a few epochs, and the best of them on, from
#'   where they are: successive halving (Jamieson and Talwalkar 2016), with the numbers of one
#'   bracket of Hyperband (Li et al. 2018). Of each `factor` candidates one comes to the next
#'   stage, for which it is trained `factor` times as long; the last ones for all `epochs`. The
#'   first stage is not shorter than `min_epochs`, by default a 27th of them. It spends a tenth of
#'   the epochs, and misses candidates that begin slowly, such as those with small steps. A
#'   candidate counts as it was at its best stage, and is fitted for as many epochs, as what is
#'   trained for longer may have learned the noise.
#'   `"lbfgs"` begins anew at each stage. Not with `schedule`, `stop_iter` and `members`, nor with
#'   `epochs` to search for.
#'
#' @section The best of many:
#' The score of the chosen candidate flatters it: the best of many is also the luckiest (Cawley
#' and Talbot 2010). It says which candidate to take, not how good the fit is. Keep rows out of the
#' search to judge the fit by, with [predict()][predict.nn_fit], or repeat the whole search on some
#' rows and judge it on the others:
#' ```
#' fold <- sample(rep(1:5, length.out = nrow(d)))
#' for (k in 1:5) {
#'   best <- nn_tune(y ~ ., d[fold != k, ], penalty = tune(), learn_rate = tune(), epochs = 300)
#'   errors <- d$y[fold == k] - predict(best, d[fold == k, ])
#' }
#' ```
#' `select = "one_std_err"` takes the simplest candidate whose score is within one standard error
#' of the best (Breiman et al. 1984): the one with the fewest parameters, then the largest penalty.
#'
#' @section What comes back as `fit`:
#' The fit by [nn_fit()] of all rows, those that judged too, with the options that were chosen and
#' the seed of the search. With `stop_iter` no row is left to stop by: it is trained for as many
#' epochs as were best on average in the fits that judged; after halving for those of the stage at
#' which the candidate was best.
#'
#' @section Interrupts and checkpoints:
#' Ctrl-C ends the search, and [nn_last_fit()] has it as far as it went: the candidates that were
#' done (those that are trained side by side are done together), without `fit`. With `checkpoint`
#' the same call goes on after a crash, and comes to the same result.
#'
#' @inheritParams nn_cv
#' @param x,formula Formula, or a data frame, matrix, array or tensor of predictors, as for
#'   [nn_fit()]. A recipe is refused: its steps would be estimated on the rows to judge by too. The
#'   package \pkg{tune} estimates them anew in each fold (`tune_grid()` of a workflow, with the
#'   engine of [nn_fit()] for parsnip).
#' @param data For a formula, a data frame.
#' @param weights,subset,offset As for [nn_fit()] with a formula.
#' @param ... Options of [nn_fit()], by name: each one value that all candidates have, or what is
#'   to be searched. Not `bootstrap`, `restarts`, `start`, `callback` and `metrics`. With
#'   `processes` each process trains some of the candidates; under `"halving"` some of the fits
#'   of each stage.
#' @param method `"random"`, `"grid"` or `"halving"`.
#' @param candidates Whole number: how many are drawn. `NULL`: 30, or all of a grid.
#' @param folds Whole number, at least 2: into how many folds the rows are dealt at random; or a
#'   vector that says the fold of each row, of which a formula's may be a column of `data`; or folds
#'   of the package \pkg{rsample} that hold out each row once, as `vfold_cv()` makes them. `NULL`:
#'   5. All candidates have the same folds.
#' @param repeats Whole number: how often to deal the rows anew.
#' @param validation In the place of folds, as for [nn_fit()]: the share of the rows to judge by,
#'   other data, rows by number, or a split of the package \pkg{rsample} in two. Quicker, and less
#'   certain.
#' @param metric What to judge by, one of the `metrics` of [nn_fit()], such as `"rmse"` or
#'   `"roc_auc"`: of what each fit predicts for the rows that it has not seen. `NULL`: the loss
#'   of the same, with `class_weights`, which metrics do not have. `"bal_accuracy"` and `"roc_auc"`
#'   need rows of each class in each fold.
#' @param select `"best"`, or `"one_std_err"` for the simplest within one standard error of it.
#' @param factor,min_epochs Whole numbers, for `method = "halving"`.
#' @param object What `nn_tune()` returned, as `x` of `print()` and `plot()`.
#' @return An object of class `nn_tune`: a list of plain R data, with
#' - `results`: a tibble with a row for each candidate that was done, the best first: `rank`,
#'   `candidate` (its number), the options that were searched, `mean` (of the metric over its fits;
#'   `NA` where a fit diverged), `std_error` (`NA` for a single fit), for how many epochs it was
#'   `trained` when it was so, the `stage` of halving to which it came, `stopped`, and whether it
#'   was `chosen`;
#' - `scores`: a tibble with a row for each fit: `candidate`, `repetition`, `fold`, its `label`
#'   where the folds were given by labels, `score`;
#' - `folds`: an integer matrix, a row per row that is fitted, or `NULL`;
#' - `validation_rows`: which of these rows judged, where some were held out once; `NULL` with
#'   folds, and with other data to judge by;
#' - `stages`: of halving, how many `candidates` were trained for how many `epochs`;
#' - `best`: a list of the options that were chosen;
#' - `fit`: the [nn_fit()] of all rows by these; `NULL` after an interrupt.
#'
#' `predict()` predicts by `fit`; `coef()`, `fitted()`, `residuals()` and `deviance()` are its too.
#' What else is to be known of it, as by [nn_importance()] or [nn_effects()], is asked of `$fit`.
#' `summary()` gives a tibble of what mattered: for each option the
#' share of the variation of the candidates' ranks that it explains by itself (adjusted R squared;
#' of numbers by a parabola, on their scale), which is `NA` for fewer than ten candidates; [plot()]
#' draws the candidates by it. Of `tidy()` one gets the `results`.
#' @references
#' Bergstra, J. and Bengio, Y. (2012) Random search for hyper-parameter optimization. *Journal of
#' Machine Learning Research* 13, 281-305.
#'
#' Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984) *Classification and
#' regression trees*. Wadsworth.
#'
#' Cawley, G. C. and Talbot, N. L. C. (2010) On over-fitting in model selection and subsequent
#' selection bias in performance evaluation. *Journal of Machine Learning Research* 11, 2079-2107.
#'
#' Jamieson, K. and Talwalkar, A. (2016) Non-stochastic best arm identification and hyperparameter
#' optimization. *AISTATS*.
#'
#' Li, L., Jamieson, K., DeSalvo, G., Rostamizadeh, A. and Talwalkar, A. (2018) Hyperband: a novel
#' bandit-based approach to hyperparameter optimization. *Journal of Machine Learning Research*
#' 18(185), 1-52.
#' @seealso [nn_cv()] for one model, [nn_fit()]; `vignette("tuning")`.
#' @aliases tune
#' @order 1
#' @export
#' @examplesIf nnfit:::has_torch()
#' found <- nn_tune(mpg ~ wt + hp + qsec, mtcars,
#'   hidden_units = list(4, 8, c(8, 4)), penalty = tune(0.001, 1), learn_rate = tune(0.003, 0.1),
#'   epochs = 100, candidates = 12, seed = 1
#' )
#' found
#' summary(found)
#' plot(found)
#' predict(found, data.frame(wt = 3, hp = 150, qsec = 18))
#'
#' # Many candidates, most of which are given up early
#' nn_tune(mpg ~ wt + hp, mtcars, hidden_units = 8, epochs = 270, penalty = tune(),
#'   learn_rate = tune(), candidates = 27, method = "halving", seed = 1
#' )
nn_tune <- function(x, ...) {
  UseMethod("nn_tune")
}

#' @rdname nn_tune
#' @export
nn_tune.formula <- function(formula, data, ..., method = "random", candidates = NULL, folds = NULL,
                            repeats = 1, validation = NULL, metric = NULL, select = "best",
                            factor = 3, min_epochs = NULL, weights = NULL, subset = NULL,
                            na.action = getOption("na.action"), offset = NULL) {
  call <- rlang::current_env()
  if (missing(formula)) refuse_missing("formula", call)
  rows <- row_arguments(
    rlang::enquo(weights), rlang::enquo(subset), rlang::enquo(offset), na.action, call
  )
  if (missing(data)) data <- workspace_data(formula, call)
  check_data_frame(data, "data", call)
  folds <- eval_folds(rlang::enquo(folds), data, call)
  search <- search_splits(mget(search_names), data, call)
  asked <- search_asked(rlang::enquos(..., .ignore_empty = "none"), call)
  task <- do.call(formula_task, c(list(formula, data, rows, call), asked$first), quote = TRUE)
  nn_tune_bridge(task$design, task$outcome, task$options, asked, search, call, task$formula)
}

#' @rdname nn_tune
#' @export
nn_tune.data.frame <- function(x, y, ..., method = "random", candidates = NULL, folds = NULL,
                               repeats = 1, validation = NULL, metric = NULL, select = "best",
                               factor = 3, min_epochs = NULL,
                               na.action = getOption("na.action")) {
  call <- rlang::current_env()
  folds <- rlang::enquo(folds)
  search <- mget(search_names)
  if (!missing(y) && rlang::is_formula(y)) {
    found <- rlang::inject(nn_tune(y, x, ..., !!!search, na.action = na.action))
    return(called_as(found, match.call()))
  }
  # By name, in any order: `nn_tune(data = d, formula = y ~ x)`.
  if (missing(x)) return(rlang::inject(nn_tune.formula(..., !!!search, na.action = na.action)))
  search["folds"] <- list(rlang::eval_tidy(folds))
  asked <- search_asked(rlang::enquos(..., .ignore_empty = "none"), call)
  options <- first_options(asked, call)
  check_data_frame(x, "x", call)
  check_width(ncol(x), "x", call)
  search <- search_splits(search, x, call)
  outcome <- outcome_of(y, call, names(x))
  design <- design_data_frame(x, call, options$embed)
  nn_tune_bridge(design, outcome, options, asked, search, call, na_action = na.action)
}

#' @rdname nn_tune
#' @export
nn_tune.matrix <- function(x, y, ..., method = "random", candidates = NULL, folds = NULL,
                           repeats = 1, validation = NULL, metric = NULL, select = "best",
                           factor = 3, min_epochs = NULL, na.action = getOption("na.action")) {
  call <- rlang::current_env()
  search <- mget(search_names)
  asked <- search_asked(rlang::enquos(..., .ignore_empty = "none"), call)
  options <- first_options(asked, call)
  refuse_embed(options, "a matrix", call)
  check_rows(nrow(x), "x", call)
  check_width(ncol(x), "x", call)
  outcome <- outcome_of(y, call, colnames(x))
  design <- design_matrix(x, call)
  nn_tune_bridge(design, outcome, options, asked, search, call, na_action = na.action)
}

#' @rdname nn_tune
#' @export
nn_tune.torch.Tensor <- function(x, y, ...) {
  nn_tune(tensor_rows(x), y, ...)
}

#' @rdname nn_tune
#' @export
nn_tune.array <- function(x, y, ..., method = "random", candidates = NULL, folds = NULL,
                          repeats = 1, validation = NULL, metric = NULL, select = "best",
                          factor = 3, min_epochs = NULL, na.action = getOption("na.action")) {
  if (!is_deep(x)) return(nn_tune.default(x))
  call <- rlang::current_env()
  search <- mget(search_names)
  asked <- search_asked(rlang::enquos(..., .ignore_empty = "none"), call)
  options <- first_options(asked, call)
  refuse_embed(options, "an array", call)
  design <- design_array(x, options, call)
  nn_tune_bridge(design, outcome_of(y, call), options, asked, search, call, na_action = na.action)
}

#' @export
nn_tune.default <- function(x, ...) {
  hint <- if (!missing(x)) meant_predictors(x)
  abort_nnfit("argument", c(
    "{.arg x} must be a formula, data frame, matrix or tensor, not {describe(x)}.",
    "i" = if (!missing(x) && inherits(x, "recipe")) {
      "A recipe's steps would be estimated on the rows to judge by too. The function {.fn tune_grid}
        of the package {.pkg tune} estimates them anew in each fold."
    },
    "i" = if (!is.null(hint)) "{hint}"
  ), rlang::current_env())
}

# What the methods take beside data and options.
search_names <- c(
  "method", "candidates", "folds", "repeats", "validation", "metric", "select", "factor",
  "min_epochs"
)
