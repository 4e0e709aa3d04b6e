skip_if_no_torch()

test_that("of numbers, in training and validation, as the metrics have them", {
  fit <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 4, epochs = 20, validation = 0.25, seed = 1, metrics = c("rmse", "rsq"),
    weights = qsec, stop_iter = 20
  )
  table <- performance_table(fit)
  expect_identical(table$data, c("training", "validation"))
  expect_identical(table$rows, c(24L, 8L))
  rows <- seq_len(32) %in% fit$validation_rows
  error <- (mtcars$mpg - fitted(fit))[rows]
  expect_equal(table$rmse[2], sqrt(weighted.mean(error^2, mtcars$qsec[rows])))
  # As the losses have it, and the print and glance() with them.
  last <- tail(loss_table(fit), 1)
  expect_equal(table$rmse[2], last$valid_rmse, tolerance = 1e-5) # in single precision
  expect_equal(table$rsq[2], last$valid_rsq, tolerance = 1e-4)
  expect_equal(glance(fit)$rmse, table$rmse[2])
  inside <- cov.wt(cbind(mtcars$mpg, fitted(fit))[!rows, ], mtcars$qsec[!rows], cor = TRUE)
  expect_equal(table$rsq[1], inside$cor[1, 2]^2)
})

test_that("of classes", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 50, seed = 1)
  table <- performance_table(fit)
  expect_equal(table$accuracy, mean(predict(fit, type = "class") == iris$Species))
  own <- predict(fit)[cbind(1:150, as.integer(iris$Species))]
  expect_equal(table$mn_log_loss, -mean(log(own)))
  two <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 2, epochs = 50, seed = 1)
  own <- predict(two, type = "prob")[cbind(1:32, mtcars$am + 1)]
  expect_equal(performance_table(two)$mn_log_loss, -mean(log(own)))
  expect_equal(
    performance_table(two)$accuracy, mean(predict(two, type = "class") == mtcars$am)
  )
  scores <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 50, seed = 1,
    loss = "multi_margin"
  )
  expect_true(is.na(performance_table(scores)$mn_log_loss))
  expect_equal(
    performance_table(scores)$accuracy, mean(predict(scores, type = "class") == iris$Species)
  )
})

test_that("classes held out count by the user's weights, without those of classes", {
  weights <- rep_len(c(1, 2, 5), 150)
  fit <- nn_fit(Species ~ Sepal.Width, iris,
    hidden_units = 3, epochs = 20, validation = seq(2, 150, 4), seed = 1, metrics = "accuracy",
    weights = weights, class_weights = c(setosa = 1, versicolor = 3, virginica = 0.5)
  )
  held <- performance_table(fit)[2, ]
  rows <- fit$validation_rows
  right <- (predict(fit, type = "class") == iris$Species)[rows]
  expect_equal(held$accuracy, weighted.mean(right, weights[rows]))
  expect_equal(held$accuracy, tail(loss_table(fit)$valid_accuracy, 1), tolerance = 1e-6)
})

test_that("of several outcomes the mean is taken", {
  fit <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, hidden_units = 4, epochs = 20, seed = 1)
  error <- as.matrix(mtcars[c("mpg", "qsec")]) - fitted(fit)
  expect_equal(performance_table(fit)$rmse, mean(sqrt(colMeans(error^2))))
})

test_that("of a network whose penalty was chosen, on rows that members have not seen", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, seed = 1)
  table <- performance_table(fit)
  expect_identical(table$data, c("training", "held out"))
  expect_equal(table$rmse[2], sqrt(mean(fit$held_out$residual^2)))
  expect_gt(table$rmse[2], table$rmse[1])
  fit <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 4, seed = 1)
  each <- fit$held_out$probability
  expect_equal(rowSums(each), rep(1, 150))
  expect_equal(each[cbind(1:150, iris$Species)], 1 - as.vector(fit$held_out$residual))
  held <- performance_table(fit)[2, ]
  expect_equal(held$accuracy, mean(max.col(each) == as.integer(iris$Species)))
  expect_equal(held$mn_log_loss, -mean(log(each[cbind(1:150, iris$Species)])))
  two <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 2, seed = 1)
  expect_equal(performance_table(two)$accuracy[2], mean(two$held_out$residual < 0.5))
  two$held_out$probability <- NULL # as of a file of before
  expect_identical(performance_table(two)$accuracy[2], NA_real_)
})

test_that("a fit on files has none", {
  skip_if_no_pyarrow()
  fit <- nn_fit(mpg ~ wt, write_parquet(mtcars), hidden_units = 2, epochs = 2, seed = 1)
  expect_null(performance_table(fit))
  expect_output(print(summary(fit)), "Trainable parameters")
})

