test_that("validation that is no share, data frame or pair is refused", {
  refused <- function(validation, ...) {
    expect_refused(
      nn_fit(c ~ u, thermometer, validation = validation), "argument", ..., from = "nn_fit"
    )
  }
  refused(1, "must be a share from 0 up to, but not including, 1, rows by number, or other data")
  refused(-0.1, "validation must be a share")
  refused(c(0.1, 0.2), "validation must be a share")
  refused(0.01, "at least one of the 11 rows", "less than one row")
  refused("half", "must be a share of the rows, rows by number, or other data")
  refused(list(1, 2, 3), "must be a share of the rows, rows by number, or other data")
  expect_refused(
    nn_fit(as.matrix(thermometer["u"]), thermometer$c, validation = thermometer), "argument",
    "a data frame, where the model has a formula", from = "nn_fit"
  )
})

test_that("rows may be named by number or by a logical for each", {
  skip_if_no_torch()
  out <- c(3, 8, 20)
  fit <- function(...) nn_fit(mpg ~ wt, ..., hidden_units = 3, epochs = 20, seed = 1)
  by_number <- fit(mtcars, validation = out)
  expect_identical(by_number$validation_rows, as.integer(out))
  expect_identical(nobs(by_number), 29L)
  apart <- fit(mtcars[-out, ], validation = mtcars[out, ])
  expect_equal(loss_table(by_number), loss_table(apart), tolerance = 1e-6)
  logical <- fit(mtcars, validation = seq_len(32) %in% out)
  expect_identical(loss_table(logical), loss_table(by_number))

  # The numbers are those of the data, whatever is left out of them.
  holes <- mtcars
  holes$wt[1:2] <- NA
  kept <- fit(holes, validation = out)
  expect_identical(kept$validation_rows, as.integer(out - 2))
  expect_equal(loss_table(kept), loss_table(fit(mtcars[-(1:2), ], validation = out - 2)))

  refused <- function(validation, ...) {
    expect_refused(fit(mtcars, validation = validation), "argument", ..., from = "nn_fit")
  }
  refused(c(1, 33), "must name some of the 32 rows")
  refused(c(2, 2), "each once")
  refused(1:32, "32 of the 32 that are fitted")
  refused(c(TRUE, FALSE), "a logical for each")
})

test_that("several outcomes are matched by their names", {
  skip_if_no_torch()
  x <- as.matrix(mtcars["wt"])
  y <- as.matrix(mtcars[c("mpg", "hp")])
  losses <- function(held_out) {
    nn_fit(x, y, hidden_units = 3, epochs = 5, seed = 1, validation = held_out)$history$valid_loss
  }
  expect_identical(losses(list(x, y[, 2:1])), losses(list(x, y)))
  expect_refused(losses(list(x, cbind(mpg = 1:32, qsec = 1))), "data", "Missing: hp")
})

test_that("held-out data must be like the training data", {
  refused <- function(...) expect_refused(..., from = "nn_fit")
  refused(nn_fit(c ~ u, thermometer, validation = thermometer["c"]), "data", "Missing: u")
  refused(nn_fit(c ~ u, thermometer, validation = thermometer["u"]), "data", "Missing: c")
  refused(
    nn_fit(c ~ u, thermometer, validation = thermometer[0, ]), "data", "validation must have rows"
  )
  two <- droplevels(iris[1:100, ])
  new <- transform(iris[101:110, ], Species = as.character(Species))
  refused(
    nn_fit(Species ~ Sepal.Width, two, validation = new), "data", "classes of the training data",
    "virginica"
  )
  x <- as.matrix(thermometer["u"])
  refused(nn_fit(x, thermometer$c, validation = list(x, 1:3)), "data", "same number of rows")
})

