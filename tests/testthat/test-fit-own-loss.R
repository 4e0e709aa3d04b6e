power <- function(prediction, truth) mean(abs(prediction - truth)^1.5)
squares <- function(prediction, truth) (prediction - truth)^2
held <- function(prediction, truth) sum((prediction - truth)^2) / length(truth)

test_that("a function is a loss, and is at its minimum", {
  skip_if_no_torch()
  expect_no_message(fit <- nn_fit(mpg ~ wt, mtcars, loss = power))
  loss <- function(b) mean(abs(mtcars$mpg - b[1] - b[2] * mtcars$wt)^1.5)
  best <- stats::optim(coef(lm(mpg ~ wt, mtcars)), loss, control = list(reltol = 1e-14))
  expect_equal(coef(fit), best$par, tolerance = 1e-3)
  expect_equal(utils::tail(loss_table(fit)$train_loss, 1), best$value, tolerance = 1e-6)
  expect_identical(fit$own_loss, power)
  expect_output(print(fit), "Own loss, lbfgs with learn_rate 1", fixed = TRUE)
  expect_output(print(summary(fit)), "Own loss, lbfgs", fixed = TRUE)
})

test_that("the squared error by hand is that by name, in every way of training", {
  skip_if_no_torch()
  ways <- list(
    list(), list(batch_size = 10), list(validation = 0.25, stop_iter = 5), list(members = 2),
    list(restarts = 2), list(engine = "autograd"), list(dropout = 0.2)
  )
  for (way in ways) {
    asked <- c(list(mpg ~ wt + hp, mtcars, hidden_units = 3, seed = 1, dtype = "float64",
      epochs = 20), way)
    one <- do.call(nn_fit, c(asked, loss = function(p, t) mean((p - t)^2)))
    other <- do.call(nn_fit, c(asked, loss = "mse"))
    expect_equal(fitted(one), fitted(other), tolerance = 1e-4)
    expect_equal(loss_table(one), loss_table(other), ignore_attr = "loss", tolerance = 1e-4)
  }
})

test_that("the loss of each row takes weights and replicates", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, loss = squares, weights = hp)
  expect_equal(coef(fit), coef(lm(mpg ~ wt, mtcars, weights = hp)), tolerance = 1e-4)
  fit <- nn_fit(mpg ~ wt, mtcars, loss = squares, bootstrap = 5)
  expect_identical(dim(confint(fit)), c(2L, 2L))
})

test_that("classes have scores beside columns of 0 and 1", {
  skip_if_no_torch()
  own <- nn_fit(Species ~ ., iris, penalty = 0.01, loss = function(scores, truth) {
    -torch$sum(truth * torch$log_softmax(scores, 1L), 1L)
  })
  named <- nn_fit(Species ~ ., iris, penalty = 0.01)
  expect_equal(predict(own, iris, type = "prob"), predict(named, iris, type = "prob"),
    tolerance = 1e-3)
  two <- droplevels(iris[51:150, ])
  own <- nn_fit(Species ~ ., two, penalty = 0.01, loss = function(odds, truth) {
    mean(log(1 + exp(odds)) - truth * odds)
  })
  expect_equal(coef(own), coef(nn_fit(Species ~ ., two, penalty = 0.01)), tolerance = 1e-3)
  expect_identical(levels(predict(own, two, type = "class")), c("versicolor", "virginica"))
})

test_that("it is followed once, and not called in training", {
  skip_if_no_torch()
  calls <- 0
  counting <- function(prediction, truth) {
    calls <<- calls + 1
    power(prediction, truth)
  }
  fit <- nn_fit(mpg ~ wt, mtcars, loss = counting, optimizer = "adam", epochs = 200)
  expect_identical(fit$options$loss, list("own", list(traced = TRUE)))
  expect_lt(calls, 40)
})

