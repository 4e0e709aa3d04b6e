#' Predict from a fitted network
#'
#' @param object An [nn_fit()].
#' @param newdata What to predict for: a data frame with the predictors' columns
#'   or, where the model was fitted on one, a matrix or tensor. Without it, the
#'   rows that the model was fitted on; for limits and standard errors these are read again
#'   from the data that the fit's call names. Or the path of a Parquet file, or of a
#'   folder of them, for a fit by a formula: see [nn_fit()]. Rows with a missing
#'   predictor give `NA`;
#'   a factor level that the model has not seen gives `NA` with a warning, or see
#'   `new_levels`.
#' @param type What to predict:
#'   - `"response"`: numbers in the outcome's units; for two classes the
#'     probability of the second, for more a matrix of probabilities (for two as well under
#'     losses with an output for each class, such as `"focal"`). Under the losses
#'     `"quantile"` and `"expectile"` with several levels a matrix with a column for each,
#'     `level_0.1` and so on, which never cross.
#'   - `"class"`: for classes, a factor of the most probable one, ordered where the
#'     outcome was.
#'   - `"prob"`: for classes, a matrix of probabilities, a column per class.
#'   - `"set"`: for classes, a logical matrix with a column per class: the classes that
#'     a row may have, which in practice hold its own with a probability of about `level`, if
#'     it comes from where the rows of the fit came from; what is guaranteed is less (see
#'     `interval`).
#'     For networks whose penalty was chosen, by the probabilities that these gave to
#'     rows that they have not seen (CV+). The most probable class is always among them.
#'   - `"link"`: the network's output before the loss's own link function
#'     (logits, say, or logarithms of means). Under the loss `"gaussian_nll"` a
#'     matrix with the columns `mean` and `log_variance`; under `"quantile"` and
#'     `"expectile"` the outputs before they are put into order.
#'   - `"lp"`, `"risk"`, `"survival"` and `"expected"`, for censored times: linear predictors,
#'     their exponentials, probabilities of no event up to each of some times, and numbers of
#'     events that a row's own time lets expect. See [nn-survival]; there `"response"` is a
#'     risk too.
#'   - `"terms"`: of a linear model of one outcome by a formula, a matrix with a column for each
#'     term: what it adds to the linear predictor, about the mean of its columns in training, as
#'     [predict.lm()] and [predict.glm()] have it. The attribute `constant` is what all have in
#'     common. [termplot()] draws them.
#' @param terms For `type = "terms"`: which, by name or by number; `NULL`: all.
#' @param times Numbers: for `type = "survival"`, up to when; in any order. `NULL`: all
#'   times at which an event was seen.
#' @param reference For `type = "lp"` and `"risk"`: what linear predictors are relative to,
#'   as in `survival::predict.coxph()`: the mean of the row's stratum, that of all rows, or
#'   a row of zeros. Without strata the first two are one.
#' @param interval `"confidence"`: with limits for the fitted curve, not for where single
#'   outcomes will fall. With bootstrap replicates (`nn_fit(bootstrap = 100)`), between which
#'   the share `level` of their predictions lies. Without them, for a linear model whose loss
#'   is a likelihood and which has no `penalty`, those of [predict.lm()], and for others
#'   than squared error the delta method: so many standard errors to either side on the scale
#'   of the link (of several classes, of each one's log-odds), and from there to the response.
#'   For networks whose penalty was chosen, by how far their members lie apart, each of which
#'   has not seen a fifth of the rows: the jackknife that leaves groups out, with the t
#'   distribution. In simulations limits of 95% hold 95% of the places of a curve with normal
#'   outcomes, and 90% with skewed ones; but what the penalty keeps the curve from following,
#'   such as a sharp step (86% and 77%), is not in them.
#'   Other networks, and those for classes, counts (the Poisson and the negative binomial loss,
#'   whatever the numbers), censored times and other outcomes of few different values, need
#'   replicates. `"prediction"`: with limits between which a new
#'   outcome falls with a probability of about `level`. For a linear model under squared
#'   error as [predict.lm()] has them, which holds for normal outcomes of the same variance
#'   (or one in inverse proportion to the `weights`; new rows are taken to have the weight 1).
#'   For numeric outcomes of networks whose penalty was chosen, by what these have missed of
#'   rows that they have not seen (CV+). These hold a new outcome that comes from where the
#'   rows of the fit came from, in practice with a probability of about `level`, as was
#'   measured on data sets and simulations. Under a likelihood whose variance follows the mean
#'   (Poisson, negative binomial, gamma, inverse Gaussian, Tweedie) or is modelled
#'   (`"gaussian_nll"`), what was missed counts in standard deviations at what is predicted, so
#'   that limits are wider where outcomes scatter more; otherwise their width is nearly the same
#'   everywhere. What is guaranteed is less, the less the fewer the
#'   rows: for one deal of `n` rows into 5 folds, with `a = 1 - level`, at least
#'   `1 - 2 * a - min(1.6 / (n / 5 + 1), (1 - 5 / n) / 6)` whatever the distribution (Barber
#'   and others, 2021, Theorem 4), which at 95% is 76% of 32 rows; and here the penalty
#'   was chosen by the same rows, and small data are dealt twice, which that bound does not
#'   know of. A limit is infinite where the rows are too few for `level`.
#' @param level Number between 0 and 1: the share between the limits.
#' @param offset For a fit with an `offset` that `newdata` do not hold: the offset of
#'   their rows, as [nn_fit()] takes it. `offset()` terms of the formula add to it.
#' @param new_levels For factors that are embedded (`nn_fit(embed = )`): how rows of a
#'   level that the model has not seen are answered, with a warning of class
#'   `nnfit_warning_levels` that names it: by the `"mean"` of the vectors of its levels, or
#'   as `"missing"`, by `NA`.
#' @param se.fit Logical: standard errors too, for a linear model that has them (see
#'   `interval`)? Of risks and curves of censored times see [nn-survival].
#' @param model The torch module that the model was fitted with, if that was
#'   one of your own and this is another R session.
#' @param engine What computes predictions for `newdata`: `"torch"`, or `"r"`, plain R, which
#'   needs no Python. `"auto"` chooses: see below.
#' @param ... Not used.
#' @section Without Python:
#' A fit is plain R data, and so are its predictions computed where Python does not run, is not
#' installed, or is not wanted: read by [readRDS()] in a fresh session, it predicts before
#' Python would have begun to start. All types, intervals and standard errors are there, with
#' the same errors and warnings. They are torch's to about 1e-12 of their size in float64, and
#' to about 1e-6 for networks in float32, which R computes in double.
#'
#' With `engine = "auto"`, the default, the faster one computes: R a few rows, some times as fast,
#' and torch many; where torch is not loaded, R all but so many rows that it would take as long
#' as to start Python does. The last digits of a network in float32 may be others than those of
#' `fitted()`, which are torch's; `engine = "torch"` has these.
#'
#' Networks of your own (`nn_fit(model = )`) and rows in Parquet files need torch, and
#' `engine = "r"` refuses them. See `vignette("without-python")`, which also shows a server.
#' @return A numeric vector with an element per row; a matrix with a row per row
#'   where there are several outcomes or columns of probabilities, or for sets of
#'   classes; or a factor.
#'   With `type = "survival"` a matrix with a column for each time.
#'   Named by the rows of a data frame, as [predict.lm()] does. With an interval,
#'   a matrix with the columns `fit`, `lwr` and `upr`, as [predict.lm()] gives;
#'   of several outcomes or columns of probabilities, a named list of such
#'   matrices. With `se.fit`, a list as [predict.lm()] gives it: `fit`, `se.fit`, `df` (the
#'   residual degrees of freedom) and `residual.scale`.
#' @references
#' Kott (2001), The delete-a-group jackknife, *Journal of Official Statistics* 17(4), 521-526;
#' Barber, Candes, Ramdas and Tibshirani (2021), Predictive inference with the jackknife+,
#' *Annals of Statistics* 49(1), 486-507; in standard deviations Papadopoulos, Gammerman and Vovk
#' (2008), Normalized nonconformity measures for regression conformal prediction, *Artificial
#' Intelligence and Applications*, and Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018),
#' Distribution-free predictive inference for regression, *Journal of the American Statistical
#' Association* 113, 1094-1111, section 5.2; for classes Romano, Sesia and Candes (2020),
#' Classification with valid and adaptive coverage, *NeurIPS*, and Sadinle, Lei and
#' Wasserman (2019), Least ambiguous set-valued classifiers with bounded error levels,
#' *Journal of the American Statistical Association* 114, 223-234.
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(c ~ u, thermometer)
#' predict(fit, data.frame(u = c(20, 50)))
#'
#' predict(fit, data.frame(u = c(20, 50)), interval = "confidence")
#' predict(fit, data.frame(u = c(20, 50)), se.fit = TRUE)
#' predict(fit, data.frame(u = c(20, 50)), engine = "r")
#'
#' # What weight and the number of cylinders add to the mean
#' line <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
#' predict(line, mtcars[1:3, ], type = "terms", se.fit = TRUE)
#' termplot(line, partial.resid = TRUE, terms = 1)
#'
#' cars <- nn_fit(mpg ~ wt, mtcars, hidden_units = 8, seed = 1)
#' predict(cars, data.frame(wt = 2:4), interval = "confidence")
#' predict(cars, data.frame(wt = 2:4), interval = "prediction", level = 0.8)
#'
#' flowers <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 8, seed = 1)
#' predict(flowers, data.frame(Petal.Width = c(0.2, 1.3, 1.65)), type = "set")
predict.nn_fit <- function(object, newdata,
                           type = c(
                             "response", "class", "prob", "set", "link", "lp", "risk", "survival",
                             "expected", "terms"
                           ),
                           interval = c("none", "confidence", "prediction"), level = 0.95,
                           model = NULL, offset = NULL, new_levels = c("mean", "missing"),
                           se.fit = FALSE, times = NULL,
                           reference = c("strata", "sample", "zero"), terms = NULL,
                           engine = c("auto", "torch", "r"), ...) {
  # Packages that take models with random effects, too, say that they want none.
  check_dots(if_go_between("re.form", parent.frame()))
  call <- rlang::current_env()
  type <- check_type(type, object, call)
  reference <- choose(reference, c("strata", "sample", "zero"), "reference", call)
  check_survival_type(type, times, reference, object, call)
  check_level(level, call)
  interval <- choose(interval, c("none", "confidence", "prediction"), "interval", call)
  new_levels <- choose(new_levels, c("mean", "missing"), "new_levels", call)
  check_rule(se.fit, flag_rule, "se.fit", call)
  check_terms_wanted(object, type, terms, interval, call)
  engine <- check_engine(engine, object, newdata, call)
  own <- missing(newdata)
  user <- users_frame(parent.frame())
  forge <- function(outcomes = FALSE) {
    rows <- if (own) {
      training_rows(object, "predict", call, user)
    } else {
      forge_new(object, newdata, offset, new_levels, call, outcomes)
    }
    rows$engine <- engine
    rows
  }
  if (type == "terms") return(predict_terms(object, newdata, terms, se.fit, forge, call, user))
  if (type == "set" && !se.fit) {
    return(predict_set(object, newdata, interval, level, forge, call))
  }
  if (type %in% survival_prediction_types) {
    asked <- list(
      type = type, times = times, reference = reference, interval = interval, level = level,
      se.fit = se.fit, offset = offset
    )
    return(predict_survival(object, newdata, asked, model, forge, call, user))
  }
  if (se.fit || interval != "none") {
    return(predict_sure(object, newdata, type, interval, level, model, forge, se.fit, call))
  }
  predict_plain(object, newdata, type, model, offset, new_levels, forge, call)
}

