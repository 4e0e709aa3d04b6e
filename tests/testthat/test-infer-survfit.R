skip_if_no_torch()
skip_if_not_installed("survival")

lung <- na.omit(survival::lung[c("time", "status", "age", "sex", "ph.ecog", "ph.karno")])
lung$high <- lung$ph.ecog > 1
Surv <- survival::Surv
strata <- survival::strata
exact <- suppressWarnings(survival::coxph.control(eps = 1e-14, toler.chol = 1e-15))

expect_survfit <- function(fit, cox, ...) {
  plain <- function(x) {
    x <- unclass(x)
    x[c("call", "newdata")] <- NULL # the second of newer versions of survival
    x
  }
  expect_equal(
    plain(survival::survfit(fit, ...)), plain(survival::survfit(cox, ..., se.fit = FALSE)),
    tolerance = 1e-8
  )
}

test_that("curves of the reference and of new rows are survival's", {
  formulas <- list(
    Surv(time, status) ~ age + ph.ecog,
    Surv(time, status) ~ age + strata(sex),
    Surv(time, status) ~ age + strata(sex) + strata(high)
  )
  for (formula in formulas) {
    fit <- nn_fit(formula, lung)
    cox <- survival::coxph(formula, lung, control = exact)
    expect_survfit(fit, cox)
    expect_survfit(fit, cox, lung[c(20, 5, 9), ])
    expect_survfit(fit, cox, lung[20, ])
  }
})

test_that("with weights, starts and Breslow's ties, too", {
  fit <- nn_fit(Surv(time, status) ~ age, lung, weights = ph.karno)
  cox <- survival::coxph(Surv(time, status) ~ age, lung, weights = ph.karno, control = exact)
  expect_survfit(fit, cox)
  heart <- survival::heart
  formula <- Surv(start, stop, event) ~ age + year + strata(transplant)
  expect_survfit(nn_fit(formula, heart), survival::coxph(formula, heart, control = exact))
  fit <- nn_fit(Surv(time, status) ~ age, lung, loss = list("cox", ties = "breslow"))
  expect_survfit(fit, survival::coxph(Surv(time, status) ~ age, lung,
    ties = "breslow", control = exact
  ))
})

test_that("survival prints, summarises and draws them", {
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  curves <- survival::survfit(fit)
  expect_output(print(curves), "sex=1")
  expect_named(quantile(curves, 0.5), NULL)
  expect_length(summary(curves, times = 100)$surv, 2)
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path)
  plot(curves)
  grDevices::dev.off()
  expect_gt(file.size(path), 1000)
})

test_that("other fits and rows that are missing are refused", {
  expect_refused(survival::survfit(nn_fit(mpg ~ wt, mtcars)), "argument", "is for censored times")
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  new <- lung[1:3, ]
  new$age[2] <- NA
  expect_refused(survival::survfit(fit, new), "data", "newdata must have rows", "1 row has missing")
  expect_refused(survival::survfit(fit, se.fit = TRUE), "argument", "se.fit")
})
