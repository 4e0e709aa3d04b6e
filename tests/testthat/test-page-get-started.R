# "Get started": what the article says of its numbers.

test_that("what the article to get started says is so", {
  page <- page_environment("get-started")

  # ten networks of 145 parameters; the penalty that is chosen lies between others
  expect_identical(sum(lengths(coef(page$fit))) / page$fit$options$members, 145)
  chosen <- page$fit$tuning$chosen
  expect_gt(chosen, 1)
  expect_lt(chosen, length(page$fit$tuning$penalty))

  # the eager network's validation loss turns around, its training loss falls
  losses <- loss_table(page$eager)
  expect_lt(min(losses$valid_loss), 0.8 * utils::tail(losses$valid_loss, 1))
  turns <- which.min(losses$valid_loss)
  expect_lt(utils::tail(losses$train_loss, 1), 0.5 * losses$train_loss[turns])

  # the validation loss is of 20 rows, "which happen to be easy ones": for lm(), too
  watched <- page$eager$validation_rows
  missed <- residuals(lm(page$ozone, page$complete[-page$aside, ]))^2
  expect_length(watched, 20)
  expect_lt(mean(missed[watched]), 0.8 * mean(missed))
  # over twenty draws the network is ahead of the line, the eager one is not
  expect_gte(page$ahead, 15)
  means <- rowMeans(page$errors)
  expect_lt(means[["network"]], means[["line"]])
  expect_gt(means[["eager"]], means[["line"]])
  # "the highest days lie below" the diagonal
  highest <- order(-page$train$Ozone)[1:5]
  expect_lt(mean(fitted(page$fit)[highest]), mean(page$train$Ozone[highest]))

  # classes: more are right than by the commonest
  right <- mean(predict(page$level, page$test, type = "class") == page$test$Level)
  expect_gt(right, mean(names(which.max(table(page$train$Level))) == page$test$Level))
  # of what to turn, only the first and the last leave the penalty to nnfit
  rows <- page$train
  expect_null(nn_fit(page$ozone, rows, hidden_units = 4, epochs = 5, seed = 1)$tuning)
  expect_null(nn_fit(page$ozone, rows, hidden_units = 4, batch_size = 32, seed = 1)$tuning)
  tanh <- nn_fit(page$ozone, rows, hidden_units = 4, activation = "tanh", seed = 1)
  expect_false(is.null(tanh$tuning))
})
