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
  fit <- nn_fit(Species ~ Petal.Width, path, epochs = 20)
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
