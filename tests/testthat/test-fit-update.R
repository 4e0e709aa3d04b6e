skip_if_no_torch()

test_that("the formula or options can be changed", {
  fit <- nn_fit(mpg ~ wt, mtcars, epochs = 400)
  wider <- update(fit, . ~ . + hp)
  expect_equal(formula(wider), mpg ~ wt + hp, ignore_formula_env = TRUE)
  expect_equal(coef(wider), coef(lm(mpg ~ wt + hp, mtcars)), tolerance = 1e-7)
  expect_identical(wider$options$epochs, fit$options$epochs)
  network <- update(fit, hidden_units = 3, epochs = 2)
  expect_length(loss_table(network)$epoch, 2)
})

test_that("update() finds what the caller's call names", {
  local_data <- mtcars[1:20, ]
  fit <- nn_fit(mpg ~ wt, local_data)
  expect_identical(nobs(update(fit, . ~ . + hp)), 20L)
})

test_that("what the new fit is refused for comes from the user's call", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(update(fit, . ~ . + weight), "data", "Not found: weight", from = "update")
  expect_refused(update(fit, epochs = 0), "argument", "epochs must be", from = "update")
})

test_that("the model frame is lm()'s", {
  fit <- nn_fit(log(mpg) ~ factor(cyl) + wt, mtcars)
  expect_equal(
    model.frame(fit), model.frame(lm(log(mpg) ~ factor(cyl) + wt, mtcars)), ignore_attr = TRUE
  )
})

test_that("without a formula both say so", {
  fit <- nn_fit(as.matrix(thermometer["u"]), thermometer$c)
  expect_refused(update(fit, epochs = 2), "argument", "without a formula", from = "update")
  expect_refused(model.frame(fit), "argument", "without a formula", from = "model.frame")
})

test_that("what is no formula, or no data frame, is refused by name", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  for (wrong in list(NULL, "wt", 3, mean, list(), globalenv())) {
    expect_refused(update(fit, wrong), "argument", "formula. must be a formula", from = "update")
  }
  for (wrong in list(NULL, 3, "mtcars", list(), globalenv(), as.matrix(mtcars))) {
    expect_refused(
      model.frame(fit, wrong), "data", "data must be a data frame", from = "model.frame"
    )
  }
  expect_refused(model.frame(fit, iris), "data", "Missing: mpg and wt", from = "model.frame")
})

test_that("what nn_fit() refuses comes from update(), which the user called", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(update(fit, . ~ . + mpgg), "data", "Not found: mpgg", from = "update")
  expect_refused(update(fit, epochs = -1), "argument", "epochs must be", from = "update")
})
