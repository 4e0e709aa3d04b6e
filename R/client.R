#' Packages that take lm() and glm() take linear fits
#'
#' What these packages do with an [lm()] or a [glm()] they do with a fit without hidden units
#' whose loss is a likelihood, which has no `penalty` and no rows held out, of one outcome by a
#' formula; with the same results.
#'
#' - **broom**: its generics `tidy()`, `glance()` and `augment()` are those of
#'   [nnfit][nn-tidy]. Packages that make tables of them, such as modelsummary, find there
#'   what they need.
#' - **sandwich**: `sandwich()`, `vcovHC()`, `vcovCL()`, `vcovHAC()`, `vcovBS()` and the like, by
#'   `bread()` and `estfun()`. The type that `vcovCL()` takes where none is named is
#'   `"HC0"`, as of a `glm`; of an `lm` it is `"HC1"`. It warns at the types `"HC2"` and `"HC3"`
#'   of clusters, which are as of an `lm` or `glm` all the same.
#' - **lmtest**: `coeftest()`, `coefci()`, `waldtest()`, `lrtest()`, and the tests that take a
#'   fitted model: `bptest()`, `resettest()`, `dwtest()`, `encomptest()` and so on. As of an `lm`
#'   coefficients are tested by the t distribution under squared error, as of a `glm` by the normal
#'   otherwise, and `waldtest()` is by F of both.
#' - **emmeans**: `emmeans()`, `emtrends()`, `contrast()`, `pairs()`, `regrid()`, `ref_grid()`.
#' - **effects**: `Effect()`, `allEffects()`, `effect()`, `predictorEffects()`.
#' - **insight** and **performance**: `get_data()`, `model_info()`, `get_predicted()`, `r2()`,
#'   `check_model()`, `check_predictions()`, `model_performance()` and so on;
#'   `compare_performance()` and the tests between models where a fit is the first of them.
#'   `performance_roc()` and `performance_hosmer()` ask for the class `glm` by name; the former
#'   takes `predictions = fitted(fit)`.
#' - **survival**: `survfit()` and `concordance()` of fits to censored times: [nn-survival].
#'   These are to sandwich, lmtest, emmeans, insight and performance what a `coxph()` is; what a
#'   package can not do with that, such as effects, is refused. [as_coxph()] is for others.
#' - **parameters**: `model_parameters()`, `ci()`, `standard_error()`; `compare_parameters()` of
#'   what `model_parameters()` gives.
#' - **car**: `Anova()`, `linearHypothesis()`, `deltaMethod()`, `vif()`, `ncvTest()`,
#'   `outlierTest()`, `hccm()` and the pictures, such as `residualPlots()` and `avPlots()`.
#' - **multcomp**: `glht()`, `cld()`.
#' - **stats** and **MASS**: functions that read an `lm` or a `glm` by its parts, such as
#'   [dffits()], [covratio()], `studres()` and `dropterm()`; [simulate()], [alias()],
#'   [dummy.coef()], [effects()], [proj()], [kappa()] and [qr()].
#'
#' Where a package reads the rows of the fit, they are read again from the data that its call
#' names, and must still give its predictions. For a fit with replicates the covariance of emmeans,
#' effects, multcomp and car is that of the replicates, as [vcov()][vcov.nn_fit] has it. A network
#' has no coefficients that mean anything one by one, and is refused; see [predict.nn_fit()] for
#' intervals of its predictions, and [nn_cv()] for comparisons.
#' @seealso `vignette("other-packages")` and [nn_caret()]: packages that split data, tune, and
#'   fit by [nn_fit()].
#' @name nn-clients
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(breaks ~ wool + tension, warpbreaks, loss = "poisson_nll")
#' if (requireNamespace("sandwich", quietly = TRUE) && requireNamespace("lmtest", quietly = TRUE)) {
#'   lmtest::coeftest(fit, vcov. = sandwich::vcovHC)
#' }
#' if (requireNamespace("emmeans", quietly = TRUE)) {
#'   emmeans::emmeans(fit, "tension", type = "response")
#' }
#' if (requireNamespace("performance", quietly = TRUE)) {
#'   performance::r2(fit)
#' }
NULL
