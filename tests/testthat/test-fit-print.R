skip_if_no_torch()

test_that("print() says what was fitted, how and how well, and gives the fit back", {
  fit <- nn_fit(c ~ u, thermometer)
  text <- capture.output(back <- withVisible(print(fit)))
  expect_identical(back$value, fit)
  expect_false(back$visible)
  expect_match(text[1], "Linear model 1 -> 1, 2 parameters", fixed = TRUE)
  expect_match(text[2], "c ~ u on 11 rows", fixed = TRUE)
  expect_match(text[3], "Loss mse (mean), solved, engine least_squares", fixed = TRUE)
  expect_match(text[4], "Loss 2\\.928, .* s$")
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

test_that("norms, residual layers and a skip connection are in the first line", {
  first <- function(...) {
    fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(4, 4), epochs = 1, seed = 1, ...)
    sub(", [0-9]+ parameters", "", describe_model(fit))
  }
  expect_identical(
    first(norm = "layer_norm", residual = TRUE, skip = TRUE),
    "Neural network 2 -> 4 layer_norm relu -> 4 layer_norm relu -> 1, residual, skip"
  )
  expect_identical(
    first(norm = list("identity", list("batch_norm", momentum = 0.2)), activation = "tanh"),
    "Neural network 2 -> 4 tanh -> 4 batch_norm(momentum = 0.2) tanh -> 1"
  )
  expect_identical(first(skip = TRUE), "Neural network 2 -> 4 relu -> 4 relu -> 1, skip")
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

test_that("every line of print() is as it was", {
  linear <- with_parts(nn_fit(mpg ~ wt + hp, mtcars), seconds = 1.25)
  linear$history <- list(train_loss = c(9, 6.09524))
  network <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 2, batch_size = 8, validation = 0.25, stop_iter = 2, epochs = 3, bootstrap = 2,
    seed = 1
  )
  network$history <- list(train_loss = c(4.5, 3, 2), valid_loss = c(6.123456, 5, 7))
  network <- with_parts(network, best_epoch = 2L, stopped = "early", seconds = 0.0123)
  started <- with_parts(
    network, replicates = NULL, restarts = data.frame(train_loss = c(3, 1.23456, Inf)),
    fault = list(kind = "dead", cured = TRUE, redrawn = 2, dead = 2, units = 2, layer = 1),
    na_action = structure(1:2, class = "omit"),
    options = with_parts(network$options, members = 10, penalty = 0.0123456, device = "cuda"),
    tuning = list(
      penalty = c(0.1, 0.2), valid_loss = c(3, 2.123456), chosen = 2, folds = 5, repeats = 2
    )
  )
  expect_prints(
    "fit-print", print(linear), print(linear, digits = 3), print(network), print(started)
  )
})

test_that("a fit without a formula, a rate or hidden units says so", {
  fit <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  fit <- with_parts(fit, seconds = 1, stopped = "diverged", best_epoch = NULL)
  fit$history <- list(train_loss = 1234.5678)
  fit$options["learn_rate"] <- list(NULL)
  expect_prints("fit-print-matrix", print(fit))
})

test_that("metrics are printed, at the best epoch, with those of validation behind them", {
  fit <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, metrics = c("rmse", "rsq"), epochs = 5, seed = 1
  )
  last <- lapply(loss_table(fit), function(column) format(signif(column[5], 4)))
  expect_output(print(fit), paste0("Metrics: rmse ", last$train_rmse, ", rsq ", last$train_rsq),
    fixed = TRUE
  )
  expect_output(print(summary(fit)), "Metrics: rmse")
  stopped <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, monitor = "mae", validation = 0.3, stop_iter = 2, learn_rate = 0.5, seed = 1
  )
  best <- loss_table(stopped)[stopped$best_epoch, ]
  expect_output(print(stopped), fixed = TRUE, paste0(
    "Metrics in training (in validation): mae ", format(signif(best$train_mae, 4)), " (",
    format(signif(best$valid_mae, 4)), "), compared by mae"
  ))
  expect_output(print(nn_fit(mpg ~ wt, mtcars)), "engine least_squares\nLoss")
})
