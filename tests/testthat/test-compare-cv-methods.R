test_that("what nn_cv() returned can be looked at", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 4, repeats = 3, hidden_units = 2, epochs = 6, seed = 1)
  expect_output(print(cv), "mpg ~ wt: 4 folds, 3 times, of 32 rows")
  expect_output(print(cv), "on the folds .* \\(standard error")
  table <- summary(cv)
  expect_identical(table$loss, c("train_loss", "valid_loss"))
  expect_equal(table$mean[2], mean(cv$losses$valid_loss))
  expect_equal(table$std_err[2], sd(cv$losses$valid_loss) / sqrt(12))
  epochs <- loss_table(cv)
  expect_named(epochs, c("repetition", "fold", "epoch", "train_loss", "valid_loss"))
  expect_equal(nrow(epochs), 12 * 6)
  last <- epochs[epochs$epoch == 6, ]
  expect_equal(last$train_loss, cv$losses$train_loss)
  each <- (cv$predicted[, 1, 3] - mtcars$mpg)^2
  expect_equal(
    cv$losses$valid_loss[9:12], as.vector(tapply(each, cv$folds[, 3], mean)),
    tolerance = 1e-5
  )
  expect_identical(names(fitted(cv)), rownames(mtcars))
  expect_equal(unname(fitted(cv)), unname(rowMeans(cv$predicted[, 1, ])))
})

test_that("out-of-fold predictions of classes are probabilities", {
  skip_if_no_torch()
  iris <- fixture("iris.csv")
  cv <- nn_cv(iris[1:4], iris[[5]], folds = 3, hidden_units = 3, epochs = 5, seed = 1)
  expect_output(print(cv), "Cross-validation: 3 folds, of 150 rows")
  expect_identical(colnames(fitted(cv)), levels(factor(iris[[5]])))
  expect_equal(unname(rowSums(fitted(cv))), rep(1, 150), tolerance = 1e-6)
})

test_that("the summary has the spread of the folds, and what follows for their mean", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 4, seed = 1)
  table <- summary(cv)
  expect_named(table, c("loss", "mean", "sd", "std_err", "n"))
  expect_equal(table$mean, colMeans(cv$losses[table$loss]), ignore_attr = TRUE)
  expect_equal(table$sd, c(sd(cv$losses$train_loss), sd(cv$losses$valid_loss)))
  expect_equal(table$std_err, table$sd / 2)
})

test_that("every line of print() and summary() is as it was", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 2, repeats = 2, seed = 1)
  cv$losses$train_loss <- c(4, 5, 6, 7.123456)
  cv$losses$valid_loss <- c(5, 6, 7, 9)
  rest <- with_parts(
    cv, losses = cv$losses[1:3, ], formula = NULL, na_action = structure(1:2, class = "omit")
  )
  unequal <- with_parts(cv, history = list(
    list(train_loss = 3:1, valid_loss = 4:2), list(train_loss = 5, valid_loss = 6),
    list(train_loss = 7, valid_loss = 8), list(train_loss = 9, valid_loss = 10)
  ))
  expect_prints(
    "compare-cv-methods", print(cv), print(rest, digits = 3), print(as.data.frame(summary(cv))),
    print(as.data.frame(loss_table(unequal)))
  )
})

test_that("of censored times it is said that training and folds are on two scales", {
  skip_if_not_installed("survival")
  cv <- nn_cv(survival::Surv(time, status) ~ age, survival::lung, folds = 3, seed = 1)
  expect_match(capture.output(print(cv)), "can not be compared", fixed = TRUE, all = FALSE)
})
