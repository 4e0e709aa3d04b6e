# "When a network is the wrong tool": the numbers that do not depend on the
# initial weights, and the property where they do.

line <- data.frame(x = 0:3, y = c(1, 3, 5, 7))
quadratic <- data.frame(x = 0:3, y = c(1, 6, 17, 34))
elsewhere <- data.frame(x = c(2.5, 10))

one_ten_one <- function(data, activation, seed, hidden_units = 10) {
  nn_fit(
    y ~ x, data,
    hidden_units = hidden_units, activation = activation, optimizer = "lbfgs", seed = seed
  )
}

test_that("the network without activation finds the line, from any initial weights", {
  skip_if_no_torch()
  for (seed in 1:3) {
    fit <- one_ten_one(line, "identity", seed)
    expect_equal(unname(fitted(fit)), line$y, tolerance = 1e-5)
    expect_equal(unname(predict(fit, elsewhere)), c(6, 21), tolerance = 1e-5)
  }
  shapes <- lapply(unname(coef(fit)), dim)
  expect_equal(shapes, list(c(10L, 1L), 10L, c(1L, 10L), 1L))
})

test_that("on the quadratic it finds lm()'s line 11 x - 2", {
  skip_if_no_torch()
  least_squares <- lm(y ~ x, quadratic)
  expect_equal(unname(coef(least_squares)), c(-2, 11))
  for (seed in 1:3) {
    fit <- one_ten_one(quadratic, "identity", seed)
    expect_equal(unname(fitted(fit)), c(-2, 9, 20, 31), tolerance = 1e-4)
    expect_equal(unname(predict(fit, elsewhere)), c(25.5, 108), tolerance = 1e-4)
    expect_equal(predict(fit, elsewhere), predict(least_squares, elsewhere), tolerance = 1e-4)
  }
})

test_that("tanh learns the four points and misses the other two, one layer or two", {
  skip_if_no_torch()
  for (hidden_units in list(10, c(10, 10))) {
    learn <- function(seed) one_ten_one(quadratic, "tanh", seed, hidden_units)
    fits <- lapply(1:5, learn)
    for (fit in fits) expect_equal(unname(fitted(fit)), quadratic$y, tolerance = 1e-4)
    missed <- sapply(fits, predict, elsewhere) - c(24.75, 321)
    expect_gt(min(abs(missed[1, ])), 0.1)
    expect_lt(max(missed[2, ]), -200)
  }
})

test_that("told that it is a quadratic, the linear model is right everywhere", {
  skip_if_no_torch()
  fit <- nn_fit(y ~ x + I(x^2), quadratic)
  expect_equal(unname(coef(fit)), c(1, 2, 3), tolerance = 1e-6)
  expect_equal(unname(predict(fit, elsewhere)), c(24.75, 321), tolerance = 1e-6)
})