# Without limits and standard errors.
predict_plain <- function(fit, newdata, type, model, offset, new_levels, forge, call) {
  if (missing(newdata)) return(predict_own(fit, type, model, forge, call))
  if (is_path(newdata)) {
    refuse_offset(offset, call)
    return(predict_path(fit, newdata, type, model, new_levels, call))
  }
  forged <- forge()
  values <- predict_rows(fit, forged, scale_of(type), model, call)
  shape_prediction(values, type, fit, forged$row_names %||% rownames(newdata))
}

# That of the model's output, or of the outcome.
scale_of <- function(type) if (type == "link") "link" else "response"

# For the rows of the fit, of which it holds the predictions.
predict_own <- function(fit, type, model, forge, call) {
  if (!is.null(model)) recall_module(fit, model, call)
  values <- stored_fitted(fit, call)
  if (type == "link") {
    if (!is_linear(fit)) {
      abort_nnfit("argument", "{.arg newdata} must be given for {.code type = \"link\"}.", call)
    }
    values <- predict_rows(fit, forge(), "link", model, call)
  }
  stats::napredict(fit$na_action, shape_prediction(values, type, fit, fit$row_names))
}

predict_path <- function(fit, path, type, model, new_levels, call) {
  values <- predict_parquet(fit, path, scale_of(type), model, new_levels, call)
  shape_prediction(values, type, fit, NULL)
}

