skip_if_no_torch()

test_that("a predictor that is used has a small p-value, another has not", {
  set.seed(3)
  data <- data.frame(x = rnorm(60), z = rnorm(60))
  data$y <- sin(2 * data$x) + 0.3 * rnorm(60)
  fit <- nn_fit(y ~ x + z, data, hidden_units = 4, epochs = 80, learn_rate = 0.05, seed = 1)
  used <- nn_test(fit, "x", times = 19)
  expect_s3_class(used, "htest")
  expect_identical(used$p.value, 1 / 20)
  expect_gt(used$statistic, 0)
  expect_length(used$losses, 20)
  expect_equal(used$losses[["fit"]], tail(loss_table(fit)$train_loss, 1))
  unused <- nn_test(fit, "z", times = 19)
  expect_gt(unused$p.value, 0.1)
  expect_output(print(used), "Permutation test, by fits, of x")
})

test_that("the p-value is the share of fits that have no greater loss", {
  fit <- nn_fit(mpg ~ wt + qsec, mtcars, seed = 1)
  set.seed(1)
  found <- nn_test(fit, "qsec", times = 19)
  shuffled <- found$losses[-1]
  expect_equal(found$p.value, (1 + sum(shuffled <= found$losses[[1]])) / 20)
  expect_equal(found$statistic, c("difference of losses" = mean(shuffled) - found$losses[[1]]))
  set.seed(1)
  expect_identical(nn_test(fit, "qsec", times = 19), found)
})

test_that("what the others say of a column stays, and several are shuffled together", {
  set.seed(1)
  fit <- nn_fit(mpg ~ wt + hp + factor(cyl), mtcars)
  rows <- shuffle(mtcars, "wt", fit)
  expect_identical(rows[names(rows) != "wt"], mtcars[names(mtcars) != "wt"])
  others <- as.matrix(cbind(1, mtcars[c("hp", "cyl")]))
  known <- stats::lm.fit(others, mtcars$wt)
  expect_equal(sort(rows$wt - known$fitted.values), sort(known$residuals), ignore_attr = TRUE)
  expect_gt(cor(rows$wt, mtcars$cyl), 0.5)
  data <- transform(mtcars, kind = factor(cyl), twin = factor(cyl))
  fit <- nn_fit(mpg ~ kind + twin + wt, data, hidden_units = 2, epochs = 2, seed = 1)
  rows <- shuffle(data, c("kind", "twin"), fit)
  expect_identical(rows$kind, rows$twin)
  expect_identical(sort(rows$kind), sort(data$kind))
})

test_that("the loss is that on rows held out where there are some", {
  tuned <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, seed = 1)
  expect_identical(tested_loss(tuned), min(tuned$tuning$valid_loss))
  held <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 2, epochs = 30, validation = 0.25, stop_iter = 5, seed = 1
  )
  expect_identical(tested_loss(held), held$history$valid_loss[held$best_epoch])
})

test_that("it is found where the user's variables are", {
  within <- function(formula) {
    rows <- mtcars
    counts <- mtcars$gear
    f <- nn_fit(formula, rows, weights = counts)
    nn_test(f, "wt", times = 19)$p.value
  }
  expect_equal(within(mpg ~ wt), 0.05)
})

test_that("a wrong value is refused by its name", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_test")
  refused(nn_test(lm(mpg ~ wt, mtcars), "wt"), "fit must be a fit of nn_fit()")
  refused(nn_test(fit, "hp"), "variables must name columns", "wt")
  refused(nn_test(fit, character()), "variables must name columns")
  refused(nn_test(fit, "wt", times = 5), "times must be a whole number of at least 19")
  refused(nn_test(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg), "x1"), "needs a formula")
  refused(nn_test(nn_fit(mpg ~ wt, mtcars, bootstrap = 2), "wt"), "for a single fit")
  expect_refused(nn_test(fit, "wt", data = 3), "data", "data must be a data frame")
  expect_refused(nn_test(fit, "wt", data = mtcars["hp"]), "data", "Missing: wt")
})

test_that("data that are none are refused as such, not as lost", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(
    nn_test(fit, "wt", data = mean), "data", "data must be a data frame, not", from = "nn_test"
  )
})

test_that("data without any of the predictors are refused as such", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(
    nn_test(fit, "wt", data.frame(a = 1:32), times = 19), "data", "data must have the columns",
    from = "nn_test"
  )
})
