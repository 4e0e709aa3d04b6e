skip_if_no_torch()
skip_if_not_installed("sandwich")

d <- client_data()
pairs <- client_pairs()

test_that("the parts are those of lm() and glm()", {
  expect_same_answer(pairs, function(model) sandwich::bread(model))
  expect_same_answer(pairs, function(model) sandwich::estfun(model))
  expect_same_answer(pairs, function(model) sandwich::sandwich(model))
})

test_that("robust covariances of every type are those of lm() and glm()", {
  for (type in c("const", "HC0", "HC1", "HC2", "HC3", "HC4", "HC4m", "HC5")) {
    expect_same_answer(pairs, function(model) sandwich::vcovHC(model, type = type))
  }
  expect_same_answer(pairs, function(model) sandwich::vcovHAC(model))
})

test_that("clusters are a vector or a formula, in data of a function", {
  for (type in c("HC0", "HC1", "HC2", "HC3")) {
    expect_same_answer(pairs, function(model) {
      suppressWarnings(sandwich::vcovCL(model, cluster = d$group, type = type))
    })
  }
  by_formula <- function(model) sandwich::vcovCL(model, cluster = ~group, type = "HC1")
  expect_same_answer(pairs["lm"], by_formula)
  expect_same_answer(pairs["padded"], by_formula)
  two <- function(model) sandwich::vcovCL(model, cluster = ~ group + wool, type = "HC0")
  expect_same_answer(pairs["weighted"], two)
})

test_that("the bootstrap of sandwich is that of the equal model", {
  expect_same_answer(pairs[c("lm", "logistic")], function(model) {
    withr::with_seed(1, sandwich::vcovBS(model, R = 10))
  })
})

test_that("expand.model.frame() finds other columns", {
  fit <- nn_fit(breaks ~ z, d)
  expect_equal(
    expand.model.frame(fit, ~group), expand.model.frame(lm(breaks ~ z, d), ~group),
    ignore_attr = TRUE
  )
})

test_that("a formula that is asked for elsewhere is as it was", {
  fit <- nn_fit(breaks ~ z, client_data())
  expect_identical(formula(fit), fit$formula)
})

test_that("what has no such parts is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  for (fun in list(sandwich::bread, sandwich::estfun, sandwich::vcovBS)) {
    expect_refused(fun(network), "argument", "is for linear models")
  }
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(sandwich::bread(fit, foo = 1), "argument", "foo is not an argument of bread()")
  expect_refused(sandwich::estfun(fit, foo = 1), "argument", "foo is not an argument of estfun()")
})

use_survival("inst")
heart <- survival::heart

test_that("of a Cox model they are those of coxph(), and of its cluster()", {
  pairs <- survival_pairs()
  expect_same_answer(pairs, function(model) sandwich::bread(model), ignore_attr = TRUE)
  expect_same_answer(pairs, function(model) sandwich::estfun(model), ignore_attr = TRUE)
  expect_same_answer(pairs, function(model) sandwich::sandwich(model), ignore_attr = TRUE)
  by_place <- function(model) sandwich::vcovCL(model, cluster = lung$inst)
  expect_same_answer(pairs[c("plain", "strata", "weighted")], by_place)
  # By a formula survival has to be attached for a coxph(), and not for a fit.
  for (name in c("plain", "strata", "weighted")) {
    fit <- pairs[[name]][[2]]
    expect_equal(sandwich::vcovCL(fit, cluster = ~inst), by_place(fit))
  }
  fit <- pairs$weighted[[2]]
  robust <- survival::coxph(Surv(time, status) ~ age + strata(sex) + ph.ecog, lung,
    weights = ph.karno / 50, cluster = inst, control = exact
  )
  expect_equal(unname(sandwich::vcovCL(fit, cluster = ~inst, cadjust = FALSE)), robust$var,
    tolerance = 1e-6)
  # Rows of weight 0 take no part.
  none <- nn_fit(Surv(time, status) ~ age, lung, weights = rep(0:1, c(5, nrow(lung) - 5)))
  rest <- nn_fit(Surv(time, status) ~ age, lung[-(1:5), ])
  expect_equal(sandwich::sandwich(none), sandwich::sandwich(rest))
  expect_equal(
    sandwich::vcovCL(none, cluster = lung$inst, cadjust = FALSE),
    sandwich::vcovCL(rest, cluster = lung$inst[-(1:5)], cadjust = FALSE)
  )
})
