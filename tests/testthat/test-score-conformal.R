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
