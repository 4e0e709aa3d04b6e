use_survival()

expect_same_table <- function(ours, theirs) {
  expect_equal(as.data.frame(ours), as.data.frame(theirs), tolerance = 1e-6, ignore_attr = TRUE)
  expect_identical(names(ours), names(theirs))
  expect_identical(rownames(ours), trimws(rownames(theirs)))
}

test_that("terms in turn are those of anova.coxph()", {
  for (formula in list(
    Surv(time, status) ~ age + sex + factor(ph.ecog), Surv(time, status) ~ age * sex
  )) {
    fit <- nn_fit(formula, survival::lung)
    expected <- eval(bquote(survival::coxph(.(formula), survival::lung)))
    expect_same_table(anova(fit), anova(expected))
  }
  expect_named(anova(fit, test = "none"), c("loglik", "Chisq", "Df"))
  expect_output(print(anova(fit)), "Cox model: response is Surv(time, status)", fixed = TRUE)
})

test_that("with strata, weights and an offset", {
  data <- na.omit(survival::lung[c("time", "status", "age", "sex", "wt.loss", "ph.ecog")])
  formula <- Surv(time, status) ~ age + strata(sex) + ph.ecog + offset(wt.loss / 100)
  fit <- nn_fit(formula, data)
  whole <- survival::coxph(formula, data)
  first <- survival::coxph(
    Surv(time, status) ~ age + strata(sex) + offset(wt.loss / 100), data
  )
  expect_identical(rownames(anova(fit)), c("NULL", "age", "ph.ecog"))
  expect_equal(anova(fit)$loglik, c(whole$loglik[1], first$loglik[2], whole$loglik[2]),
    tolerance = 1e-8
  )
})

test_that("several fits are compared", {
  data <- na.omit(survival::lung[c("time", "status", "age", "sex", "ph.ecog")])
  formulas <- list(Surv(time, status) ~ age, Surv(time, status) ~ age + sex + ph.ecog)
  fits <- lapply(formulas, nn_fit, data)
  models <- lapply(formulas, function(formula) {
    eval(bquote(survival::coxph(.(formula), data)))
  })
  expect_same_table(do.call(anova, fits), do.call(anova, models))
  other <- nn_fit(formulas[[1]], data[-1, ])
  expect_refused(anova(fits[[1]], other), "argument", "another outcome", from = "anova")
  expect_identical(anova(fits[[1]], test = "LRT"), anova(fits[[1]], test = "Chisq"))
  for (test in c("Rao", "Cp")) {
    expect_refused(anova(fits[[1]], test = test), "argument", "is not there for censored times")
  }
  expect_refused(anova(fits[[1]], test = "F"), "argument", "needs a dispersion", from = "anova")
})
