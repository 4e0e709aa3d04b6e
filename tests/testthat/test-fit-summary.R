skip_if_no_torch()

test_that("summary() has the parameters' names, shapes and counts as torch has them", {
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 13, activation = "tanh", epochs = 2, seed = 1)
  table <- summary(fit)$parameters
  expect_identical(table$name, c("0.weight", "0.bias", "2.weight", "2.bias"))
  expect_identical(table$shape, c("13 x 1", "13", "1 x 13", "1"))
  expect_identical(table$parameters, c(13L, 13L, 13L, 1L))
  expect_identical(summary(fit)$total, 40L)
  expect_match(table$layer[1], "Linear(in_features=1, out_features=13", fixed = TRUE)
})

test_that("what is not trained is shown as such and not counted", {
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(1L, 2L), nn$BatchNorm1d(2L), nn$Linear(2L, 1L))
  summary <- summary(nn_fit(c ~ u, thermometer, model = module, epochs = 2, seed = 1))
  expect_identical(summary$total, 11L)
  expect_identical(
    summary$parameters$name[!summary$parameters$trainable],
    c("1.running_mean", "1.running_var", "1.num_batches_tracked")
  )
})

test_that("a norm's statistics and a skip connection have rows of their own", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars,
    hidden_units = 3, norm = "batch_norm", skip = TRUE, epochs = 2, seed = 1
  )
  table <- summary(fit)$parameters
  expect_identical(table$name[!table$trainable], c(
    "1.running_mean", "1.running_var", "1.num_batches_tracked"
  ))
  skip <- table[table$name == "skip.weight", ]
  expect_identical(skip$shape, "1 x 2")
  expect_match(skip$layer, "Skip(in_features=2, out_features=1", fixed = TRUE)
  expect_identical(summary(fit)$total, 2L * 3L + 3L + 3L + 3L + 3L + 1L + 2L)
})

test_that("it prints a table with aligned columns", {
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 13, epochs = 2, seed = 1)
  text <- capture.output(print(summary(fit)))
  expect_match(text, "^layer +what +parameters$", all = FALSE)
  expect_match(text, "^1 +dense, 1 to 13 +26$", all = FALSE)
  expect_match(text, "Trainable parameters: 40", all = FALSE)
  rows <- grep("^(layer|[12]) ", text, value = TRUE)
  expect_length(unique(nchar(rows)), 1)
})

test_that("every line of it is as it was", {
  network <- nn_fit(mpg ~ ., mtcars, hidden_units = 120, epochs = 1, seed = 1)
  network <- with_parts(network, history = list(train_loss = 12.345678), seconds = 1.25)
  tuned <- with_parts(network, tuning = list(
    penalty = c(0.001, 0.01, 0.1), valid_loss = c(3, 2.123456, 10), std_error = c(1, 0.12345, 2),
    chosen = 2, folds = 5, repeats = 1
  ))
  tuned$options$penalty <- 0.01
  expect_prints("fit-summary", print(summary(network)), print(summary(tuned)))
})
