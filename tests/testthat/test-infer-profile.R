skip_if_no_torch()

test_that("limits are where the deviance is as much larger as the distribution says", {
  fit <- nn_fit(carb ~ wt + hp, mtcars, loss = "poisson_nll", offset = log(cyl))
  limits <- confint(fit, method = "profile")
  best <- glm(carb ~ wt + hp + offset(log(cyl)), poisson, mtcars)
  at <- function(value) {
    held <- glm(carb ~ hp + offset(log(cyl) + value * wt), poisson, mtcars)
    deviance(held) - deviance(best)
  }
  expect_equal(at(limits["wt", 1]), qchisq(0.95, 1), tolerance = 1e-5)
  expect_equal(at(limits["wt", 2]), qchisq(0.95, 1), tolerance = 1e-5)
  value <- limits["(Intercept)", 1]
  held <- glm(carb ~ wt + hp - 1 + offset(log(cyl) + value + 0 * wt), poisson, mtcars)
  expect_equal(deviance(held) - deviance(best), qchisq(0.95, 1), tolerance = 1e-5)
})

test_that("they are about those of glm(), which reads them off a curve", {
  fit <- nn_fit(factor(am) ~ wt, mtcars)
  expected <- suppressMessages(confint(glm(am ~ wt, binomial, mtcars)))
  expect_equal(confint(fit, method = "profile"), expected, tolerance = 1e-3)
  expect_identical(
    confint(fit, "wt", method = "profile"), confint(fit, method = "profile")["wt", , drop = FALSE]
  )
})

test_that("an intercept alone, and no predictor left", {
  fit <- nn_fit(carb ~ 1, mtcars, loss = "poisson_nll")
  limits <- confint(fit, method = "profile")
  beyond <- function(value) {
    2 * (sum(dpois(mtcars$carb, mean(mtcars$carb), log = TRUE)) -
      sum(dpois(mtcars$carb, exp(value), log = TRUE)))
  }
  expect_equal(vapply(limits, beyond, 0), rep(qchisq(0.95, 1), 2), tolerance = 1e-5)
})

test_that("where the dispersion is estimated the t distribution is meant", {
  fit <- nn_fit(mpg ~ wt, mtcars, loss = "gamma_nll")
  limit <- confint(fit, "wt", method = "profile")[1, 1]
  best <- glm(mpg ~ wt, Gamma("log"), mtcars)
  held <- glm(mpg ~ offset(limit * wt), Gamma("log"), mtcars)
  root <- sqrt((deviance(held) - deviance(best)) / summary(best)$dispersion)
  expect_equal(root, qt(0.975, 30), tolerance = 1e-4)
})

test_that("under squared error it is Wald's, and what has none is refused", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_identical(confint(fit, method = "profile"), confint(fit))
  data <- transform(mtcars, double = 2 * wt)
  aliased <- suppressWarnings(nn_fit(carb ~ wt + double, data, loss = "poisson_nll"))
  expect_true(all(is.na(confint(aliased, method = "profile")["double", ])))
  expect_refused(confint(fit, method = "exact"), "argument", "method")
  several <- nn_fit(cbind(carb, gear) ~ wt, mtcars, loss = "poisson_nll")
  expect_refused(confint(several, method = "profile"), "argument", "is for one outcome")
})

test_that("under a link that leaves some rows without a mean each step finds its start", {
  set.seed(1)
  data <- data.frame(x = rnorm(30))
  data$y <- rbinom(30, 1, 0.3)
  limits <- confint(nn_fit(y ~ x, data, family = binomial("log")), method = "profile")
  deviance_of <- function(intercept, slope) {
    p <- exp(intercept + slope * data$x)
    if (any(p >= 1)) 1e6 else -2 * sum(log(ifelse(data$y == 1, p, 1 - p)))
  }
  least <- function(slope) {
    optimize(deviance_of, c(-6, -max(slope * data$x)), slope = slope, tol = 1e-10)$objective
  }
  best <- optimize(least, c(-2, 2), tol = 1e-8)$objective
  for (limit in limits["x", ]) expect_equal(least(limit) - best, qchisq(0.95, 1), tolerance = 1e-4)
  level <- function(intercept) {
    ends <- -intercept / range(data$x) # beyond, a row has no mean
    optimize(function(slope) deviance_of(intercept, slope), ends, tol = 1e-10)$objective
  }
  for (limit in limits["(Intercept)", ]) {
    expect_equal(level(limit) - best, qchisq(0.95, 1), tolerance = 1e-4)
  }
})

test_that("of means that vanish there is no profile, and the reason is said", {
  data <- data.frame(y = c(3, 1, 2, 0, 0, 0), g = gl(2, 3))
  expect_warning(fit <- nn_fit(y ~ g, data, family = poisson()), class = "nnfit_warning_separated")
  expect_refused(confint(fit, method = "profile"), "argument", "Some means go to 0")
  expect_refused(vcov(fit), "argument", "Some means go to 0")
  expect_match(describe_fault(fit), "Some means go to 0")
})

test_that("of a Cox model they are where the partial likelihood is so much smaller", {
  use_survival()
  formulas <- list(
    Surv(time, status) ~ age, Surv(time, status) ~ age + ph.ecog + strata(sex)
  )
  held <- list(
    function(at) Surv(time, status) ~ offset(at * age),
    function(at) Surv(time, status) ~ offset(at * age) + ph.ecog + strata(sex)
  )
  for (k in 1:2) {
    fit <- nn_fit(formulas[[k]], lung, weights = ph.karno)
    limits <- confint(fit, "age", level = 0.9, method = "profile")
    for (at in limits) {
      there <- survival::coxph(held[[k]](at), lung, weights = ph.karno, control = exact)
      lost <- 2 * (as.numeric(logLik(fit)) - there$loglik[length(there$loglik)])
      expect_equal(lost, qchisq(0.9, 1), tolerance = 1e-5)
    }
    expect_lt(limits[1], coef(fit)[["age"]])
    expect_gt(limits[2], coef(fit)[["age"]])
  }
  shrunk <- nn_fit(Surv(time, status) ~ age, lung, penalty = 0.1)
  expect_refused(confint(shrunk, method = "profile"), "argument", "A penalty draws them")
})
