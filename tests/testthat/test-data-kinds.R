test_that("kinds are what lm() tells apart", {
  columns <- list(
    numeric = 1:2, numeric = c(0.5, 1), logical = TRUE, factor = factor("a"),
    factor = ordered("a"), character = "a", numeric = I(1), numeric = matrix(1:4, 2),
    other = as.Date("2020-01-01"), other = Sys.time(), other = as.difftime(1, units = "mins"),
    other = 1i, other = list(1), other = as.raw(1),
    other = structure(1, units = "m", class = "units")
  )
  for (i in seq_along(columns)) expect_identical(column_kind(columns[[i]]), names(columns)[i])
})

test_that("columns of integer64 are fitted as the numbers that they mean", {
  skip_if_no_torch()
  bits <- function(n) structure(n * 2^-1074, class = "integer64")
  d <- data.frame(z = 1:30, y = 2 * (1:30) + 0.1)
  d$x <- bits(1:30)
  expect_equal(coef(nn_fit(y ~ x, d)), c(`(Intercept)` = 0.1, x = 2), tolerance = 1e-8)
  expect_equal(coef(nn_fit(x ~ z, d)), c(`(Intercept)` = 0, z = 1), tolerance = 1e-8)
  expect_equal(unname(coef(nn_fit(d["x"], d$y))), c(0.1, 2), tolerance = 1e-8)
  expect_equal(coef(nn_fit(d["z"], d$x))[["z"]], 1, tolerance = 1e-8)
  expect_equal(coef(nn_fit(y ~ log(x), d)), coef(lm(y ~ log(z), d)), ignore_attr = TRUE)
  expect_equal(unname(predict(nn_fit(y ~ z, d), list2DF(list(z = bits(50))))), 100.1)
  fit <- nn_fit(as.matrix(d["z"]), d$y)
  expect_equal(unname(predict(fit, bits(50))), 100.1)
  expect_equal(unname(predict(fit, list2DF(list(z = bits(50))))), 100.1)
  weighted <- nn_fit(y ~ z, transform(d, y = y + z %% 3), weights = bits(1:30))
  expect_equal(coef(weighted), coef(lm(y + z %% 3 ~ z, d, weights = 1:30)))

  beyond <- readBin(as.raw(c(1, 0, 0, 0, 0, 0, 32, 0)), "double")
  d$x[30] <- structure(beyond, class = "integer64")
  expect_refused(nn_fit(y ~ x, d), "data", "below 2^53", "integer64 are in x", from = "nn_fit")
})

# What lm() says of each: "variable 'lg' was fitted with type ..."
test_that("new data hold what the training data held", {
  skip_if_no_torch()
  set.seed(2)
  d <- data.frame(y = rnorm(30), a = rnorm(30), lg = rep(c(TRUE, FALSE), 15), f = gl(3, 10))
  d$s <- as.character(d$f)
  refused <- function(fit, new, ...) {
    expect_refused(predict(fit, new), "data", "of the kinds that the model was fitted on", ...)
  }
  logical <- nn_fit(y ~ lg, d)
  refused(logical, data.frame(lg = c("no", "yes")), "lg (strings in place of logicals)")
  refused(logical, data.frame(lg = c(1, 0)), "lg (numbers in place of logicals)")
  refused(logical, data.frame(lg = factor("TRUE")), "lg (a factor in place of logicals)")
  for (number in list(nn_fit(y ~ a, d), nn_fit(y ~ I(a^2), d), nn_fit(d["a"], d$y))) {
    refused(number, data.frame(a = as.Date("2020-01-01")), "a (Date in place of numbers)")
    refused(number, data.frame(a = as.POSIXct("2020-01-01", tz = "UTC")), "a (POSIXct")
    refused(number, data.frame(a = as.difftime(1, units = "mins")), "a (difftime")
    refused(number, data.frame(a = TRUE), "a (logicals in place of numbers)")
  }
  refused(nn_fit(y ~ a, d), data.frame(a = "1"), "a (strings in place of numbers)")
  refused(nn_fit(y ~ f, d), data.frame(f = 1), "f (numbers in place of a factor)")
  mixed <- nn_fit(d[c("a", "lg")], d$y)
  refused(mixed, data.frame(a = 1, lg = "TRUE"), "lg (strings in place of logicals)")
  matrix <- nn_fit(as.matrix(d["a"]), d$y)
  refused(matrix, data.frame(a = "1"), "a (strings in place of numbers)")
  expect_refused(predict(matrix, matrix(TRUE)), "data", "matrix of 1 column of numbers")
  expect_refused(predict(matrix, as.Date("2020-01-01")), "data", "matrix of 1 column")

  held_out <- data.frame(y = 1:2, lg = c("no", "yes"))
  expect_refused(
    nn_fit(y ~ lg, d, validation = held_out), "data", "lg (strings in place of logicals)"
  )
  expect_refused(
    nn_fit(y ~ a, d, validation = data.frame(y = c("1", "2"), a = 1)), "data",
    "y (strings in place of numbers)"
  )
})

