skip_if_no_torch()

rows_of <- function(fit, data = NULL, outcome = TRUE, user = parent.frame()) {
  importance_rows(fit, data, outcome, NULL, rlang::current_env(), user)
}

test_that("rows of the fit have its outcome and weights, those held out alone", {
  fit <- nn_fit(mpg ~ wt + offset(qsec), mtcars, weights = hp, validation = 0.25, epochs = 3,
    hidden_units = 2, seed = 1)
  found <- rows_of(fit)
  chosen <- sort(fit$validation_rows)
  expect_identical(found$part, "held out")
  expect_equal(as.vector(found$y), mtcars$mpg[chosen])
  expect_equal(as.vector(found$weights), mtcars$hp[chosen])
  expect_equal(as.vector(found$offset), mtcars$qsec[chosen])
  expect_equal(found$rows$wt, mtcars$wt[chosen])
  every <- rows_of(fit, outcome = FALSE)
  expect_identical(nrow(every$x), 32L)
  expect_null(every$y)
})

test_that("other rows have the outcome that they are given with, without gaps", {
  fit <- nn_fit(Species ~ Petal.Width, iris, epochs = 3, hidden_units = 2, seed = 1)
  new <- iris[c(1, 60, 120, 3), ]
  new$Species[2] <- NA
  new$Petal.Width[4] <- NA
  found <- rows_of(fit, new)
  expect_identical(found$part, "new")
  expect_identical(as.vector(found$y), c("setosa", "virginica"))
  expect_identical(found$kept, c(1L, 3L))
  new$Species[] <- NA
  expect_refused(rows_of(fit, new), "data", "a row in which nothing is missing", from = "rows_of")
})

test_that("a level that is new is told once", {
  fit <- nn_fit(mpg ~ factor(cyl), mtcars[mtcars$cyl < 8, ])
  told <- testthat::capture_warnings(found <- nn_importance(fit, mtcars))
  expect_length(told, 1)
  expect_identical(attr(found, "rows"), sum(mtcars$cyl < 8))
})

test_that("censored times are taken by row", {
  times <- list(event = c(TRUE, FALSE, TRUE), time = c(3, 2, 1))
  expect_identical(take_part(times, c(1, 3)), list(event = c(TRUE, TRUE), time = c(3, 1)))
  expect_identical(take_part(matrix(1:6, 3), 2), matrix(c(2L, 5L), 1))
  expect_identical(take_part(4:6, 2), as.array(5L))
})
