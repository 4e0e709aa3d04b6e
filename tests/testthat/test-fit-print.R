skip_if_no_torch()

test_that("print() says what was fitted, how and how well, and gives the fit back", {
  fit <- nn_fit(c ~ u, thermometer)
  text <- capture.output(back <- withVisible(print(fit)))
  expect_identical(back$value, fit)
  expect_false(back$visible)
  expect_match(text[1], "Linear model 1 -> 1, 2 parameters", fixed = TRUE)
  expect_match(text[2], "c ~ u on 11 rows", fixed = TRUE)
  expect_match(text[3], "Loss mse (mean), lbfgs", fixed = TRUE)
  expect_match(text[4], "Loss 2\\.928.* after \\d+ epochs \\(converged\\)")
  expect_match(paste(text, collapse = " "), "(Intercept)", fixed = TRUE)

  network <- nn_fit(mpg ~ ., mtcars, hidden_units = c(8, 4), activation = c("relu", "tanh"),
    validation = 0.25, stop_iter = 3, batch_size = 8, seed = 1)
  text <- paste(capture.output(print(network)), collapse = "\n")
  expect_match(text, "Neural network 10 -> 8 relu -> 4 tanh -> 1, 129 parameters", fixed = TRUE)
  expect_match(text, "24 rows, 8 held out", fixed = TRUE)
  expect_match(text, "8 rows a step", fixed = TRUE)
  expect_match(text, "on validation .* at its best epoch, \\d+ of \\d+")

  expect_warning( # of one row every column is constant
    once <- nn_fit(c ~ u, thermometer[1, ], hidden_units = 1, epochs = 1),
    class = "nnfit_warning_constant"
  )
  text <- paste(capture.output(print(once)), collapse = "\n")
  expect_match(text, "on 1 row\n.* after 1 epoch,")

  own <- nn_fit(c ~ u, thermometer, model = torch$nn$Linear(1L, 1L), epochs = 2, seed = 1)
  expect_match(
    capture.output(print(own))[1], "A torch module of your own, 2 parameters", fixed = TRUE
  )
})

test_that("counts have their commas where the decimal mark is one, too", {
  withr::local_options(OutDec = ",")
  expect_silent(expect_identical(counted(12345L, "row"), "12,345 rows"))
})

test_that("the arguments of loss, optimizer and activation are shown", {
  fit <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = c(3, 2), activation = list(list("leaky_relu", negative_slope = 0.1), "tanh"),
    loss = list("huber", delta = 2), optimizer = list("sgd", nesterov = TRUE), momentum = 0.9,
    epochs = 2, seed = 1
  )
  for (text in list(capture.output(print(fit)), capture.output(print(summary(fit))))) {
    text <- paste(text, collapse = " ")
    expect_match(text, "-> 3 leaky_relu(negative_slope = 0.1) -> 2 tanh ->", fixed = TRUE)
    expect_match(text, "Loss huber(delta = 2) (mean), sgd(nesterov = TRUE)", fixed = TRUE)
  }
})

test_that("a batch of more rows than there are is said to be all of them", {
  rows <- function(...) {
    fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, ...)
    sub(".*, (.* a step.*), engine.*", "\\1", capture.output(print(fit))[3])
  }
  expect_identical(rows(batch_size = 64), "all 32 rows a step (batch_size 64)")
  expect_identical(rows(batch_size = 32), "all 32 rows a step (batch_size 32)")
  expect_identical(rows(batch_size = 31), "31 rows a step")
  expect_identical(rows(batch_size = 1), "1 row a step")
  expect_identical(rows(), "all rows a step")
  expect_identical(rows(batch_size = 24, validation = 0.25), "all 24 rows a step (batch_size 24)")
})