test_that("a share, a data frame and a pair of the same rows agree", {
  skip_if_no_torch()
  fit <- function(...) nn_fit(..., hidden_units = 3, epochs = 20, seed = 1)
  share <- fit(mpg ~ wt + hp, mtcars, validation = 0.25)
  out <- share$validation_rows
  expect_length(out, 8)
  expect_identical(nobs(share), 24L)

  frame <- fit(mpg ~ wt + hp, mtcars[-out, ], validation = mtcars[out, ])
  x <- as.matrix(mtcars[c("wt", "hp")])
  pair <- fit(x[-out, ], mtcars$mpg[-out], validation = list(x[out, ], mtcars$mpg[out]))
  expect_equal(loss_table(pair), loss_table(frame))
  expect_equal(loss_table(frame)$valid_loss[1], loss_table(share)$valid_loss[1], tolerance = 1e-5)
})

test_that("the parts of other data go by their names, where they have some", {
  pair <- list(x = 1, y = 2)
  expect_identical(validation_parts(pair, NULL), pair)
  expect_identical(validation_parts(rev(pair), NULL), pair)
  expect_identical(validation_parts(list(1, 2), NULL), list(1, 2))
  three <- list(offset = 3, y = 2, x = 1)
  expect_identical(validation_parts(three, NULL), rev(three))
  for (wrong in list(list(x = 1, z = 2), list(x = 1, 2), list(y = 1, y = 2))) {
    expect_refused(
      validation_parts(wrong, NULL), "argument", "validation must have the names x and y"
    )
  }
  skip_if_no_torch()
  x <- as.matrix(mtcars[c("wt", "hp")])
  fit <- function(validation) nn_fit(x, mtcars$mpg, validation = validation, seed = 1)
  expect_identical(
    loss_table(fit(list(y = mtcars$mpg[1:5], x = x[1:5, ]))),
    loss_table(fit(list(x[1:5, ], mtcars$mpg[1:5])))
  )
})

test_that("held-out outcomes are of the kind and number of the training outcomes", {
  skip_if_no_torch()
  x <- as.matrix(mtcars["wt"])
  refused <- function(y, ...) {
    expect_refused(nn_fit(x, mtcars$mpg, validation = list(x, y)), "data", ..., from = "nn_fit")
  }
  strings <- as.character(mtcars$mpg)
  for (y in list(strings, factor(strings), mtcars$mpg > 20, data.frame(a = strings), rep(NA, 32))) {
    refused(y, "validation must have an outcome of numbers")
  }
  refused(cbind(1:32, 1), "must have 1 outcome", "It has 2")
})

test_that("an outcome of the workspace has to be among the validation data", {
  skip_if_no_torch()
  outcome <- mtcars$mpg
  expect_refused(
    nn_fit(outcome ~ wt, mtcars, validation = mtcars[1:5, ]), "data", "Missing: outcome"
  )
  held_out <- cbind(mtcars[1:5, ], outcome = 1)
  expect_no_error(nn_fit(outcome ~ wt, mtcars, validation = held_out))
})

test_that("a single row that is put into the order of the outcomes stays a row", {
  row <- matrix(1:2, 1, dimnames = list(NULL, c("b", "a")))
  expect_identical(by_outcome(row, c("a", "b"), "offset", NULL), row[, c("a", "b"), drop = FALSE])
})

test_that("held-out classes have the codes of the training classes", {
  classes <- as_outcome(factor(c("b", "a", "c"), c("c", "b", "a")), "y", NULL)
  expect_identical(match_outcome(c("a", "c", "b"), classes, NULL), c(2L, 0L, 1L))
  expect_identical(match_outcome(data.frame(y = factor("b")), classes, NULL), 1L)
  skip_if_no_torch()
  out <- seq(1, 150, 7)
  fit <- nn_fit(Species ~ ., iris[-out, ],
    validation = iris[out, ], hidden_units = 3, epochs = 30, seed = 1
  )
  probability <- predict(fit, iris[out, ], "prob")[cbind(seq_along(out), iris$Species[out])]
  one_more <- update(fit, epochs = 31)
  expect_equal(one_more$history$valid_loss[31], -mean(log(probability)), tolerance = 1e-4)
})
