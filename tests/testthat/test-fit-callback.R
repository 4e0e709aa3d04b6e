skip_if_no_torch()

test_that("a function is called with a plain list after every so many epochs", {
  seen <- list()
  fit <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, epochs = 10, seed = 1, validation = 0.25, metrics = "rmse",
    schedule = "cosine",
    callback = list(function(state) seen[[length(seen) + 1]] <<- state, every = 4)
  )
  expect_length(seen, 2)
  expect_identical(vapply(seen, `[[`, 0L, "epoch"), c(4L, 8L))
  table <- loss_table(fit)
  for (name in setdiff(names(table), "epoch")) {
    expect_equal(vapply(seen, `[[`, 0, name), table[[name]][c(4, 8)], label = name)
  }
  expect_named(seen[[1]], c(
    "epoch", "epochs", "train_loss", "valid_loss", "train_rmse", "valid_rmse", "learn_rate",
    "seconds"
  ))
  expect_identical(seen[[1]]$epochs, 10L)
  expect_gte(seen[[2]]$seconds, seen[[1]]$seconds)
  plain <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, epochs = 10, seed = 1, validation = 0.25, schedule = "cosine"
  )
  expect_identical(fit$parameters, plain$parameters)
})

test_that("by the clock it is called at most ten times a second", {
  calls <- 0
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 3000, callback = function(state) {
    calls <<- calls + 1
    NULL
  })
  expect_gte(calls, 1)
  expect_lte(calls, 10 * fit$seconds + 2)
  expect_identical(fit$stopped, "epochs")
})

test_that("FALSE ends training, and nothing else does", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 50,
    callback = list(function(state) state$epoch < 7, every = 1)
  )
  expect_identical(fit$stopped, "callback")
  expect_length(fit$history$train_loss, 7)
  expect_output(print(fit), "after 7 epochs (stopped by callback)", fixed = TRUE)
  seven <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 7)
  expect_identical(fit$parameters, seven$parameters)
  for (value in list(NULL, NA, 0, "stop", list(FALSE))) {
    going <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 7,
      callback = list(function(state) value, every = 1)
    )
    expect_identical(going$stopped, "epochs")
  }
})

test_that("an error in it comes from the user's call, and the fit is kept", {
  broken <- function(state) if (state$epoch == 5) stop("no {good} %s")
  error <- expect_error(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 50,
      callback = list(broken, every = 1)
    ),
    class = "nnfit_error_callback"
  )
  expect_match(conditionMessage(error), "failed at epoch 5")
  expect_match(conditionMessage(error), "no {good} %s", fixed = TRUE)
  expect_identical(as.character(error$call[[1]]), "nn_fit")
  expect_s3_class(error$parent, "simpleError")
  expect_length(nn_last_fit()$history$train_loss, 5)
})

test_that("an interrupt in it is one of the fit", {
  fit <- tryCatch(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1, epochs = 50,
      callback = list(function(state) if (state$epoch == 3) rlang::interrupt(), every = 1)
    ),
    interrupt = function(condition) condition$fit
  )
  expect_identical(fit$stopped, "interrupted")
  expect_length(fit$history$train_loss, 3)
})

test_that("tensors of R work in it", {
  total <- NULL
  nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 2, callback = list(function(state) {
    x <- as_tensor(c(1, 2), requires_grad = TRUE)
    sum(x * x)$backward()
    total <<- as.numeric(x$grad)
  }, every = 1))
  expect_equal(total, c(2, 4))
})

test_that("with a bootstrap it watches the fit; several fits refuse it", {
  epochs <- integer()
  watch <- list(function(state) epochs <<- c(epochs, state$epoch), every = 1)
  nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 3, bootstrap = 3, seed = 1, callback = watch)
  expect_identical(epochs, 1:3)
  refused <- function(message, ...) {
    expect_refused(
      nn_fit(mpg ~ wt, mtcars, hidden_units = 2, callback = watch, ...), "argument", message
    )
  }
  refused("callback is for one fit, and members asks for several", members = 2)
  refused("callback is for one fit, and restarts asks for several", restarts = 2)
  expect_refused(nn_cv(mpg ~ wt, mtcars, callback = watch), "argument", "callback is not an option")
})

test_that("what is no function is refused", {
  message <- "callback must be a function of one argument, or list(f, every = epochs), or NULL"
  wrong <- list(
    3, "f", list(), list(mean), list(mean, 3), list(mean, every = 0), list(mean, every = 1.5),
    list(mean, often = 3), function() 1, list(every = 3)
  )
  for (value in wrong) {
    expect_refused(nn_fit(mpg ~ wt, mtcars, callback = value), "argument", message)
  }
})
