#' Does a network use a predictor?
#'
#' A permutation test by fits, for models whose weights have no p-values. The predictor is
#' shuffled among the rows and the model fitted anew, `times` times: where it says nothing
#' of the outcome, the fit to the data as they are is one of many alike.
#'
#' @param fit An [nn_fit()] by a formula: a network, or any other model.
#' @param variables Names of columns of the data, shuffled together.
#' @param data The data frame that the fit was made on; by default what its call names.
#' @param times Whole number, at least 19: how often to shuffle. The least p-value there can
#'   be is `1 / (times + 1)`.
#' @param ... Not used.
#' @return An object of class `htest`, as [t.test()] gives it: `statistic`, the mean loss of
#'   the fits to shuffled data less that of the fit, `p.value`, and `losses`, those of all.
#'
#' @details
#' The loss is that on rows held out where there are some (of a network whose penalty is
#' chosen, of the folds; or `validation`), otherwise that in training. The p-value
#' is the share of fits, the one to the data among them, that have no greater loss: a
#' likelihood ratio test whose distribution is found by shuffling, as the one by theory does
#' not hold for networks.
#'
#' A numeric column that the others help to predict is not shuffled as it is, which would
#' make rows that can not be: what a linear model of the other predictors leaves of it is
#' (Smith's method in Winkler and others, 2014).
#' Random numbers come from R, so that `set.seed()` governs; all fits have the same seed.
#' @references Winkler, Ridgway, Webster, Smith and Nichols (2014), Permutation inference for
#' the general linear model, *NeuroImage* 92, 381-397. Phipson and Smyth (2010), Permutation
#' p-values should never be zero, *Statistical Applications in Genetics and Molecular
#' Biology* 9(1), 39.
#' @seealso [nn_cv()], and [anova()][anova.nn_fit] for linear models.
#' @export
#' @examplesIf nnfit:::has_torch()
#' network <- nn_fit(mpg ~ wt + qsec, mtcars, hidden_units = 4, epochs = 100, seed = 1)
#' set.seed(1)
#' nn_test(network, "wt", times = 19)
nn_test <- function(fit, variables, data = NULL, times = 99, ...) {
  check_dots()
  call <- rlang::current_env()
  user <- users_frame(parent.frame())
  if (missing(fit)) refuse_missing("fit", call)
  if (missing(variables)) refuse_missing("variables", call)
  check_test_fit(fit, call)
  check_rule(times, rule("a whole number of at least 19", function(x) {
    is_whole(x, 19, 1e6)
  }), "times", call)
  if (!is.null(data)) check_data_frame(data, "data", call)
  written <- formula_call(fit, call)
  user <- data_place(fit, "nn_test", call, user, data)
  data <- data %||% place_data(fit, written, user)
  check_data_frame(data, "data", call)
  check_tested(variables, fit, data, call)
  lost <- function(rows) {
    # In an environment of its own, where its call finds the shuffled data.
    written$formula <- fit$formula # by its value: the user's name may mean another by now
    written$data <- quote(.shuffled)
    written$seed <- fit$seed %||% NA
    written$progress <- FALSE
    again <- suppressWarnings(fit_for(eval(written, rlang::env(user, .shuffled = rows)), call))
    tested_loss(again)
  }
  own <- lost(data)
  shuffled <- replicate(times, lost(shuffle(data, variables, fit)))
  new_test(fit, variables, own, shuffled)
}

check_test_fit <- function(fit, call) {
  check_is_fit(fit, call)
  need_formula(fit, "nn_test", call)
  stored_fitted(fit, call)
  if (!is.null(fit$replicates) || !is.null(fit$restarts)) {
    abort_nnfit("argument", c(
      "{.fn nn_test} is for a single fit, and this one has {.arg bootstrap} or {.arg restarts}.",
      "i" = "Fit without them."
    ), call)
  }
}

check_tested <- function(variables, fit, data, call) {
  used <- fit$blueprint$columns
  if (!is.character(variables) || !length(variables) || !all(variables %in% used)) {
    abort_nnfit("argument", c(
      "{.arg variables} must name columns that the fit predicts by: {.val {used}}.",
      "x" = "It is {describe(variables)}."
    ), call)
  }
  check_new_columns(data, variables, "data", call)
}

# Of the rows held out, or else of those it was trained on, at the model's own epoch.
tested_loss <- function(fit) {
  if (!is.null(fit$tuning)) return(fit$tuning$valid_loss[fit$tuning$chosen])
  losses <- if (length(fit$history$valid_loss)) fit$history$valid_loss else fit$history$train_loss
  losses[fit$best_epoch %||% length(losses)]
}

# What the other predictors say of a numeric column stays; the rest is dealt anew, for all
# of the variables alike.
shuffle <- function(data, variables, fit) {
  order <- sample.int(nrow(data))
  others <- setdiff(intersect(fit$blueprint$columns, names(data)), variables)
  others <- Filter(function(name) is.numeric(data[[name]]) && is.null(dim(data[[name]])), others)
  data[variables] <- lapply(data[variables], function(column) {
    whole <- is.numeric(column) && !is.object(column) && is.null(dim(column))
    if (!whole || !length(others) || length(unique(column)) <= 2) return(column[order])
    expected <- stats::lm.fit(cbind(1, as.matrix(data[others])), column)$fitted.values
    expected + (column - expected)[order]
  })
  data
}

new_test <- function(fit, variables, own, shuffled) {
  # A fit that diverged has lost all.
  shuffled[!is.finite(shuffled)] <- Inf
  finite <- shuffled[is.finite(shuffled)]
  structure(list(
    statistic = c("difference of losses" = mean(finite) - own),
    parameter = c(times = length(shuffled)),
    p.value = (1 + sum(shuffled <= own)) / (1 + length(shuffled)),
    method = paste("Permutation test, by fits, of", toString(variables)),
    data.name = rlang::quo_text(stats::formula(fit)),
    alternative = "the outcome depends on it, given the other predictors",
    losses = c(fit = own, shuffled)
  ), class = "htest")
}