test_that("what can not be followed is called at every step, and said to be", {
  skip_if_no_torch()
  asked <- list(mpg ~ wt, mtcars, optimizer = "adam", epochs = 10, batch_size = 8, seed = 1)
  expect_message(
    fit <- do.call(nn_fit, c(asked, loss = held)), "called in R at every step",
    class = "nnfit_message_own_loss"
  )
  expect_equal(coef(fit), coef(do.call(nn_fit, c(asked, loss = "mse"))), tolerance = 1e-6)
  looks <- function(prediction, truth) {
    error <- prediction - truth
    if (as.numeric(mean(error)) > 0) mean(error^2) else mean(abs(error))
  }
  expect_message(nn_fit(mpg ~ wt, mtcars, loss = looks, epochs = 2),
    class = "nnfit_message_own_loss")
  draws <- function(prediction, truth) mean((prediction - truth)^2) * stats::runif(1, 1, 2)
  expect_message(nn_fit(mpg ~ wt, mtcars, loss = draws, optimizer = "adam", epochs = 2),
    class = "nnfit_message_own_loss")
})

test_that("a fit is plain data: it is saved, read, looked at and updated", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, loss = function(p, t) mean(abs(p - t)^1.5))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, path)
  found <- in_new_session(function(path) {
    fit <- readRDS(path)
    utils::capture.output(print(fit))
    again <- update(fit, wt ~ mpg)
    list(predict(fit, mtcars[1:2, ]), again$own_loss(2, 6), again$options$loss[[1]])
  }, list(path))
  expect_equal(found[[1]], predict(fit, mtcars[1:2, ]))
  expect_identical(found[2:3], list(8, "own"))
})

test_that("folds take it, and say whether it was called", {
  skip_if_no_torch()
  one <- nn_cv(mpg ~ wt, mtcars, loss = squares, folds = 4, seed = 1)
  other <- nn_cv(mpg ~ wt, mtcars, loss = "mse", folds = 4, seed = 1)
  expect_equal(one$losses$valid_loss, other$losses$valid_loss, tolerance = 1e-4)
  expect_output(print(one), "Own loss", fixed = TRUE)
  expect_message(nn_cv(mpg ~ wt, mtcars, loss = held, folds = 2), class = "nnfit_message_own_loss")
})

test_that("an error of the function is the user's, from the user's call", {
  skip_if_no_torch()
  expect_refused <- function(loss, text, ...) {
    error <- expect_error(nn_fit(mpg ~ wt, mtcars, loss = loss, ...), text, fixed = TRUE,
      class = "nnfit_error_argument")
    expect_identical(as.character(conditionCall(error)[[1]]), "nn_fit")
  }
  expect_refused(function(p, t) stop("my {mistake}"), "stopped: my {mistake}")
  expect_refused(function(p, t) 3, "not a tensor")
  expect_refused(function(p, t) mean(as.array(p)), "not a tensor")
  expect_refused(function(p, t) mean(t), "no gradient")
  expect_refused(function(p, t) p[1:2, ], "gives shape (2,) for 5 rows")
  expect_refused(function(p) mean(p), "function of two arguments")
  expect_refused(list(squares, power = 2), "takes no arguments beside")
  expect_refused(power, "`weights` does not go with", weights = mtcars$hp)
  expect_refused(power, "`bootstrap` does not go with", bootstrap = 5)
  expect_refused(power, "`reduction` does not go with", reduction = "sum")
  expect_refused(squares, "`offset` does not go with", offset = mtcars$hp)
  tires <- function(p, t) if (length(t) > 20) stop("too many") else mean((p - t)^2)
  expect_refused(tires, "stopped: too many")
})

test_that("files do not take it", {
  skip_if_no_pyarrow()
  path <- write_parquet(mtcars)
  expect_error(nn_fit(mpg ~ wt, path, loss = power), "`loss` can not be a function",
    class = "nnfit_error_argument")
})

test_that("R's random numbers are where they were", {
  skip_if_no_torch()
  set.seed(1)
  nn_fit(mpg ~ wt, mtcars, loss = power, seed = 1)
  drawn <- stats::runif(1)
  set.seed(1)
  expect_identical(drawn, stats::runif(1))
})