refuse_offset <- function(offset, call) {
  if (!is.null(offset)) {
    abort_nnfit("argument", c(
      "{.arg offset} can not be given where {.arg newdata} is a path.",
      "i" = "The column that the fit names is read."
    ), call)
  }
}

# The predictors and the offset of new rows.
forge_new <- function(fit, newdata, offset, new_levels, call, outcomes = FALSE) {
  forged <- forge_design(
    fit$blueprint, fit$columns, newdata, "newdata", call, outcomes, offset, new_levels
  )
  check_offset_known(forged$offset, isTRUE(fit$options$has_offset), "newdata", call)
  outcomes <- fit$outcome$names %||% fit$outcome$levels
  forged["offset"] <- list(by_outcome(forged$offset, outcomes, "offset", call))
  forged
}

# Rows with a missing predictor are not computed: they are NA.
predict_rows <- function(fit, forged, scale, model, call) {
  x <- forged$x
  complete <- complete_rows(x, forged$offset)
  module <- recall_module(fit, model, call)
  if (!any(complete)) return(matrix(NA_real_, nrow(x), prediction_width(fit, scale)))
  rows <- complete_part(forged, complete)
  predicted <- compute_rows("predict", fit_state(fit), rows, type = scale, model = module,
    call = call
  )
  if (all(complete)) return(predicted)
  values <- matrix(NA_real_, nrow(x), ncol(predicted))
  values[complete, ] <- predicted
  values
}