test_that("it is said that measures are over several outcomes", {
  both <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_output(print(summary(both)), "Each measure is its mean over the 2 outcomes.", fixed = TRUE)
  expect_null(several_words(nn_fit(mpg ~ wt, mtcars)))
  expect_null(several_words(nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2)))
})

test_that("of several outcomes each has its own measures", {
  both <- nn_fit(cbind(mpg, disp) ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  table <- performance_by_outcome(both)
  expect_identical(table$outcome, rep(c("mpg", "disp"), each = 2))
  expect_equal(table$rmse[table$data == "training"], sqrt(colMeans(residuals(both)^2)),
    ignore_attr = TRUE
  )
  expect_equal(mean(table$rsq[c(2, 4)]), summary(both)$performance$rsq[2])
  expect_match(capture.output(print(summary(both))), "^disp +held out", all = FALSE)
  expect_match(made_text(report_measures(both)), "Measures of each outcome", fixed = TRUE)
  expect_null(performance_by_outcome(nn_fit(mpg ~ wt, mtcars)))
})

test_that("measures are of the rows as they are, whatever classes count in the loss", {
  skip_if_no_torch()
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  own <- rep(1:4, 8)
  classes <- c(auto = 1, manual = 7)
  right <- function(fit) predict(fit, cars, type = "class") == cars$am
  measured <- function(fit) performance_table(fit)$accuracy[1]
  alone <- nn_fit(am ~ hp + wt, cars, class_weights = classes, metrics = "accuracy")
  expect_equal(measured(alone), mean(right(alone)))
  expect_null(own_weights(alone))
  both <- nn_fit(am ~ hp + wt, cars, class_weights = classes, weights = own)
  expect_equal(own_weights(both), own)
  expect_equal(measured(both), weighted.mean(right(both), own))
  # a class of weight 0 would be left out of what is measured, and nothing learned of it
  expect_refused(
    nn_fit(am ~ hp + wt, cars, class_weights = c(auto = 1, manual = 0)), "argument",
    "numbers by class, each above 0", from = "nn_fit"
  )
})

test_that("metrics do not change which network it is", {
  skip_if_no_torch()
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  made <- function(...) {
    nn_fit(am ~ hp + wt, cars, hidden_units = 2, seed = 1, class_weights = "balanced", ...)
  }
  fit <- made(metrics = c("accuracy", "roc_auc"))
  expect_identical(fit$fitted, made()$fitted)
  losses <- loss_table(fit)
  last <- nrow(losses)
  expect_equal(
    losses$train_accuracy[last], mean(predict(fit, cars, type = "class") == cars$am)
  )
  expect_true(all(is.na(losses$train_roc_auc[-last])))
  printed <- paste(capture.output(print(fit)), collapse = "\n")
  expect_match(printed, "Metrics: accuracy 0[.]\\d+, roc_auc")
  expect_match(printed, "(mean, classes weighted)", fixed = TRUE)
  cv <- nn_cv(am ~ hp + wt, cars, hidden_units = 2, seed = 1, folds = 2, metrics = "accuracy")
  right <- (as.vector(cv$predicted) > 0.5) == (cars$am == "manual")
  each <- as.vector(tapply(right, as.vector(cv$folds), mean))
  expect_equal(cv$losses$valid_accuracy, each)
})

test_that("metrics of a fit with an offset are of the outcome and of predictions as they are", {
  skip_if_no_torch()
  cars <- transform(mtcars, known = 2 * hp / 10 + 5 * sin(seq_along(hp)))
  cars$mpg <- cars$mpg + cars$known
  metrics <- c("rsq", "mape")
  fit <- nn_fit(mpg ~ wt, cars, offset = known, metrics = metrics)
  last <- tail(loss_table(fit), 1)
  expect_equal(last$train_rsq, cor(cars$mpg, predict(fit, cars))^2, tolerance = 1e-4)
  missed <- abs(cars$mpg - predict(fit, cars)) / abs(cars$mpg)
  expect_equal(last$train_mape, 100 * mean(missed), tolerance = 1e-4)
  folds <- rep(1:2, 16)
  cv <- nn_cv(mpg ~ wt, cars, offset = known, metrics = metrics, folds = folds, seed = 1)
  for (k in 1:2) {
    rows <- folds == k
    expect_equal(cv$losses$valid_rsq[k], cor(cars$mpg[rows], fitted(cv)[rows])^2, tolerance = 1e-4)
  }
})
