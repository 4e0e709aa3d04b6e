skip_if_no_torch()

tenths <- function(methods, ...) {
  lm_compare(c ~ u, thermometer, methods = methods, scale = 0.1, learn_rate = 0.01, ...)
}

test_that("lm()'s table is the document's", {
  table <- lm_compare(c ~ u, thermometer, methods = "qr")$coefficients
  expect_equal(table$estimate, c(-17.3047855, 0.5367719), tolerance = 1e-7)
  expect_equal(table$std.error, c(1.9272273, 0.0355386), tolerance = 1e-6)
  expect_equal(table$statistic, c(-8.97911, 15.10391), tolerance = 1e-6)
  expect_equal(table$p.value, c(8.701879e-06, 1.062435e-07), tolerance = 1e-6)
  expect_equal(round(glance(lm_compare(c ~ u, thermometer, methods = "qr"))$mse, 2), 2.93)
})

test_that("the first loss, the gradient and the naive step are the document's", {
  made <- lm_compare(
    c ~ u, thermometer, methods = c("numeric", "analytic", "autograd"), scale = FALSE,
    learn_rate = 0.01, epochs = 1, dtype = "float32"
  )
  for (record in made$methods) {
    expect_equal(record$losses, 1763.8846, tolerance = 1e-7)
    expect_equal(
      unname(record$certificate$first_gradient), c(82.6000, 4517.2969), tolerance = 5e-7
    )
  }
  # In single precision a loss of 5.8 million is held to a half, which is 0.025 of the intercept.
  naive <- made$methods$numeric$coefficients
  expect_equal(naive[["u"]], -44.1730, tolerance = 1e-6)
  expect_lt(abs(naive[["(Intercept)"]] - 46.0250), 0.06)
})

test_that("5000 epochs on tenths end where the document's do, by hand and by torch", {
  made <- tenths(c("analytic", "autograd", "sgd"), epochs = 5000, dtype = "float32")
  for (record in made$methods) {
    expect_equal(
      unname(record$coefficients * c(1, 10)), c(-17.3012, 5.3671), tolerance = 1e-5,
      label = record$label
    )
    expect_equal(record$certificate$last_loss, 2.927648, tolerance = 1e-6)
    expect_equal(record$losses[1:3], c(80.364342, 37.574917, 30.871077), tolerance = 1e-6)
  }
})

test_that("a single step of SGD is the document's", {
  step <- lm_compare(
    c ~ u, thermometer, methods = "sgd", scale = 0.1, learn_rate = 1e-5, epochs = 1
  )$methods$sgd$coefficients
  expect_equal(step[["u"]] * 10, 1.0008, tolerance = 5e-5)
  expect_equal(step[["(Intercept)"]], 1.0640e-04, tolerance = 5e-5)
})

test_that("all methods cross at once, and the reference not at all", {
  crossings <- 0
  real <- call_core
  counting <- function(name, ...) {
    crossings <<- crossings + 1
    real(name, ...)
  }
  withr::defer(utils::assignInNamespace("call_core", real, "nnfit"))
  utils::assignInNamespace("call_core", counting, "nnfit")
  lm_compare(c ~ u, thermometer, methods = c("qr", "numeric", "analytic", "sgd", "network"),
    epochs = 3, seed = 1)
  expect_identical(crossings, 1)
  lm_compare(c ~ u, thermometer, methods = "qr")
  expect_identical(crossings, 1)
})

test_that("weights, subset, missing values and offset are those of lm()", {
  holes <- transform(mtcars, wt = replace(wt, 2, NA))
  made <- lm_compare(mpg ~ wt + factor(cyl), holes, methods = c("qr", "sgd", "lbfgs"),
    weights = hp, subset = qsec > 15, offset = drat)
  line <- lm(mpg ~ wt + factor(cyl), holes, weights = hp, subset = qsec > 15, offset = drat)
  for (record in made$methods) {
    expect_equal(record$coefficients, coef(line), tolerance = 1e-6)
    expect_equal(record$fitted, unname(fitted(line)), tolerance = 1e-6)
    expect_equal(record$AIC, AIC(line), tolerance = 1e-8)
  }
})

test_that("an intercept alone, none, and a coefficient that follows from others", {
  alone <- lm_compare(mpg ~ 1, mtcars, methods = c("qr", "sgd", "numeric"))
  expect_equal(alone$coefficients$estimate, rep(mean(mtcars$mpg), 3))
  none <- lm_compare(mpg ~ wt - 1, mtcars, methods = c("qr", "sgd"))
  expect_equal(none$coefficients$gap, c(0, 0))
  twins <- transform(thermometer, v = 2 * u)
  aliased <- lm_compare(c ~ u + v, twins, methods = c("qr", "sgd"))
  expect_identical(is.na(aliased$coefficients$estimate), rep(c(FALSE, FALSE, TRUE), 2))
  expect_true(all(glance(aliased)$converged))
})

test_that("the path leads from the start to the answer, in the data's units", {
  record <- tenths("sgd", epochs = 50)$methods$sgd
  expect_identical(colnames(record$path), c("epoch", "(Intercept)", "u"))
  expect_equal(unname(record$path[1, ]), c(0, 0, 0.1))
  expect_equal(record$path[51, -1], record$coefficients)
  expect_equal(
    lm_compare(c ~ u, thermometer, methods = "sgd", scale = FALSE, start = c(3, 2), epochs = 1
    )$methods$sgd$path[1, ], c(epoch = 0, "(Intercept)" = 3, u = 2)
  )
})

test_that("set.seed() governs the network", {
  run <- function() {
    set.seed(1)
    lm_compare(c ~ u, thermometer, methods = "network", epochs = 5)$methods$network$fitted
  }
  expect_identical(run(), run())
})
