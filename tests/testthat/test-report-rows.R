skip_if_no_torch()

test_that("rows are found by the call, given, or not there for a reason", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  seen <- function(...) report_rows(about_fit_of(fit), ...)
  expect_identical(seen(NULL), list(data = mtcars, own = TRUE))
  expect_identical(seen(mtcars), list(data = mtcars, own = TRUE, given = mtcars))
  expect_false(seen(mtcars[1:5, ])$own)
  expect_error(seen(1), class = "nnfit_error_argument", "`data` must be")
  fit$rows <- c(train = 32, validation = 0)
  expect_match(seen(NULL)$why, "on files does not hold its rows")
})

test_that("predictors are columns, whatever the data are", {
  of <- function(fit, data) names(predictor_frame(fit, data))
  formula <- nn_fit(log(mpg) ~ wt * factor(cyl), mtcars)
  expect_identical(of(formula, mtcars), c("wt", "cyl"))
  X <- as.matrix(mtcars[2:3])
  matrix <- nn_fit(X, mtcars$mpg)
  expect_identical(of(matrix, X), c("cyl", "disp"))
  expect_identical(of(matrix, list(unname(X), mtcars$mpg)), c("x1", "x2"))
  expect_identical(of(matrix, as_tensor(unname(X))), c("x1", "x2"))
  expect_null(predictor_frame(matrix, array(0, c(2, 2, 2))))
})