test_that("kinds that mean the same are exchangeable, and missing values are of every kind", {
  skip_if_no_torch()
  d <- data.frame(y = 1:6 + 0, f = gl(3, 2, labels = c("u", "v", "w")), n = c(4, 4, 6, 6, 8, 8))
  d$s <- as.character(d$f)
  by_factor <- nn_fit(y ~ f, d)
  by_string <- nn_fit(y ~ s, d)
  expect_identical(predict(by_factor, data.frame(f = "w")), predict(by_factor, d[6, ])[1],
    ignore_attr = TRUE
  )
  expect_identical(predict(by_string, data.frame(s = d$f)), predict(by_string, d))
  expect_identical(
    predict(nn_fit(y ~ ordered(f), d), data.frame(f = "w")), predict(by_factor, d[6, ]),
    ignore_attr = TRUE, tolerance = 1e-8
  )
  computed <- nn_fit(y ~ factor(n), d)
  expect_identical(predict(computed, data.frame(n = c("4", "8"))), predict(computed, d[c(1, 5), ]),
    ignore_attr = TRUE
  )
  for (fit in list(by_factor, nn_fit(y ~ n, d), nn_fit(d["n"], d$y))) {
    expect_identical(unname(predict(fit, data.frame(f = NA, n = NA))), NA_real_)
  }
  # The outcome is not looked at where it is not used.
  expect_length(predict(nn_fit(y ~ n, d), data.frame(n = 1, y = "unknown")), 1)
})

test_that("a recipe's columns are held to their kinds", {
  skip_if_no_torch()
  skip_if_no_recipes()
  d <- data.frame(y = 1:6 + 0, a = c(3, 1, 2, 5, 4, 6))
  fit <- nn_fit(recipes::recipe(y ~ a, d), d)
  refused <- function(a) {
    expect_refused(predict(fit, list2DF(list(a = a))), "data", "in place of numbers")
  }
  refused(TRUE)
  refused(as.Date("2020-01-01"))
  refused("1")
})

test_that("columns that share a name are refused where they are used", {
  skip_if_no_torch()
  d <- data.frame(y = 1:6, a = c(3, 1, 2, 5, 4, 6), a = 6:1, b = 0, check.names = FALSE)
  refused <- function(code) expect_refused(code, "data", "one is named a", from = "nn_fit")
  refused(nn_fit(y ~ a, d))
  refused(nn_fit(y ~ ., d))
  refused(nn_fit(list2DF(list(a = 1:6, a = 6:1)), d$y))
  expect_refused(nn_fit(1:6 ~ ., list2DF(list(a = 1:6, a = 6:1))), "data", "named a")
  fit <- nn_fit(y ~ a, d[1:2])
  expect_refused(predict(fit, d), "data", "newdata must have columns with names of their own")
  expect_length(predict(fit, d[c(1, 2, 4, 4)]), 6)
})

test_that("a column without a name is refused where the formula uses it", {
  for (blank in c("", NA)) {
    data <- stats::setNames(mtcars[1:4], c("mpg", "cyl", blank, "hp"))
    expect_refused(
      nn_fit(mpg ~ ., data), "data", "columns with names. x Without a name is column 3."
    )
    expect_refused(nn_fit(data, mtcars$mpg), "data", "Without a name is column 3.")
    expect_refused(nn_fit(mpg ~ ., stats::setNames(data, c("mpg", blank, blank, "h"))), "data",
      "Without a name are columns 2 and 3."
    )
  }
  names(data)[3] <- NA
  expect_equal(coef(nn_fit(mpg ~ hp, data)), coef(lm(mpg ~ hp, data)))
  expect_refused(nn_fit(mpg ~ hpp, data), "data", "Did you mean hp?")
})

test_that("times in another unit are refused, which lm() takes for the same numbers", {
  skip_if_no_torch()
  data <- data.frame(y = c(1, 3, 2, 5), time = as.difftime(1:4, units = "hours"))
  fit <- nn_fit(y ~ as.numeric(time), data)
  expect_equal(predict(fit, data), fitted(fit), ignore_attr = TRUE)
  new <- data.frame(time = as.difftime(c(60, 120), units = "mins"))
  expect_refused(predict(fit, new), "data", "time (difftime in mins in place of difftime in hours)")
})
