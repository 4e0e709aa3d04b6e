skip_if_no_torch()

test_that("rates are derivatives of the columns, to many digits", {
  data <- data.frame(y = rnorm(9), x = c(1e-3, 0.1, 1:7))
  fit <- nn_fit(y ~ log(x) + I(x^2) + sqrt(x), data, epochs = 2)
  rows <- explained_rows(fit, data, NULL, "nn_effects", NULL, environment())
  variable <- explained_variables(fit, rows$rows, NULL)$x
  rates <- column_rates(fit, rows, variable, NULL)
  truth <- with(data, cbind(1 / x, 2 * x, 0.5 / sqrt(x)))
  expect_equal(unname(rates), truth, tolerance = 1e-7)
})

test_that("where a column has no slope it is said", {
  data <- data.frame(y = 1:9 + 0, x = 0:8)
  fit <- nn_fit(y ~ sqrt(x), data, epochs = 2)
  expect_refused(nn_effects(fit), "argument", "variables can not have x", "no slope",
    from = "nn_effects"
  )
})

test_that("what would take too much memory is refused", {
  fit <- nn_fit(mpg ~ wt * factor(gear), mtcars)
  plain <- nn_effects(fit)
  real <- c(numbers_at_once = 2e7, most_contrasted = 1e8)
  withr::defer(for (name in names(real)) {
    utils::assignInNamespace(name, real[[name]], "nnfit")
  })
  utils::assignInNamespace("numbers_at_once", 10, "nnfit")
  expect_equal(nn_effects(fit), plain)
  utils::assignInNamespace("most_contrasted", 100, "nnfit")
  expect_refused(nn_effects(fit), "data", "fewer rows", "gear", "3 levels", from = "nn_effects")
})

test_that("logicals and strings are compared with what is first", {
  data <- transform(mtcars, am = am == 1, gear = paste0("g", gear))
  found <- nn_effects(nn_fit(mpg ~ am + gear, data))
  expect_identical(found$contrast, c("TRUE - FALSE", "g4 - g3", "g5 - g3"))
  expect_equal(found$estimate, unname(coef(lm(mpg ~ am + gear, data))[-1]), tolerance = 1e-8)
})
