test_that("folds may be given, as any labels", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = mtcars$cyl)
  expect_identical(as.vector(cv$folds), as.integer(factor(mtcars$cyl)))
  out <- mtcars$cyl == 6
  expected <- predict(lm(mpg ~ wt, mtcars[!out, ]), mtcars[out, ])
  expect_equal(fitted(cv)[out], expected, tolerance = 1e-6)
  expect_identical(cv$losses$label, c("4", "6", "8"))
  expect_null(nn_cv(mpg ~ wt, mtcars, folds = 3)$losses[["label"]])
  found <- nn_tune(mpg ~ wt, mtcars, folds = cyl, penalty = list(0.1, 1), hidden_units = 2,
    epochs = 2, seed = 1
  )
  expect_identical(found$scores$label, rep(c("4", "6", "8"), 2))
  expect_null(search_of(penalty = list(0.1))$scores[["label"]])
})

test_that("folds of rows that are left out have no part", {
  skip_if_no_torch()
  folds <- factor(rep(c("a", "b", "none"), c(70, 78, 5)))
  data <- transform(airquality, Ozone = replace(Ozone, 149:153, NA))
  cv <- nn_cv(Ozone ~ Wind, data, folds = folds)
  expect_identical(cv$losses$label, c("a", "b"))
  expect_identical(nrow(cv$folds), sum(!is.na(data$Ozone)))
})

test_that("folds are looked up in the data first", {
  skip_if_no_torch()
  data <- transform(mtcars, folds = cyl)
  given <- nn_cv(mpg ~ wt, data, folds = data$cyl, seed = 1)
  expect_identical(nn_cv(mpg ~ wt, data, folds = cyl, seed = 1)$folds, given$folds)
  first <- nn_cv(data, mpg ~ wt, folds = cyl, seed = 1)
  expect_identical(first$folds, given$folds)
  expect_identical(first$call, quote(
    nn_cv(formula = mpg ~ wt, data = data, seed = 1, folds = cyl)
  ))
  # of its own argument a method does not make the column of that name
  expect_identical(max(nn_cv(data, mpg ~ wt, seed = 1)$folds), 10L)
  search <- function(...) {
    nn_tune(..., hidden_units = list(1, 2), penalty = 0, epochs = 2, seed = 1)$folds
  }
  expect_identical(search(mpg ~ wt, data, folds = cyl), given$folds)
  expect_identical(search(data, mpg ~ wt, folds = cyl), given$folds)
  expect_identical(max(search(data["wt"], data$mpg, folds = 3)), 3L)
  expect_refused(nn_cv(mpg ~ wt, data, folds = site), "argument",
    "folds: object site not found", "such as a column of data"
  )
  expect_refused(search(mpg ~ wt, data, folds = site), "argument", "folds: object site not found")
})

test_that("folds of the wrong size are refused", {
  for (folds in list(1, 33, 2.5, "a", NA)) {
    expect_refused(
      nn_cv(mpg ~ wt, mtcars, folds = folds), "argument", "folds must be a whole number from 2",
      from = "nn_cv"
    )
  }
  expect_refused(
    nn_cv(mpg ~ wt, mtcars, folds = 1:3), "argument", "fold of each of the 32 rows",
    "It has 3 values"
  )
  expect_refused(
    nn_cv(mpg ~ wt, mtcars, folds = rep(1, 32)), "argument", "two folds at least"
  )
  expect_refused(
    nn_cv(mpg ~ wt, mtcars, folds = mtcars$cyl, repeats = 2), "argument", "repeats must be 1"
  )
})

test_that("folds of the wrong kind are refused", {
  wrong <- list(globalenv(), ~x, mean, list(1, 2), mtcars, matrix(1:32, 16), complex(32), raw(32))
  for (folds in wrong) {
    expect_refused(
      nn_cv(mpg ~ wt, mtcars, folds = folds), "argument", "folds must be a whole number",
      from = "nn_cv"
    )
  }
})
