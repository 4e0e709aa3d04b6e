skip_if_no_torch()

test_that("a linear model's log-likelihood, AIC and BIC are lm()'s", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  reference <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(logLik(fit), logLik(reference), ignore_attr = TRUE, tolerance = 1e-8)
  expect_identical(attr(logLik(fit), "df"), attr(logLik(reference), "df"))
  expect_equal(AIC(fit), AIC(reference), tolerance = 1e-8)
  expect_equal(BIC(fit), BIC(reference), tolerance = 1e-8)
  weighted <- nn_fit(mpg ~ wt, mtcars, weights = hp)
  expect_equal(
    logLik(weighted), logLik(lm(mpg ~ wt, mtcars, weights = hp)), ignore_attr = TRUE,
    tolerance = 1e-8
  )
})

test_that("a logistic model's log-likelihood is glm()'s, for a factor and for 0/1", {
  reference <- logLik(glm(am ~ wt, binomial, mtcars))
  expect_equal(
    logLik(nn_fit(factor(am) ~ wt, mtcars)), reference, ignore_attr = TRUE, tolerance = 1e-6
  )
  expect_equal(logLik(nn_fit(am ~ wt, mtcars, loss = "bce_with_logits")), reference,
    ignore_attr = TRUE, tolerance = 1e-6)
})

test_that("for more classes it is minus the rows' summed cross-entropy", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 20, seed = 1)
  last <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 21, seed = 1)
  expect_equal(as.numeric(logLik(fit)), -150 * loss_table(last)$train_loss[21], tolerance = 1e-5)
})

test_that("a loss that is no likelihood, or held-out rows, are refused", {
  refused <- function(fit, ...) expect_refused(logLik(fit), "argument", ..., from = "logLik")
  refused(nn_fit(c ~ u, thermometer, loss = "huber"), "This fit has the loss huber")
  refused(nn_fit(c ~ u, thermometer, validation = 0.2), "holds out 2 rows")
})
