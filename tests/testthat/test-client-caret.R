skip_if_no_caret <- function() {
  skip_if_no_torch()
  withr::local_envvar(TZ = "UTC") # recipes asks for it
  skip_if_not_installed("caret")
}

of_caret <- function(name) getExportedValue("caret", name)

# caret attaches what it is made with: ggplot2, whose `mpg` other tests would find.
detached <- function(code) {
  before <- search()
  on.exit(for (name in setdiff(search(), before)) detach(name, character.only = TRUE))
  code
}

by_caret <- function(...) detached(trained_by_caret(...))

trained_by_caret <- function(..., units = c(0, 3), penalty = 0.01, method = nn_caret()) {
  withr::with_seed(1, of_caret("train")(...,
    method = method, epochs = 20,
    tuneGrid = expand.grid(hidden_units = units, penalty = penalty)
  ))
}

folds_of_caret <- function(...) of_caret("trainControl")("cv", number = 3, ...)

test_that("the list has what caret asks for, and a grid of each kind", {
  model <- nn_caret()
  expect_true(all(
    c("library", "type", "parameters", "grid", "fit", "predict", "prob", "sort") %in% names(model)
  ))
  expect_identical(names(model$parameters), c("parameter", "class", "label"))
  grid <- model$grid(mtcars, mtcars$mpg, 3)
  expect_identical(dim(grid), c(9L, 2L))
  expect_identical(sort(unique(grid$hidden_units)), c(0, 4, 8))
  expect_true(all(grid$penalty >= 0 & grid$penalty < 1))
  expect_identical(dim(model$grid(mtcars, mtcars$mpg, 1)), c(1L, 2L))
  expect_identical(dim(model$grid(mtcars, mtcars$mpg, 5, "random")), c(5L, 2L))
  sorted <- model$sort(grid[9:1, ])
  expect_identical(sorted$hidden_units, rep(c(0, 4, 8), each = 3))
  expect_false(is.unsorted(-sorted$penalty[1:3]))
  expect_refused(nn_caret(0), "argument", "layers must be a whole number from 1", from = "nn_caret")
})

test_that("caret tunes a model of numbers, which predicts as nn_fit() does", {
  skip_if_no_caret()
  tuned <- by_caret(mpg ~ wt + hp, mtcars, trControl = folds_of_caret())
  expect_identical(nrow(tuned$results), 2L)
  expect_true(all(is.finite(tuned$results$RMSE)))
  expect_identical(tuned$bestTune$hidden_units, 0)
  fit <- nn_fit(mpg ~ wt + hp, mtcars, penalty = 0.01)
  expect_equal(coef(tuned$finalModel), coef(fit), tolerance = 1e-6)
  expect_equal(predict(tuned, mtcars[1:3, ]), predict(fit, mtcars[1:3, ]), tolerance = 1e-6,
    ignore_attr = TRUE
  )
  expect_identical(of_caret("predictors")(tuned), c("wt", "hp"))
  # caret's own loss on its folds is that of nn_cv() on these.
  out <- tuned$control$indexOut
  labels <- rep(seq_along(out), lengths(out))[order(unlist(out))]
  cv <- nn_cv(mpg ~ wt + hp, mtcars, folds = labels, penalty = 0.01)
  expect_equal(
    tuned$results$RMSE[tuned$results$hidden_units == 0], mean(sqrt(cv$losses$valid_loss)),
    tolerance = 1e-6
  )
})

test_that("caret tunes models of two classes and of three, by class and by probability", {
  skip_if_no_caret()
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  control <- folds_of_caret(classProbs = TRUE, summaryFunction = of_caret("twoClassSummary"))
  two <- by_caret(am ~ wt + qsec, cars, trControl = control, metric = "ROC")
  expect_gt(two$results$ROC[two$results$hidden_units == 0], 0.8)
  expect_s3_class(predict(two, cars), "factor")
  expect_identical(levels(predict(two, cars)), c("auto", "manual"))
  prob <- predict(two, cars, type = "prob")
  expect_named(prob, c("auto", "manual"))
  expect_equal(prob$manual, predict(two$finalModel, cars[c("wt", "qsec")]), ignore_attr = TRUE)

  three <- by_caret(iris[1:4], iris$Species, trControl = folds_of_caret(), units = 3)
  expect_identical(levels(predict(three, iris)), levels(iris$Species))
  expect_identical(dim(predict(three, iris[1:5, ], type = "prob")), c(5L, 3L))
  expect_output(print(of_caret("confusionMatrix")(three)), "virginica")
})

test_that("weights, factors as they are, several layers and seeds go through caret", {
  skip_if_no_caret()
  none <- of_caret("trainControl")("none")
  # By a formula caret looks weights up where train() is called.
  weighted <- by_caret(mtcars["wt"], mtcars$mpg,
    weights = mtcars$hp, trControl = none, units = 0, penalty = 0
  )
  expect_equal(coef(weighted$finalModel), coef(lm(mpg ~ wt, mtcars, weights = hp)))
  cars <- transform(mtcars, cyl = factor(cyl))
  columns <- by_caret(cars[c("wt", "cyl")], cars$mpg, trControl = none, units = 0, penalty = 0)
  expect_equal(coef(columns$finalModel), coef(lm(mpg ~ wt + cyl, cars)))
  expect_equal(predict(columns, cars), fitted(lm(mpg ~ wt + cyl, cars)), ignore_attr = TRUE)
  deep <- function() {
    by_caret(mpg ~ wt, mtcars, method = nn_caret(2), trControl = none, units = 3)$finalModel
  }
  expect_equal(unlist(deep()$options$hidden_units), c(3, 3))
  expect_equal(deep()$parameters, deep()$parameters)
  expect_error(
    by_caret(mpg ~ wt, mtcars, trControl = none, units = 0, validation = 0.2),
    "caret, which judges by resamples"
  )
})
