new_cars <- data.frame(wt = c(1, 3, NA, 40), hp = c(50, 150, 100, 1000))

test_that("percentiles of replicates are torch's", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, bootstrap = 7, epochs = 10, seed = 1)
  for (level in c(0.2, 0.95)) {
    expect_scored(fit, new_cars, interval = "confidence", level = level)
  }
  linear <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars, bootstrap = 6, seed = 1)
  expect_scored(linear, new_cars, interval = "confidence")
  classes <- nn_fit(factor(am) ~ wt + hp, mtcars, hidden_units = 3, bootstrap = 5, epochs = 5,
    seed = 1
  )
  expect_scored(classes, new_cars, type = "prob", interval = "confidence")
  expect_scored(classes, new_cars, type = "link", interval = "confidence")
  risks <- nn_fit(survival::Surv(mpg, am) ~ wt, mtcars, bootstrap = 4, seed = 1)
  expect_scored(risks, new_cars, interval = "confidence")
})

test_that("limits of members are torch's, and far rows are refused", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  expect_scored(fit, new_cars, interval = "confidence")
  expect_scored(fit, new_cars, type = "link", interval = "confidence", level = 0.5)
  far <- data.frame(wt = -1.7e308, hp = 1.7e308)
  for (engine in c("r", "torch")) {
    expect_refused(
      predict(fit, far, interval = "confidence", engine = engine), "argument",
      "so far from the rows of the fit"
    )
  }
})

test_that("limits and standard errors by the likelihood need no torch either", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  for (interval in c("confidence", "prediction")) {
    expect_scored(fit, new_cars, interval = interval)
  }
  expect_scored(fit, new_cars, se.fit = TRUE)
  expect_identical(
    predict(fit, se.fit = TRUE, engine = "r")$fit, predict(fit, mtcars, engine = "r")
  )
})

test_that("parts of the rows are put together", {
  sums <- function(x, offset) list(t(x), t(x) + (offset %||% 0))
  x <- matrix(1:20 + 0, 10)
  offset <- matrix(1:20 / 10, 2)
  expect_identical(by_parts(sums, x, offset, 8e6 / 3), sums(x, offset))
  expect_identical(by_parts(sums, x, NULL, 1), sums(x, NULL))
})

test_that("percentiles are those of quantile()", {
  set.seed(1)
  values <- array(stats::rnorm(2 * 3 * 8), c(2, 3, 8))
  found <- percentiles(values, 2, 3, c(0, 0.3, 1))
  for (i in 1:3) {
    expect_equal(found[[i]], apply(values, 1:2, stats::quantile, c(0, 0.3, 1)[i], names = FALSE))
  }
})
