skip_if_no_torch()

data <- transform(mtcars, cyl = factor(cyl), gear = as.integer(gear))
fit <- nn_fit(mpg ~ wt + cyl + gear + carb, data)
refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_effects")

test_that("a grid is evenly spread, or has all values where these are few", {
  found <- nn_effects(fit, "wt", grid = 5)
  expect_equal(found$wt, seq(min(data$wt), max(data$wt), length.out = 5))
  expect_equal(nn_effects(fit, "carb")$carb, sort(unique(data$carb)))
  inner <- nn_effects(fit, "wt", grid = 5, quantiles = c(0.1, 0.9))
  expect_equal(range(inner$wt), unname(quantile(data$wt, c(0.1, 0.9))))
  whole <- nn_effects(fit, "gear", grid = 2)
  expect_identical(whole$gear, c(3L, 5L))
  expect_identical(nn_effects(fit, "cyl")$cyl, factor(c(4, 6, 8)))
})

test_that("of two variables the second moves first", {
  found <- nn_effects(fit, c("wt", "cyl"), values = list(wt = c(3, 2), cyl = c("8", "4")))
  expect_equal(found$wt, c(3, 3, 2, 2))
  expect_identical(found$cyl, factor(c("8", "4", "8", "4"), levels(data$cyl)))
})

test_that("values are numbers, or levels that there are", {
  refused(nn_effects(fit, "wt", values = "2"), "values of wt must be finite numbers")
  refused(nn_effects(fit, "wt", values = Inf), "values of wt")
  refused(nn_effects(fit, "cyl", values = "5"), "values of cyl must be among", "4, 6, and 8")
  refused(nn_effects(fit, c("wt", "cyl"), values = 2), "values must be a list by the names of")
  refused(nn_effects(fit, "wt", values = list(hp = 2)), "values must be values of wt")
  refused(nn_effects(fit, c("wt", "cyl"), center = TRUE), "center is for one variable")
  logs <- nn_fit(mpg ~ log(wt), mtcars)
  expect_warning(
    refused(nn_effects(logs, "wt", values = -1), "no number for some values", "wt"), NA
  )
})
