skip_if_no_pyarrow()

cars <- transform(mtcars, cyl = factor(cyl))

test_that("a row with a missing predictor predicts NA", {
  fit <- nn_fit(mpg ~ wt + cyl, write_parquet(cars))
  new <- cars[1:4, ]
  new$wt[2] <- NA
  new$cyl[3] <- NA
  expect_identical(is.na(predict(fit, write_parquet(new))), c(FALSE, TRUE, TRUE, FALSE))
})

test_that("classes and probabilities are predicted from files", {
  path <- write_parquet(iris)
  fit <- nn_fit(Species ~ ., path, hidden_units = 4, epochs = 20, seed = 1)
  expect_identical(unname(predict(fit, path, "class")), unname(predict(fit, iris, "class")))
  expect_identical(colnames(predict(fit, path, "prob")), levels(iris$Species))
})

test_that("classes that are ordered in the files are so in predictions", {
  path <- write_parquet(transform(iris, Species = ordered(Species, rev(levels(Species)))))
  fit <- nn_fit(Species ~ Petal.Width, path, penalty = 0.001, epochs = 20)
  for (data in list(path, iris)) {
    predicted <- predict(fit, data, "class")
    expect_s3_class(predicted, "ordered")
    expect_identical(levels(predicted), rev(levels(iris$Species)))
  }
})

test_that("a new level predicts NA, with a warning", {
  fit <- nn_fit(mpg ~ cyl, write_parquet(cars))
  path <- write_parquet(transform(cars[1:4, ], cyl = factor(c(4, 12, 6, NA))))
  expect_warning(values <- predict(fit, path), class = "nnfit_warning_levels", "cyl.*12")
  expect_identical(is.na(values), c(FALSE, TRUE, FALSE, TRUE))
})

test_that("a path is predicted for where the formula has columns as they are", {
  path <- write_parquet(cars)
  refused <- function(...) expect_refused(..., from = "predict")
  refused(predict(nn_fit(mpg ~ log(wt), cars), path), "argument", "log(wt)")
  matrix <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  refused(predict(matrix, path), "argument", "by a formula only")
  refused(predict(nn_fit(mpg ~ wt, cars), write_parquet(cars["hp"])), "data", "Missing: wt")
})

test_that("columns of another kind than in training are refused", {
  skip_if_no_pyarrow()
  d <- data.frame(y = c(1, 3, 2, 5), lg = c(TRUE, FALSE, TRUE, FALSE), a = c(2, 4, 1, 3))
  path <- write_parquet(d)
  strings <- write_parquet(transform(d, lg = ifelse(lg, "yes", "no"), a = as.character(a)))
  numbers <- write_parquet(transform(d, lg = lg * 1, a = a > 2))
  dates <- write_parquet(transform(d, a = as.Date("2020-01-01") + a))
  refused <- function(code, ...) expect_refused(code, "data", "of the kinds", ...)
  for (fit in list(nn_fit(y ~ lg + a, d), nn_fit(y ~ lg + a, path))) {
    expect_equal(unname(predict(fit, path)), unname(predict(fit, d)))
    refused(predict(fit, strings), "lg (strings in place of logicals)", "a (strings in place of")
    refused(predict(fit, numbers), "lg (numbers in place of logicals)", "a (logicals in place of")
    expect_error(predict(fit, dates), class = "nnfit_error")
    expect_equal(unname(predict(fit, d)), unname(predict(fit, path)))
  }
  refused(nn_fit(y ~ lg, path, validation = strings), "validation must", "lg (strings in place of")
})

test_that("a module of one's own predicts for files, given again where the fit has lost it", {
  path <- write_parquet(cars)
  module <- torch$nn$Linear(1L, 1L)
  fit <- nn_fit(mpg ~ wt, cars, model = module, epochs = 3, seed = 1)
  expect_equal(predict(fit, path), fitted(fit), ignore_attr = TRUE)
  fit$module_key <- "of another session"
  expect_refused(predict(fit, path), "module", "needs the torch module")
  expect_equal(predict(fit, path, model = module), fitted(fit), ignore_attr = TRUE)
})
