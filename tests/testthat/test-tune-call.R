skip_if_no_torch()

test_that("calls are as one would write them, and the fit's gives the fit", {
  found <- nn_tune(mpg ~ wt, mtcars, hidden_units = 2, penalty = tune(0.01, 1), epochs = 3,
    candidates = 2, folds = 2, seed = 1
  )
  expect_identical(found$call, quote(nn_tune(mpg ~ wt, mtcars, hidden_units = 2,
    penalty = tune(0.01, 1), epochs = 3, candidates = 2, folds = 2, seed = 1)))
  expect_identical(names(found$fit$call),
    c("", "", "data", "hidden_units", "epochs", "penalty", "seed")
  )
  expect_identical(fitted(eval(found$fit$call)), fitted(found$fit))
  piped <- mtcars |> nn_tune(mpg ~ wt, hidden_units = 2, penalty = tune(0.01, 1), epochs = 3,
    candidates = 2, folds = 2, seed = 1
  )
  expect_identical(names(piped$fit$call),
    c("", "formula", "data", "hidden_units", "epochs", "penalty", "seed")
  )
  expect_identical(fitted(eval(piped$fit$call)), fitted(found$fit))
})

test_that("what comes by the dots of a function is written as what it is", {
  outer <- function(...) {
    nn_tune(mpg ~ wt, mtcars, ..., epochs = 3, folds = 2, seed = 1)
  }
  units <- 2
  found <- outer(hidden_units = units, penalty = tune(0.01, 1), learn_rate = list(0.1, 0.2),
    mixture = tune(0.1, 0.2, log = TRUE), weights = hp, candidates = 2
  )
  expect_identical(found$call, quote(nn_tune(mpg ~ wt, mtcars, hidden_units = 2,
    penalty = tune(0.01, 1), learn_rate = list(0.1, 0.2), mixture = tune(0.1, 0.2, log = TRUE),
    weights = hp, candidates = 2, epochs = 3, folds = 2, seed = 1)))
  expect_identical(fitted(eval(found$fit$call)), fitted(found$fit))
})

test_that("what the fit has of its own is in its call", {
  found <- nn_tune(mpg ~ wt + hp, mtcars, hidden_units = 2, stop_iter = 2, penalty = list(0.01),
    learn_rate = 0.3, epochs = 200, folds = 2, seed = 1
  )
  expect_identical(found$fit$call$stop_iter, Inf)
  expect_equal(found$fit$call$epochs, nrow(loss_table(found$fit)))
  expect_identical(fitted(eval(found$fit$call)), fitted(found$fit))
})
