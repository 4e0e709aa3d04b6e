test_that("tune() is understood whatever has that name, in functions and where it is spliced", {
  skip_if_no_torch()
  inner <- function(lower, ...) {
    nn_tune(mpg ~ wt, mtcars, hidden_units = 2, penalty = tune(lower, 1), ..., epochs = 3,
      candidates = 2, folds = 2, seed = 1
    )
  }
  found <- inner(0.01, learn_rate = tune(0.01, 0.1))
  expect_named(found$best, c("penalty", "learn_rate"))
  tune <- function(...) stop("another one")
  expect_identical(inner(0.01, learn_rate = tune(0.01, 0.1))$results, found$results)
  options <- list(hidden_units = 2, epochs = 3, candidates = 2, folds = 2, seed = 1)
  spliced <- rlang::inject(nn_tune(
    mpg ~ wt, mtcars, penalty = tune(0.01, 1), learn_rate = tune(0.01, 0.1), !!!options
  ))
  expect_identical(spliced$results, found$results)
  called <- do.call(nn_tune, c(list(mpg ~ wt, mtcars, penalty = quote(tune())), options))
  # as hardhat::tune() gives it
  placeholder <- quote(tune())
  expect_identical(
    called$results,
    rlang::inject(nn_tune(mpg ~ wt, mtcars, penalty = !!as.name("placeholder"), !!!options))$results
  )
})

test_that("tune() may be the argument of a function, and other arguments are asked for once", {
  skip_if_no_torch()
  outer <- function(...) middle(...)
  middle <- function(penalty = tune(0.1, 1), units = 2) {
    found <- search_of(penalty = penalty, hidden_units = units)
    c(found, units = units)
  }
  direct <- search_of(penalty = tune(0.01, 1))
  expect_identical(outer(tune(0.01, 1))$results, direct$results)
  expect_identical(outer()$results, search_of(penalty = tune(0.1, 1))$results)
  asked <- 0
  drawn <- function() {
    asked <<- asked + 1
    asked + 1
  }
  expect_identical(outer(units = drawn())$units, 2)
  expect_identical(asked, 1)
})

test_that("lists without names are candidates, and those with names are values", {
  skip_if_no_torch()
  asked <- function(...) search_asked(rlang::enquos(...), NULL)
  made <- asked(
    hidden_units = list(8, c(4, 2)), activation = list("leaky_relu", list("elu", alpha = 2)),
    optimizer = list("sgd", nesterov = TRUE), momentum = 0.9, class_weights = list(a = 1, b = 2)
  )
  expect_named(made$space, c("hidden_units", "activation"))
  expect_identical(made$first$hidden_units, 8)
  expect_identical(made$first$activation, "leaky_relu")
  expect_identical(made$first$optimizer, list("sgd", nesterov = TRUE))
  expect_identical(made$space$activation$values[[2]], list("elu", alpha = 2))
  expect_identical(asked(penalty = list(a = 1, b = 2))$space$penalty$values, list(1, 2))
  linear <- asked(hidden_units = list(c(), 4))$space$hidden_units
  expect_identical(vapply(linear$values, candidate_text, ""), c("linear", "4"))
})

test_that("a range has a scale and ends of its own, unless others are given", {
  skip_if_no_torch()
  axis <- search_asked(rlang::quos(
    penalty = tune(), mixture = tune(0.2, 0.4, log = TRUE, levels = 3),
    epochs = tune(10, upper = 20)
  ), NULL)$space
  expect_identical(unclass(axis$penalty)[c("lower", "upper", "log")],
    list(lower = 1e-5, upper = 1, log = TRUE)
  )
  expect_identical(axis$mixture$log, TRUE)
  expect_identical(axis$mixture$levels, 3)
  expect_identical(axis$epochs$upper, 20)
})

test_that("what can not be searched is refused by name, from the user's call", {
  skip_if_no_torch()
  refused <- function(code, words) {
    expect_refused(code, "argument", words, from = "nn_tune")
  }
  N <- function(...) nn_tune(mpg ~ wt, mtcars, hidden_units = 2, ...)
  refused(N(), "There is nothing to search for")
  refused(N(penalty = c(0.1, 1)), "penalty must be one value, a range, or a list of candidates")
  refused(N(optimizer = c("sgd", "adam")), "optimizer must be one value, a range, or a list")
  refused(N(penalty = tune(1, 0.1)), "penalty has a range that must begin below its end")
  refused(N(penalty = tune(0, 1)), "penalty has a range on a logarithmic scale")
  refused(N(penalty = tune("a")), "penalty has a range that must be of numbers, not a")
  refused(N(penalty = tune(0.1, 1, log = "no")), "log must be TRUE or FALSE")
  refused(N(penalty = tune(0.1, 1, levels = 1)), "levels must be a whole number from 2")
  refused(N(penalty = tune(-1, 1)), "penalty must be a number of at least 0")
  refused(N(epochs = tune(1.5, 3)), "epochs has a range that must be of whole numbers")
  refused(N(clip_norm = tune()), "clip_norm has no usual range")
  refused(N(activation = tune()), "activation is no number, and so has no range")
  refused(N(penalty = list()), "penalty has an empty list of candidates")
  refused(N(penalty = list(1, -1)), "penalty must be a number of at least 0, or NULL, not -1")
  refused(N(penalty = list(1, tune())), "penalty has a range among its candidates")
  refused(N(seed = list(1, 2)), "seed can not be searched for")
  refused(N(device = tune()), "device can not be searched for")
  refused(N(penalt = tune()), "penalt is not an option")
  refused(N(penalty = , epochs = 2), "penalty is empty")
  refused(
    nn_tune(factor(am) ~ wt, mtcars, class_weights = list("balanced", c("0" = 1, "1" = 10))),
    "class_weights can not be searched for"
  )
  refused(N(activation = list("relu", "tahn")), "tahn")
  refused(N(optimizer = list("sgd", "adam"), momentum = tune()), "momentum applies to the optim")
  refused(N(loss = list("mse", function(p, t) (p - t)^2), metric = "rmse"),
    "loss can not be searched for among functions of your own"
  )
  refused(nn_tune(mpg ~ wt, mtcars, hidden_units = list(NULL, 2), dropout = 0.2, epochs = 2),
    "dropout needs hidden layers"
  )
  # what R can not see before candidates are drawn
  refused(N(optimizer = list("sgd", "adam"), learn_rate = tune(), momentum = list(0, 0.9)),
    "momentum"
  )
})
