skip_if_no_torch()

test_that("the same model on other columns is a fit of its own", {
  fit <- nn_fit(carb ~ wt + hp, mtcars, loss = "poisson_nll", weights = gear, offset = log(cyl))
  other <- refit(fit, as.matrix(mtcars["wt"]), NULL)
  expected <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", weights = gear, offset = log(cyl))
  expect_equal(coef(other), coef(expected), tolerance = 1e-8)
  expect_equal(refit(fit, as.matrix(mtcars["wt"]), NULL, as.matrix(log(mtcars$cyl) + 1))$fitted,
    other$fitted, tolerance = 1e-8
  )
})

test_that("arguments of the loss, and rows held out, are kept", {
  loss <- list("negative_binomial_nll", dispersion = 0.3)
  fit <- nn_fit(carb ~ wt + hp, mtcars, loss = loss)
  other <- refit(fit, as.matrix(mtcars["wt"]), NULL)
  expect_equal(coef(other), coef(nn_fit(carb ~ wt, mtcars, loss = loss)), tolerance = 1e-8)
  part <- nn_fit(mpg ~ wt + hp, mtcars, validation = 0.25, seed = 1)
  seen <- mtcars[-part$validation_rows, ]
  other <- refit(part, as.matrix(mtcars["wt"]), NULL)
  expect_equal(coef(other), coef(lm(mpg ~ wt, seen)), tolerance = 1e-8)
})
