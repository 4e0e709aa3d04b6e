skip_if_no_torch()

cars <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, penalty = NULL, seed = 1)

test_that("a fit says what was chosen, and how", {
  said <- paste(capture.output(print(cars)), collapse = "\n")
  expect_match(said, "Mean of 10 neural networks 2 -> 4 relu -> 1, 170 parameters", fixed = TRUE)
  penalty <- format(signif(cars$options$penalty, 3))
  expect_match(said, paste0(
    "Penalty ", penalty, ", chosen by 5-fold cross-validation (twice) among ",
    length(cars$tuning$penalty)
  ), fixed = TRUE)
  held_out <- format(signif(min(cars$tuning$valid_loss), 4))
  expect_match(said, paste("Loss on rows held out", held_out), fixed = TRUE)
  expect_no_match(capture.output(print(nn_fit(mpg ~ wt, mtcars))), "chosen")
})

test_that("the table has the path, the summary shows it", {
  table <- tuning_table(cars)
  expect_named(table, c("penalty", "valid_loss", "std_error", "chosen"))
  expect_identical(which(table$chosen), which.min(table$valid_loss))
  expect_identical(table$penalty[table$chosen], cars$options$penalty)
  said <- capture.output(print(summary(cars)))
  expect_length(grep("[*]$", trimws(said)), 1)
  expect_match(said, "Losses on rows held out, by penalty:", fixed = TRUE, all = FALSE)
  expect_match(said, "penalty  valid_loss  std_error  chosen", fixed = TRUE, all = FALSE)
})

test_that("it predicts, by the formula, for new data and after a way through a file", {
  expect_equal(predict(cars, mtcars), fitted(cars), tolerance = 1e-6)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(cars, file)
  expect_equal(predict(readRDS(file), mtcars[5:1, ]), fitted(cars)[5:1], tolerance = 1e-6)
  far <- data.frame(wt = c(10, 100), hp = 100)
  expect_lt(abs(diff(predict(cars, far))), 1) # columns are drawn in
})

test_that("parameters have a first dimension for the ten networks", {
  expect_identical(dim(coef(cars)$`0.weight`), c(10L, 4L, 2L))
  expect_identical(dim(coef(cars)$`2.weight`), c(10L, 1L, 4L))
  expect_identical(parameter_count(cars), 170L)
})

test_that("the same seed gives the same fit, another another", {
  again <- update(cars)
  expect_identical(fitted(again), fitted(cars))
  other <- update(cars, seed = 2)
  expect_false(identical(fitted(other), fitted(cars)))
})

test_that("classes have probabilities", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 8, penalty = NULL, seed = 1)
  expect_gt(mean(predict(fit, iris, type = "class") == iris$Species), 0.95)
  expect_equal(rowSums(predict(fit, iris, type = "prob")), rep(1, 150), ignore_attr = TRUE)
  two <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 4, penalty = NULL, seed = 1)
  expect_true(all(predict(two, mtcars) > 0 & predict(two, mtcars) < 1))
})

test_that("what leaves nothing to choose is refused by its name", {
  refused <- function(..., says) {
    expect_refused(
      nn_fit(mpg ~ wt, mtcars, penalty = NULL, ...), "argument", "penalty", says, from = "nn_fit"
    )
  }
  refused(says = "chosen for networks built here alone")
  refused(hidden_units = 4, epochs = 10, says = "beside epochs")
  refused(hidden_units = 4, optimizer = "sgd", says = "beside optimizer")
  refused(hidden_units = 4, validation = 0.2, says = "not go with validation")
  refused(hidden_units = 4, bootstrap = 5, says = "not go with bootstrap")
  expect_refused(
    nn_fit(c ~ u, thermometer, hidden_units = 4, penalty = NULL), "argument",
    "takes 20 to 20,000 rows, and there are 11"
  )
  expect_refused(
    nn_cv(mpg ~ wt, mtcars, hidden_units = 4, penalty = NULL, folds = 2), "argument",
    "takes 20 to 20,000 rows", from = "nn_cv"
  )
})

test_that("cross-validation chooses in each fold, from the other rows alone", {
  cv <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 4, penalty = NULL, folds = 4, seed = 1)
  expect_output(print(cv), "4 folds")
  out <- cv$folds[, 1] == 2
  alone <- nn_fit(mpg ~ wt + hp, mtcars[!out, ],
    hidden_units = 4, penalty = NULL, seed = cv$losses$seed[2]
  )
  expect_equal(
    cv$predicted[out, 1, 1], predict(alone, mtcars[out, ]), ignore_attr = TRUE, tolerance = 1e-5
  )
  plain <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 4, folds = 4, seed = 1)
  expect_identical(cv$folds, plain$folds)
})

test_that("weights, offsets and rows left out are as in any fit", {
  fit <- nn_fit(Ozone ~ Wind + Temp, airquality,
    hidden_units = 4, penalty = NULL, seed = 1, weights = rep(1:3, 51)
  )
  expect_identical(nobs(fit), 116L)
  half <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, penalty = NULL, seed = 1, subset = 1:24)
  expect_identical(nobs(half), 24L)
})

test_that("the mean of ten networks has no likelihood", {
  for (generic in list(logLik, AIC, BIC, deviance, extractAIC)) {
    expect_refused(generic(cars), "argument", "is the mean of 10")
  }
})
