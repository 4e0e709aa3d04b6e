use_survival("inst")
heart <- survival::heart
pairs <- survival_pairs()

test_that("the equal model has the parts of coxph(), at the fit's own coefficients", {
  for (name in names(pairs)) {
    expected <- pairs[[name]][[1]]
    found <- as_coxph(pairs[[name]][[2]])
    expect_identical(coef(found), coef(pairs[[name]][[2]]))
    for (part in setdiff(names(expected), c("iter", "call", "terms", "formula", "model", "x"))) {
      expect_equal(found[[part]], expected[[part]],
        tolerance = 1e-6, ignore_attr = TRUE, label = paste(name, part)
      )
    }
    expect_equal(summary(found)$coefficients, summary(expected)$coefficients, tolerance = 1e-6)
    tests <- c("logtest", "sctest", "waldtest")
    expect_equal(summary(found)[tests], summary(expected)[tests], tolerance = 1e-6)
  }
})

test_that("cox.zph() and basehaz() take it", {
  for (name in names(pairs)) {
    expected <- pairs[[name]][[1]]
    found <- as_coxph(pairs[[name]][[2]])
    table <- survival::cox.zph(expected)$table
    expect_equal(survival::cox.zph(found)$table, table, tolerance = 1e-6)
    if (name == "factor") next # of which a curve at means makes no sense, says survival
    expect_equal(survival::basehaz(found), survival::basehaz(expected), tolerance = 1e-6)
  }
})

test_that("its call is one that the user could have written", {
  expect_identical(deparse1(as_coxph(pairs$breslow[[2]])$call), paste(
    "survival::coxph(formula = Surv(time, status) ~ age + offset(ph.ecog/3),",
    "data = lung, subset = age > 50, ties = \"breslow\")"
  ))
})

test_that("names of survival, offsets as arguments, columns of NA and levels without rows", {
  lung$f <- factor(lung$ph.ecog, 0:4)
  fit <- nn_fit(Surv(time, status) ~ f + survival::strata(sex), lung,
    offset = age / 100, subset = ph.ecog < 3
  )
  cox <- survival::coxph(Surv(time, status) ~ droplevels(f) + strata(sex) + offset(age / 100), lung,
    subset = ph.ecog < 3, control = exact
  )
  expect_equal(unname(as_coxph(fit)$var), cox$var[1:2, 1:2], tolerance = 1e-6)
  formula <- Surv(time, status) ~ age + I(2 * age) + ph.ecog
  suppressWarnings(fit <- nn_fit(formula, lung))
  cox <- survival::coxph(formula, lung, control = exact)
  expect_equal(as_coxph(fit)$var, cox$var, tolerance = 1e-6)
  expect_identical(is.na(coef(as_coxph(fit))), is.na(coef(cox)))
})

test_that("columns and times may be of any size", {
  large <- transform(lung, age = age * 1e8, ph.ecog = ph.ecog * 1e-8)
  found <- as_coxph(nn_fit(Surv(time, status) ~ age + ph.ecog, large))
  expect_equal(found$wald.test, unname(pairs$plain[[1]]$wald.test), tolerance = 1e-6)
  glanced <- glance(nn_fit(Surv(time, status) ~ age + ph.ecog, large))
  expect_equal(glanced$statistic.wald, found$wald.test, tolerance = 1e-6)
  # Times near 0 are all the same to coxph().
  small <- transform(lung, time = time * 1e-12)
  found <- as_coxph(nn_fit(Surv(time, status) ~ age + ph.ecog, small))
  expect_equal(coef(found), coef(pairs$plain[[1]]), tolerance = 1e-7)
  expect_equal(found$var, pairs$plain[[1]]$var, tolerance = 1e-6)
})

test_that("rows of weight 0 are left out", {
  weights <- rep(0:1, c(5, nrow(lung) - 5))
  fit <- nn_fit(Surv(time, status) ~ age, lung, weights = weights)
  cox <- survival::coxph(Surv(time, status) ~ age, lung[-(1:5), ], control = exact)
  expect_equal(as_coxph(fit)$var, cox$var, tolerance = 1e-6)
  expect_identical(as_coxph(fit)$n, nrow(lung) - 5L)
})

test_that("fits that are no coxph(), and data that are others, are refused", {
  expect_refused(as_coxph(lung), "argument", "fit must be an nn_fit()", from = "as_coxph")
  expect_refused(as_coxph(nn_fit(mpg ~ wt, mtcars)), "argument", "is for censored times")
  net <- nn_fit(Surv(time, status) ~ age, lung, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(as_coxph(net), "argument", "is for linear models", from = "as_coxph")
  plain <- nn_fit(as.matrix(lung["age"]), Surv(lung$time, lung$status))
  expect_refused(as_coxph(plain), "argument", "needs a formula")
  expect_refused(as_coxph(nn_fit(Surv(time, status) ~ age, lung, penalty = 1)), "argument",
    "A penalty draws them")
  other <- lung
  fit <- nn_fit(Surv(time, status) ~ age, other)
  other$status[1:30] <- 1
  expect_refused(as_coxph(fit), "argument", "the data are not what they were", from = "as_coxph")
  other <- lung[-1, ]
  expect_refused(as_coxph(fit), "argument", "They have other rows", from = "as_coxph")
  other <- lung
  other$age <- rev(other$age)
  expect_refused(as_coxph(fit), "argument", "the fits own predictions", from = "as_coxph")
})

test_that("emmeans, lmtest and easystats answer as of a coxph", {
  local_workspace()
  ours <- pairs$factor[[2]]
  theirs <- pairs$factor[[1]]
  same <- function(package, ask, fit = ours, cox = theirs) {
    skip_if_not_installed(package)
    quiet <- function(code) suppressWarnings(suppressMessages(code))
    expect_equal(quiet(ask(fit)), quiet(ask(cox)), tolerance = 1e-6, ignore_attr = TRUE)
  }
  same("emmeans", function(model) {
    as.data.frame(emmeans::emmeans(model, "sex", at = list(sex = 1:2)))
  })
  same("emmeans", function(model) {
    as.data.frame(pairs(emmeans::emmeans(model, "sex", type = "response")))
  })
  same("emmeans", function(model) as.data.frame(emmeans::emtrends(model, ~sex, var = "age")))
  same("lmtest", function(model) unclass(lmtest::coeftest(model)))
  same("insight", function(model) insight::get_data(model)[c("age", "sex")])
  same("insight", function(model) insight::get_predicted(model))
  same("insight", function(model) insight::model_info(model))
  same("insight", function(model) insight::get_varcov(model))
  same("performance", function(model) performance::r2(model))
  same("performance", function(model) as.data.frame(performance::model_performance(model)))
  same("performance", function(model) performance::performance_aicc(model))
})

test_that("what such packages can not do with a coxph() is refused by name", {
  fit <- pairs$plain[[2]]
  if (requireNamespace("effects", quietly = TRUE)) {
    expect_refused(effects::Effect("age", fit), "argument", "Effect() does not go with censored")
    expect_refused(effects::allEffects(fit), "argument", "allEffects() does not go with censored")
  }
  skip_if_not_installed("performance")
  expect_refused(performance::r2_efron(fit), "argument", "r2_efron() does not go with censored")
  expect_refused(performance::r2_mcfadden(fit), "argument", "r2_mcfadden() does not go")
  expect_refused(performance::check_outliers(fit), "argument", "check_outliers() does not go")
})
