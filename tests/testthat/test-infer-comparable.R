skip_if_no_torch()

refused <- function(code, ...) {
  expect_refused(code, "argument", "the same family and outcome", ..., from = "anova")
}

test_that("fits of another family, outcome, weight or link are not compared", {
  fit <- nn_fit(carb ~ wt, mtcars, family = poisson())
  refused(anova(fit, nn_fit(carb ~ wt + hp, mtcars, family = quasipoisson())), "another loss")
  refused(anova(fit, nn_fit(carb ~ wt + hp, mtcars, family = poisson("sqrt"))), "another l")
  refused(anova(fit, nn_fit(gear ~ wt + hp, mtcars, family = poisson())), "another outcome")
  refused(
    anova(fit, nn_fit(carb ~ wt + hp, mtcars, family = poisson(), weights = gear)),
    "Fit 2 has other weights"
  )
  normal <- nn_fit(carb ~ wt, mtcars)
  refused(anova(normal, normal, fit), "Fit 3 has another loss")
})

test_that("other rows are noticed where the outcomes are equal by chance", {
  data <- data.frame(y = c(0, 0, 0, 0, rep(0:1, 18)), x = cos(1:40), z = sin(1:40))
  data$x[1] <- data$z[3] <- NA
  first <- nn_fit(y ~ x, data, family = binomial())
  second <- nn_fit(y ~ z, data, family = binomial())
  expect_identical(first$outcome$values, second$outcome$values)
  refused(anova(first, second), "Fit 2 has other rows of the same data")
  whole <- na.omit(data)
  both <- list(nn_fit(y ~ x, whole, family = binomial()), nn_fit(y ~ z, whole, family = binomial()))
  expect_identical(nrow(do.call(anova, both)), 2L)
  # a data frame of the rows, and the same rows of the whole
  part <- nn_fit(y ~ x, data, family = binomial(), subset = which(!is.na(z)))
  expect_identical(nrow(anova(both[[2]], part)), 2L)
  refused(anova(first, nn_fit(y ~ x, data, family = binomial(), subset = 3:40)), "Fit 2 has")
})

test_that("rows held out, and strata, are the same", {
  fit <- nn_fit(mpg ~ wt, mtcars, validation = 1:8)
  larger <- nn_fit(mpg ~ wt + hp, mtcars, validation = 8:1)
  seen <- mtcars[-(1:8), ]
  expected <- anova(lm(mpg ~ wt, seen), lm(mpg ~ wt + hp, seen))
  expect_equal(anova(fit, larger), expected, tolerance = 1e-8)
  refused(anova(fit, nn_fit(mpg ~ wt + hp, mtcars, validation = 2:9)), "other rows held out")
  skip_if_not_installed("survival")
  risks <- nn_fit(Surv(time, status) ~ age, survival::lung)
  stratified <- nn_fit(Surv(time, status) ~ age + strata(sex), survival::lung)
  refused(anova(risks, stratified), "Fit 2 has other strata")
})
