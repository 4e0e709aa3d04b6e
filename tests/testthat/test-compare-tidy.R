skip_if_no_torch()

made <- lm_compare(
  mpg ~ wt + hp, mtcars, methods = c("qr", "sgd", "network"), epochs = 40, seed = 1
)

test_that("tidy() adds R's interval", {
  expect_identical(tidy(made), made$coefficients)
  limits <- tidy(made, conf.int = TRUE)
  expect_equal(
    as.matrix(limits[1:3, c("conf.low", "conf.high")]), unname(confint(lm(mpg ~ wt + hp, mtcars))),
    ignore_attr = TRUE
  )
  expect_true(all(is.na(limits$conf.low[4:6])))
  classes <- lm_compare(am ~ wt, mtcars, methods = "qr", family = binomial())
  wide <- tidy(classes, conf.int = TRUE, conf.level = 0.5)
  half <- qnorm(0.75) * wide$std.error
  expect_equal(wide$conf.high, wide$estimate + half)
  expect_refused(tidy(made, conf.int = 2), "argument", "conf.int must be")
  expect_refused(tidy(made, conf.level = 1), "argument", "conf.level must be")
})

test_that("glance() has a row for each method", {
  table <- glance(made)
  expect_named(table, c(
    "method", "mse", "rmse", "r.squared", "logLik", "AIC", "nobs", "epochs", "gradient_norm",
    "converged", "seconds", "condition", "learn_rate", "largest_learn_rate", "epochs_needed",
    "verdict"
  ))
  expect_identical(table$method, c("qr", "sgd", "network"))
  line <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(
    unlist(table[1, c("r.squared", "logLik", "AIC")]),
    c(r.squared = summary(line)$r.squared, logLik = as.numeric(logLik(line)), AIC = AIC(line))
  )
  expect_identical(table$epochs, c(NA, 40L, 40L))
  expect_identical(table$nobs, rep(32L, 3))
  expect_equal(table$rmse, sqrt(table$mse))
})

test_that("the gradient's norm is that of the loss as the method sees it", {
  raw <- lm_compare(
    c ~ u, thermometer, methods = "sgd", scale = FALSE, learn_rate = 1e-4, epochs = 3
  )
  at <- raw$methods$sgd$coefficients
  x <- cbind(1, thermometer$u)
  slope <- 2 * crossprod(x, x %*% at - thermometer$c) / 11
  expect_equal(glance(raw)$gradient_norm, sqrt(sum(slope^2)))
})

test_that("augment() has the rows that were used, for each method", {
  table <- augment(made)
  expect_named(table, c("method", "mpg", "wt", "hp", ".fitted", ".resid"))
  expect_identical(nrow(table), 96L)
  expect_equal(table$.fitted[1:32], unname(fitted(lm(mpg ~ wt + hp, mtcars))))
  expect_equal(table$.resid, table$mpg - table$.fitted)
})

test_that("as.data.frame() is the table of coefficients", {
  expect_identical(as.data.frame(made), as.data.frame(tidy(made)))
})
