shown <- function(...) capture.output(str(...))

test_that("a fit is one line and a line per part", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 2, seed = 1)
  lines <- shown(fit)
  expect_identical(lines[1], " nn_fit: Neural network 1 -> 3 relu -> 1, 10 parameters")
  expect_length(lines, 1 + length(fit))
  expect_identical(shown(fit, max.level = 0), lines[1])
  expect_gt(length(shown(fit, max.level = 2)), length(lines))
})

test_that("within a list a fit is one line", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_identical(
    shown(list(fit = fit, n = 1L)),
    c("List of 2", " $ fit: nn_fit: Linear model 1 -> 1, 2 parameters", " $ n  : int 1")
  )
})

test_that("settings of the wrong kind are refused by name", {
  fit <- nn_fit(c ~ u, thermometer)
  for (wrong in list(-1, 1.5, "1", NULL, NaN, TRUE, 1:2)) {
    expect_refused(str(fit, max.level = wrong), "argument", "max.level must be", from = "str")
  }
  expect_refused(str(fit, give.attr = 1), "argument", "give.attr must be", from = "str")
})
