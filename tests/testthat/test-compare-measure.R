test_that("at R's own answer every measure is R's", {
  weighted <- lm(mpg ~ wt, mtcars, weights = hp)
  fits <- list(
    lm(mpg ~ wt + hp, mtcars), weighted, lm(mpg ~ wt - 1, mtcars),
    glm(am ~ wt, binomial(), mtcars), glm(carb ~ wt, poisson(), mtcars),
    glm(mpg ~ wt, Gamma("log"), mtcars), glm(mpg ~ wt, Gamma("log"), mtcars, weights = cyl),
    glm(cbind(am, 3 - am) ~ wt, binomial(), mtcars)
  )
  for (fit in fits) {
    reference <- read_reference(fit, NULL)
    df <- attr(logLik(fit), "df")
    found <- measure(reference, fit$fitted.values, df)
    expect_equal(found$logLik, as.numeric(logLik(fit)), info = deparse(fit$call))
    expect_equal(found$AIC, AIC(fit))
    share <- if (inherits(fit, "glm")) {
      1 - fit$deviance / fit$null.deviance
    } else {
      summary(fit)$r.squared
    }
    expect_equal(found$r.squared, share)
    expect_equal(found$nobs, nobs(fit))
  }
  expect_equal(measure(read_reference(weighted, NULL), fitted(weighted), 3)$mse,
    weighted.mean(residuals(weighted)^2, mtcars$hp))
})

test_that("elsewhere the likelihood is that of the density", {
  mu <- mtcars$mpg * 0 + 20
  lm_ref <- read_reference(lm(mpg ~ wt, mtcars), NULL)
  sigma <- sqrt(mean((mtcars$mpg - 20)^2))
  expect_equal(
    log_likelihood(lm_ref, mu), sum(dnorm(mtcars$mpg, 20, sigma, log = TRUE))
  )
  counts <- read_reference(glm(carb ~ wt, poisson(), mtcars), NULL)
  expect_equal(log_likelihood(counts, mu / 5), sum(dpois(mtcars$carb, 4, log = TRUE)))
})

test_that("what has diverged has no likelihood", {
  reference <- read_reference(lm(mpg ~ wt, mtcars), NULL)
  found <- measure(reference, rep(Inf, 32), 3)
  expect_identical(found$logLik, -Inf)
  expect_identical(found$mse, Inf)
})
