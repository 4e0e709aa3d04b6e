skip_if_no_torch()

test_that("a comparison is plain R data", {
  made <- lm_compare(c ~ u, thermometer, methods = c("qr", "sgd", "network"), epochs = 3, seed = 1)
  expect_named(
    made, c("call", "formula", "family", "reference", "terms", "methods", "data", "coefficients")
  )
  expect_identical(unserialize(serialize(made, NULL))$coefficients, made$coefficients)
  expect_identical(names(made$methods), c("qr", "sgd", "network"))
})

test_that("coefficients have a row for each method and term, and gaps in standard errors", {
  made <- lm_compare(
    mpg ~ wt + hp, mtcars, methods = c("qr", "sgd", "network"), epochs = 30, seed = 1
  )
  table <- made$coefficients
  expect_named(table, c(
    "method", "term", "estimate", "std.error", "statistic", "p.value", "gap", "gap_se"
  ))
  expect_identical(table$method, rep(c("qr", "sgd"), each = 3))
  fit <- summary(lm(mpg ~ wt + hp, mtcars))$coefficients
  expect_equal(as.matrix(table[1:3, 3:6]), unname(fit), ignore_attr = TRUE)
  expect_true(all(is.na(table[4:6, 4:6])))
  expect_equal(table$gap[4:6], table$estimate[4:6] - table$estimate[1:3])
  expect_equal(table$gap_se[4:6], table$gap[4:6] / unname(fit[, 2]))
})

test_that("without R's own among the methods, gaps are still from it", {
  made <- lm_compare(c ~ u, thermometer, methods = "lbfgs")
  expect_lt(max(abs(made$coefficients$gap)), 1e-7)
  expect_identical(unique(made$coefficients$method), "lbfgs")
})
