skip_if_no_torch()

cars <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1)

test_that("a fit says what was chosen, and how", {
  said <- paste(capture.output(print(cars)), collapse = "\n")
  expect_match(said, "Mean of 10 neural networks 2 -> 4 silu -> 1, 170 parameters", fixed = TRUE)
  penalty <- format(signif(cars$options$penalty, 3))
  expect_match(said, paste0(
    "Penalty ", penalty, ", chosen by 5-fold cross-validation (twice) among ",
    length(cars$tuning$penalty)
  ), fixed = TRUE)
  # One number with one name: what summary() judges by, of the mean as the fit is one.
  measured <- summary(cars)$performance$rmse^2
  shown <- vapply(measured, function(x) format(signif(x, 4)), "")
  expect_match(said, paste("Loss", shown[1], "after"), fixed = TRUE)
  expect_match(said, paste("Loss on rows held out", shown[2]), fixed = TRUE)
  number <- length(cars$tuning$penalty)
  expect_match(said, paste0("As the least of ", number, ", it flatters a little"), fixed = TRUE)
  expect_no_match(capture.output(print(nn_fit(mpg ~ wt, mtcars))), "chosen")
})

test_that("the table has the path, the summary shows it", {
  table <- tuning_table(cars)
  expect_named(table, c("penalty", "valid_loss", "std_error", "chosen"))
  expect_identical(which(table$chosen), which.min(table$valid_loss))
  expect_identical(table$penalty[table$chosen], cars$options$penalty)
  said <- capture.output(print(summary(cars)))
  expect_length(grep("[*]$", trimws(said)), 1)
  head <- "Losses of single networks on rows held out, by penalty:"
  expect_match(said, head, fixed = TRUE, all = FALSE)
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
  fit <- nn_fit(Species ~ ., iris, hidden_units = 8, seed = 1)
  expect_gt(mean(predict(fit, iris, type = "class") == iris$Species), 0.95)
  expect_equal(rowSums(predict(fit, iris, type = "prob")), rep(1, 150), ignore_attr = TRUE)
  two <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 4, seed = 1)
  expect_true(all(predict(two, mtcars) > 0 & predict(two, mtcars) < 1))
})

test_that("what says more than the size of a network is obeyed", {
  plainly <- function(...) {
    fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1, ...)
    expect_null(fit$tuning)
    expect_identical(members_of(fit), 1L)
    fit
  }
  plain <- plainly(penalty = 0)
  expect_identical(fitted(plainly(epochs = 500)), fitted(plain))
  expect_identical(fitted(plainly(optimizer = "adam")), fitted(plain))
  expect_identical(plain$options$activation[[1]], "relu")
  plainly(validation = 0.2)
  plainly(bootstrap = 2)
  plainly(restarts = 2)
  plainly(penalty = 0.1)
  expect_identical(cars$options$activation[[1]], "silu")
  relu <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, activation = "relu", seed = 1)
  expect_identical(relu$options$activation[[1]], "relu")
  expect_identical(members_of(relu), 10L)
})

test_that("few rows, linear models and folds of few rows are fitted plainly", {
  expect_null(nn_fit(c ~ u, thermometer, hidden_units = 4, seed = 1)$tuning)
  expect_null(nn_fit(mpg ~ wt, mtcars, seed = 1)$tuning)
  cv <- nn_cv(mpg ~ wt, mtcars, hidden_units = 4, folds = 2, seed = 1)
  expect_identical(cv$options$members, 1L)
})

test_that("cross-validation chooses in each fold, from the other rows alone", {
  cv <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 4, folds = 4, seed = 1)
  expect_output(print(cv), "4 folds")
  out <- cv$folds[, 1] == 2
  alone <- nn_fit(mpg ~ wt + hp, mtcars[!out, ],
    hidden_units = 4, seed = cv$losses$seed[2]
  )
  expect_equal(
    cv$predicted[out, 1, 1], predict(alone, mtcars[out, ]), ignore_attr = TRUE, tolerance = 1e-5
  )
  plain <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 4, penalty = 0, folds = 4, seed = 1)
  expect_identical(cv$folds, plain$folds)
})

test_that("weights, offsets and rows left out are as in any fit", {
  fit <- nn_fit(Ozone ~ Wind + Temp, airquality,
    hidden_units = 4, seed = 1, weights = rep(1:3, 51)
  )
  expect_identical(nobs(fit), 116L)
  half <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, seed = 1, subset = 1:24)
  expect_identical(nobs(half), 24L)
})

test_that("the mean of ten networks has no likelihood", {
  for (generic in list(logLik, AIC, BIC, deviance, extractAIC)) {
    expect_refused(generic(cars), "argument", "is the mean of 10")
  }
})

test_that("members are averaged, and the first is the plain fit", {
  one <- function(...) nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 50, ...)
  expect_identical(fitted(one(members = 1)), fitted(one()))
  three <- one(members = 3)
  expect_output(print(three), "Mean of 3 neural networks 1 -> 3 relu -> 1, 30 parameters")
  # in float32, and Adam's numbers are rounded in another order
  expect_equal(
    coef(three)[["2.bias"]][1, ], coef(one())[["2.bias"]], ignore_attr = TRUE, tolerance = 1e-6
  )
  expect_equal(unname(predict(three, mtcars)), unname(as.vector(fitted(three))), tolerance = 1e-5)
  expect_refused(one(members = 2, bootstrap = 2), "argument", "members does not go with bootstrap")
  expect_refused(logLik(three), "argument", "is the mean of 3")
  cv <- nn_cv(mpg ~ wt, mtcars, hidden_units = 3, members = 2, epochs = 5, folds = 3, seed = 1)
  expect_identical(cv$options$members, 2L)
})

test_that("the best epoch comes back where rows are held out and no more is said", {
  fit <- nn_fit(mpg ~ ., mtcars, hidden_units = 8, validation = 0.3, seed = 1)
  losses <- loss_table(fit)$valid_loss
  expect_identical(fit$best_epoch, which.min(losses))
  expect_output(print(fit), paste0("at its best epoch, ", which.min(losses), " of 500"))
  last <- nn_fit(mpg ~ ., mtcars, hidden_units = 8, validation = 0.3, epochs = 500, seed = 1)
  expect_null(last$best_epoch)
  least <- paste0("(least ", format(signif(min(losses), 4)), " at epoch ", which.min(losses), ")")
  expect_output(print(last), least, fixed = TRUE)
})

test_that("a fit of an earlier version is one network, and the division of scores is told", {
  expect_identical(members_of(list(options = list())), 1)
  divided <- cars
  divided$tuning$temperature <- 1.2345
  expect_output(
    print_tuning(divided), "Scores of classes are divided by 1.23 (temperature)", fixed = TRUE
  )
})

test_that("it is said where the penalty is at an end of the path", {
  end <- function(chosen) end_of_path(list(penalty = c(0.01, 0.03, 0.1), chosen = chosen))
  expect_identical(end(1L), "; no smaller penalty was tried")
  expect_identical(end(3L), "; no larger penalty was tried")
  expect_null(end(2L))
  expect_null(end_of_path(list(penalty = 0.01, chosen = 1L)))
  cars$tuning$chosen <- 1L
  expect_output(print(cars), "; no smaller penalty was tried", fixed = TRUE)
})
