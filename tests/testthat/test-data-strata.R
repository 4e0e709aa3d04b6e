skip_if_no_torch()
skip_if_not_installed("survival")

lung <- na.omit(survival::lung[c("time", "status", "age", "sex", "ph.ecog")])
Surv <- survival::Surv
strata <- survival::strata

test_that("what depends on the stratum has the columns that coxph() gives it", {
  formula <- Surv(time, status) ~ age * strata(sex) + strata(ph.ecog > 1)
  fit <- nn_fit(formula, lung)
  cox <- survival::coxph(formula, lung, control = survival::coxph.control(iter.max = 50))
  expect_equal(coef(fit), coef(cox), tolerance = 1e-7)
  expect_equal(vcov(fit), vcov(cox), tolerance = 1e-6)
  expect_identical(
    fit$blueprint$strata$levels,
    c("sex=1, ph.ecog > 1=FALSE", "sex=1, ph.ecog > 1=TRUE",
      "sex=2, ph.ecog > 1=FALSE", "sex=2, ph.ecog > 1=TRUE")
  )
  expect_identical(colnames(model.matrix(fit)), names(coef(fit)))
})

test_that("rows are in the strata that survival puts them in", {
  lung$high <- lung$age > 62
  for (terms in list("sex", c("sex", "high"), c("high", "ph.ecog"))) {
    calls <- paste0("strata(", terms, ")")
    frame <- model.frame(reformulate(calls), lung)
    theirs <- strata(lung[terms], shortlabel = FALSE)
    expect_identical(as.integer(strata_of(frame, calls)), as.integer(theirs))
    expect_identical(levels(strata_of(frame, calls)), trimws(levels(theirs))) # which are padded
  }
  known <- list(variables = "strata(sex)", levels = c("sex=1", "sex=2"))
  new <- new_strata(list(`strata(sex)` = factor(c("sex=2", "sex=3"))), known)
  expect_identical(as.integer(new), c(2L, NA))
})

test_that("many strata make no columns of their own", {
  pairs <- data.frame(
    time = rexp(400), status = 1, x = rnorm(400), id = rep(1:200, 2)
  )
  fit <- nn_fit(Surv(time, status) ~ x + strata(id), pairs)
  expect_identical(ncol(model.matrix(fit)), 1L)
  cox <- survival::coxph(Surv(time, status) ~ x + strata(id), pairs)
  expect_equal(coef(fit), coef(cox), tolerance = 1e-6)
})

test_that("terms that are for coxph() alone are refused wherever Surv() comes from", {
  lung$times <- Surv(lung$time, lung$status)
  cluster <- frailty <- identity
  for (formula in list(times ~ age + cluster(sex), Surv(time, status) ~ frailty(sex))) {
    expect_refused(nn_fit(formula, lung), "data", "which is for survival::coxph() alone")
  }
  # Of other outcomes they are functions like others.
  expect_length(coef(nn_fit(time ~ age + cluster(sex), lung)), 3)
})

test_that("a comparison beside strata is one column, and columns know their terms", {
  lung <- survival::lung
  lung$old <- as.numeric(lung$age > 60)
  fit <- nn_fit(Surv(time, status) ~ strata(sex) + (age > 60) + ph.ecog, lung)
  expected <- survival::coxph(Surv(time, status) ~ strata(sex) + old + ph.ecog, lung)
  expect_equal(unname(coef(fit)), unname(coef(expected)), tolerance = 1e-7)
  expect_identical(rownames(anova(fit)), c("NULL", "age > 60", "ph.ecog"))
})