# Most data are complete, which anyNA() sees in a fraction of the time of a sum.
complete_rows <- function(x, offset = NULL) {
  complete <- if (anyNA(x)) rowSums(is.na(x)) == 0 else rep(TRUE, nrow(x))
  if (is.null(offset)) complete else complete & rowSums(is.na(offset)) == 0
}

# The complete rows, as compute_rows() takes them.
complete_part <- function(forged, complete) {
  rows <- forged[c("x", "offset", "engine")]
  if (!all(complete)) {
    rows$x <- take_rows(rows$x, complete)
    if (!is.null(rows$offset)) rows$offset <- take_rows(rows$offset, complete)
  }
  rows
}

# Those of a model of risks alone.
survival_prediction_types <- c("lp", "risk", "survival", "expected")
prediction_types <- c(
  "response", "class", "prob", "set", "link", survival_prediction_types, "terms"
)

check_type <- function(type, fit, call) {
  type <- choose(type, prediction_types, "type", call)
  classes <- !is.null(fit$outcome$levels)
  if (type %in% c("class", "prob", "set") && !classes) {
    abort_nnfit("argument", c(
      "{.arg type} {.val {type}} is for an outcome of classes; this one is \\
        {if (fit$outcome$kind == 'survival') 'of censored times' else 'numeric'}.",
      "i" = "Use {.val response}."
    ), call)
  }
  if (type == "prob") {
    check_probabilities(fit, "type", "prob", call)
  }
  type
}

# Scores, such as margins, have classes but no probabilities.
check_probabilities <- function(fit, arg, value, call) {
  loss <- loss_family(fit$options$loss)
  if (!isTRUE(loss$probabilities)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} {.val {value}} needs probabilities, and the scores of the loss
        {.val {loss$name}} are none.",
      "i" = if (arg == "type") {
        "Leave {.arg loss} out of the fit to have one that gives them."
      } else {
        "{.code plot(fit, \"observed\")} shows its predicted classes."
      }
    ), call)
  }
}

shape_prediction <- function(values, type, fit, row_names) {
  levels <- fit$outcome$levels
  if (type %in% c("class", "prob")) values <- both_classes(values, levels)
  if (type == "class") return(as_class(values, fit$outcome, row_names))
  if (ncol(values) == 1) return(stats::setNames(values[, 1], row_names))
  dimnames(values) <- list(row_names, column_names(fit, ncol(values)))
  values
}

# A single column holds the second class's probability; the first has the rest.
both_classes <- function(values, levels) {
  if (ncol(values) == 1 && length(levels) == 2) cbind(1 - values, values) else values
}

# A fit of an earlier version does not say whether its classes are ordered.
as_class <- function(values, outcome, row_names) {
  best <- rep(NA_integer_, nrow(values))
  complete <- !is.na(values[, 1])
  best[complete] <- max.col(values[complete, , drop = FALSE], ties.method = "first")
  levels <- outcome$levels
  stats::setNames(factor(levels[best], levels, ordered = isTRUE(outcome$ordered)), row_names)
}
