skip_if_no_torch()

test_that("fitted values and residuals are lm()'s, with its names", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  reference <- lm(mpg ~ wt, mtcars)
  expect_equal(fitted(fit), fitted(reference), tolerance = 1e-8)
  expect_equal(residuals(fit), residuals(reference), tolerance = 1e-7)
})

test_that("the residual of a class is its indicator minus its probability", {
  two <- nn_fit(factor(am) ~ wt, mtcars)
  expect_equal(residuals(two), mtcars$am - fitted(two), ignore_attr = TRUE)
  three <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 5, seed = 1)
  expect_equal(
    residuals(three)[51, ], c(setosa = 0, versicolor = 1, virginica = 0) - fitted(three)[51, ]
  )
  expect_equal(unname(rowSums(residuals(three))), rep(0, 150), tolerance = 1e-6)
})

test_that("nobs() counts the rows trained on", {
  expect_identical(nobs(nn_fit(mpg ~ wt, mtcars)), 32L)
  expect_identical(nobs(nn_fit(mpg ~ wt, mtcars, validation = 0.25)), 24L)
})

test_that("the formula is the user's, and NULL where there is none", {
  expect_equal(formula(nn_fit(c ~ ., thermometer)), c ~ ., ignore_formula_env = TRUE)
  expect_null(formula(nn_fit(as.matrix(thermometer["u"]), thermometer$c)))
})
