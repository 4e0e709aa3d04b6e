# What is said of censored times, and what all of their methods use.

#' Censored times: Cox regression, linear or by a network
#'
#' A `survival::Surv(time, status)` on the left of the formula (or as `y`) is fitted by
#' Cox's partial likelihood (1972), the loss `"cox"`: at each event the risk of the row
#' that has it is compared with those of all rows that might have had it then. What the model
#' gives is the logarithm of the risk. Without hidden units it is the model of
#' `survival::coxph()`, with its coefficients, standard errors and log-likelihood; with
#' `hidden_units` a network takes the place of the linear predictor.
#'
#' - **Outcomes**: `Surv(time, status)`, and `Surv(start, stop, status)` for rows that are at
#'   risk from a start on (left truncation, predictors that change). Other kinds of
#'   censoring are refused. Times that differ by rounding alone are tied, as in `coxph()`;
#'   where all times are tiny (below 1e-8, say) that takes them for one, and a fit does not.
#' - **Ties** as Efron (1977) has them, or `loss = list("cox", ties = "breslow")`.
#' - **Terms**: `strata(g)`, each stratum with a baseline hazard of its own, and
#'   `offset(z)`. Neither `frailty()`, `tt()`, `ridge()` and `pspline()`: `penalty` and
#'   `mixture` shrink coefficients. Nor `cluster(id)`: the robust covariance that it asks for is
#'   `sandwich::vcovCL(fit, cluster = ~id, cadjust = FALSE)`, to the digit. Without survival
#'   attached, `Surv()` and `strata()` of a formula are found all the same.
#' - **Weights** are case weights. Standard errors are those of the model (`naive.var` of a
#'   `coxph()` whose weights are not whole).
#' - There is no intercept, and the last layer of a network has no bias: a number that is
#'   added to all linear predictors changes no comparison.
#' - Columns that add no information within the strata have the coefficient `NA`, as
#'   `coxph()` has it. Where some combination of the predictors gives the events away,
#'   coefficients have no most likely value, which a warning of class
#'   `nnfit_warning_separated` says.
#' - Loss and [loss_table()] have minus the log partial likelihood by row (its sum with
#'   `reduction = "sum"`). It depends on how many rows are compared: that of held-out rows,
#'   whose risk sets are among themselves, is not on the scale of that in training.
#'   `penalty` is beside the mean: `penalty / 2 * sum(w^2)` on standardised columns.
#'
#' A network of which nothing but its size is said has its `penalty` chosen as
#' [nn_fit()] does, by the partial likelihood of the rows that its members have not seen,
#' among themselves; events and censored rows are dealt evenly into the folds.
#'
#' @section Batches:
#' With `batch_size` each step compares the rows of its batch with each other alone. The loss
#' of an epoch is the mean of these, and is smaller than that of all rows. Where hazards
#' are proportional its minimum is at the same risks (Tarkhan and Simon 2020); the estimator is
#' consistent for networks and linear models, and the more precise the larger the
#' batches are (Zeng, Tang, Ren and Ding 2024). A batch without an event moves nothing, so
#' rare events ask for large batches. Files are refused, as risk sets have to be in memory.
#'
#' @section Predictions:
#' A risk of 1 is that of the reference: of a linear model the row with the mean of each
#' predictor, where those with no other values than -1, 0 and 1 stay at 0, as in `coxph()`;
#' of a network, the geometric mean of the risks of its training rows. An offset counts
#' relative to its mean in these rows.
#' - `predict(type = "risk")` and `"lp"`, its logarithm, are those of
#'   `survival::predict.coxph()`: relative to the mean of the row's stratum, unless
#'   `reference` says otherwise. (There the offset of new rows is relative to their own
#'   mean, and the standard errors of a risk are others than the delta method's here.)
#' - `"response"`, the default, and `"link"` are relative to the reference whatever the
#'   stratum, and so is [fitted()].
#' - `"survival"` gives `exp(-hazard(time) * risk)` with the baseline of
#'   `survival::survfit()`: a matrix with a row for each row and a column for each of
#'   `times`. After the last time of a stratum nothing is known: `NA`. A stratum that
#'   the fit has not gives `NA`, with a warning.
#' - `"expected"`: the events that a row's own time lets expect, its cumulative hazard from its
#'   start to its time. New rows need the outcome. (`survival::predict.coxph()` holds the hazard
#'   where it is after the last time; here it is `NA`.)
#' - `fit$baseline` has the baseline; `survfit()` makes the object of survival of it, which
#'   can be printed, plotted and summarised.
#'
#' How sure they are, for linear fits without `penalty` and rows held out: `se.fit = TRUE` and
#' `interval = "confidence"` of `predict()`, and `survfit()`. Limits of risks are those of linear
#' predictors, exponentiated; limits of survival are `survfit()`'s, on the scale of the hazard, and
#' with several `times` there is a matrix of limits for each. That they are relative to a
#' reference, which they take for known, is in `"lp"` and `"risk"`; the uncertainty of the
#' baseline is in `"survival"` and `"expected"`. Standard errors of a network's
#' curves are not known: it has curves without. (With replicates its risks have limits:
#' `predict(fit, newdata, interval = "confidence")`.)
#'
#' @section Residuals and tests:
#' [residuals()][nn_fit-methods] gives `"martingale"` residuals (the default) and those of the
#' `"deviance"`, of networks too, for the rows that were trained on; of linear fits also
#' `"score"`, `"schoenfeld"`, `"scaledsch"`, `"dfbeta"`, `"dfbetas"` and `"partial"`, with
#' `collapse` and `weighted`, as `survival::residuals.coxph()` does. [as_coxph()] is for
#' `survival::cox.zph()` and other functions that take nothing but a `coxph()`.
#' [confint()][confint.nn_fit] has limits by the profile of the partial likelihood.
#' `bread()`, `estfun()`, `sandwich()` and `vcovCL()` of the package sandwich give robust
#' covariances, as of a `coxph()`. [logLik()][logLik.nn_fit] counts events as
#' observations for [BIC()], as `coxph()` does; [nobs()] gives their number.
#'
#' Standard errors of curves, residuals by `coxph()` and robust covariances are computed by
#' survival at the fit's own coefficients, from its rows. These are read again from the data that
#' its call names. Where they are not there any more, `survfit()` warns, and gives curves
#' without standard errors.
#'
#' @section Measures:
#' [summary()][summary.nn_fit] has, in training and on rows held out, the concordance (Harrell
#' and others 1982) with its standard error, and the Brier score, the mean squared distance
#' of `survival` from what has happened by a time, as a mean over the time up to the last
#' event, or to the last time of the rows that were trained on. Rows count by the inverse of the
#' probability of not being censored (Graf and others 1999), by Kaplan and Meier's curve. Beside it is the score of Kaplan and Meier's
#' curve of the events, which knows no predictors. On training rows both flatter a network.
#' Rows with starts have no Brier score here. `metrics = "concordance_survival"` measures
#' the concordance in every epoch, also in [nn_cv()].
#'
#' @param formula,object An [nn_fit()] of censored times.
#' @param newdata A data frame with the predictors, for `concordance()` also with the outcome.
#'   `survfit()` without it gives the curve of the reference, in each stratum; with it the
#'   curve of each row, in its stratum.
#' @param se.fit Logical: standard errors and limits of the curves? `NULL`: where the fit has
#'   them. `FALSE` takes no data but what the fit holds.
#' @param conf.int Number between 0 and 1: the level of the limits.
#' @param conf.type On which scale the limits are so many standard errors away, as
#'   `survival::survfit()` has it: `"log"`, that of the cumulative hazard, or another; `"none"`:
#'   no limits.
#' @param ... For `survfit()`, further arguments of `survival::survfit.coxph()`: `stype`, `ctype`,
#'   `censor`, `start.time`, `influence`, `individual`, and `id`, by which rows of `newdata` are
#'   one path of changing predictors. For `concordance()`, further fits to the same outcome, which
#'   are compared, and arguments of `survival::concordancefit()`: `ymin`, `ymax`,
#'   `timewt`, `influence`, `ranks`, `timefix`, `keepstrata`.
#' @return `survfit()`: an object of class `survfit`, as `survival::survfit()` gives it of a
#'   `coxph()`. `concordance()`: what `survival::concordance()` gives, of several fits with the
#'   covariance of their concordances; without `newdata`, of the rows that were trained on.
#' @references
#' Cox (1972), Regression models and life-tables, *Journal of the Royal Statistical Society
#' B* 34, 187-220; Efron (1977), The efficiency of Cox's likelihood function for censored data,
#' *Journal of the American Statistical Association* 72, 557-565; Therneau, Grambsch and
#' Fleming (1990), Martingale-based residuals for survival models, *Biometrika* 77, 147-160.
#'
#' Tarkhan and Simon (2020), BigSurvSGD: Big survival data analysis via stochastic gradient
#' descent, arXiv:2003.00116; Zeng, Tang, Ren and Ding (2024), Mini-batch estimation for deep
#' Cox models: statistical foundations and practical guidance, arXiv:2408.02839.
#'
#' Harrell, Califf, Pryor, Lee and Rosati (1982), Evaluating the yield of medical tests,
#' *Journal of the American Medical Association* 247, 2543-2546; Graf, Schmoor, Sauerbrei
#' and Schumacher (1999), Assessment and comparison of prognostic classification schemes for
#' survival data, *Statistics in Medicine* 18, 2529-2545.
#' @name nn-survival
#' @seealso [nn_fit()], [predict.nn_fit()].
#' @examplesIf nnfit:::has_torch() && requireNamespace("survival", quietly = TRUE)
#' lung <- survival::lung
#' fit <- nn_fit(Surv(time, status) ~ age + sex + ph.ecog, lung)
#' fit
#' summary(fit)
#' cox <- survival::coxph(survival::Surv(time, status) ~ age + sex + ph.ecog, lung)
#' all.equal(coef(fit), coef(cox))
#' all.equal(vcov(fit), vcov(cox))
#'
#' # How likely are these to live for half a year, for two years?
#' new <- data.frame(age = c(50, 70), sex = 2, ph.ecog = 0:1)
#' predict(fit, new, type = "survival", times = c(183, 730))
#' predict(fit, new, type = "survival", times = 183, interval = "confidence")
#' plot(survival::survfit(fit, new), col = 1:2, conf.int = TRUE)
#'
#' # Does each row move the coefficients, and are hazards proportional?
#' head(residuals(fit, type = "dfbetas"))
#' survival::cox.zph(as_coxph(fit))
#'
#' # Robust standard errors, of patients of one institution
#' if (requireNamespace("sandwich", quietly = TRUE)) {
#'   treated <- nn_fit(Surv(time, status) ~ age + sex, lung, subset = !is.na(inst))
#'   sandwich::vcovCL(treated, cluster = ~inst, cadjust = FALSE)
#' }
#'
#' # Each sex with a baseline of its own
#' stratified <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
#' survival::survfit(stratified)
#'
#' # A network, whose penalty is chosen; one of which the epoch is kept that is best on rows
#' # held out; and one trained in batches
#' nn_fit(Surv(time, status) ~ age + sex + ph.ecog, lung, hidden_units = 8, seed = 1)
#' network <- nn_fit(Surv(time, status) ~ age + sex + ph.ecog, lung,
#'   hidden_units = 8, validation = 0.3, metrics = "concordance_survival", seed = 1
#' )
#' summary(network)
#' smaller <- nn_fit(Surv(time, status) ~ age, lung, subset = !is.na(ph.ecog))
#' survival::concordance(fit, smaller)
#' nn_fit(Surv(time, status) ~ age + sex + ph.ecog, lung,
#'   hidden_units = 8, batch_size = 64, epochs = 20, seed = 1
#' )
NULL

# The rows that count, as survival has them.
as_surv <- function(values) do.call(survival::Surv, unname(as.list(as.data.frame(values))))

need_survival <- function(fit, generic, call) {
  if (fit$outcome$kind != "survival") {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for censored times, and this outcome is none.",
      "i" = "{.code nn_fit(Surv(time, status) ~ x, data)} has them."
    ), call)
  }
}

used_count <- function(fit) {
  if (is.null(fit$rows)) return(sum(used_rows(fit)))
  if (keeps_no_data(fit)) fit$rows[["used"]] else fit$rows[["train"]]
}

# Of fits that do not hold their rows as far as they know.
event_count <- function(fit) {
  if (keeps_no_data(fit)) return(fit$rows[["nobs"]])
  if (!is.null(fit$rows)) return(NA_integer_)
  sum(fit$outcome$values[used_rows(fit), "event"] > 0)
}
