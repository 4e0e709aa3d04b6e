test_that("where new outcomes fall is what torch says", {
  skip_if_no_torch()
  new <- data.frame(wt = c(1, 3, NA, 40), hp = c(50, 150, 100, 1000))
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  # at the first there is nothing between the limits, at the last no limit
  for (level in c(0.01, 0.5, 0.9, 0.99)) {
    limits <- expect_scored(fit, new, interval = "prediction", level = level)
  }
  expect_true(all(is.infinite(limits[-3, "upr"])))
  several <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  expect_scored(several, new, interval = "prediction", level = 0.8)
})

test_that("limits stay where an outcome can be, beside an offset", {
  skip_if_no_torch()
  set.seed(8)
  rows <- random_rows(60)
  fit <- nn_fit(count ~ a + k + offset(o), rows, hidden_units = 3, seed = 1, loss = "poisson_nll")
  limits <- expect_scored(fit, rows, interval = "prediction", level = 0.9)
  expect_identical(min(limits[, "lwr"]), 0)
})

test_that("limits in standard deviations are torch's, of several outcomes and modelled variances", {
  skip_if_no_torch()
  set.seed(3)
  d <- data.frame(x = runif(80, 0, 3), w = rep(1:2, 40), o = rnorm(80, sd = 0.3))
  d$n <- rpois(80, exp(d$x + d$o))
  d$m <- rpois(80, 4)
  d$g <- rgamma(80, 4, exp(-d$x))
  new <- data.frame(x = c(0.1, 2.9, NA, 400), o = c(0, 1, 0, 400))
  losses <- list("poisson_nll", list("negative_binomial_nll", dispersion = 0.5))
  for (loss in losses) {
    fit <- nn_fit(cbind(n, m) ~ x + offset(o), d,
      weights = w, hidden_units = 3, seed = 1, loss = loss
    )
    limits <- expect_scored(fit, new, interval = "prediction", level = 0.8)
  }
  apart <- function(band) {
    width <- unname(band[, "upr"] - band[, "lwr"])
    width[2] / width[1]
  }
  others <- list(
    "gamma_nll", "inverse_gaussian_nll", "gaussian_nll", list("tweedie_nll", power = 1.2)
  )
  for (loss in others) {
    fit <- nn_fit(g ~ x, d, hidden_units = 3, seed = 1, loss = loss)
    band <- expect_scored(fit, new[1:3, ], interval = "prediction", level = 0.8)
    expect_gt(apart(band), 2)
  }
  early <- fit
  early$held_out$spread <- NULL
  as_early <- expect_scored(early, new[1:3, ], interval = "prediction", level = 0.8)
  expect_lt(apart(as_early), apart(band))
})

test_that("sets of classes are torch's", {
  skip_if_no_torch()
  fit <- nn_fit(Species ~ ., iris, hidden_units = 4, seed = 1)
  for (level in c(0.3, 0.8, 0.95, 0.999)) {
    sets <- lapply(c("r", "torch"), function(engine) {
      predict(fit, iris, type = "set", level = level, engine = engine)
    })
    expect_identical(sets[[1]], sets[[2]])
  }
  two <- nn_fit(factor(am) ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  new <- data.frame(wt = c(1, 3, NA), hp = 100)
  expect_identical(
    predict(two, new, type = "set", engine = "r"), predict(two, new, type = "set", engine = "torch")
  )
})
