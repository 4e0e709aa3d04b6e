test_that("validation that is no share, data frame or pair is refused", {
  refused <- function(validation, ...) {
    expect_refused(
      nn_fit(c ~ u, thermometer, validation = validation), "argument", ..., from = "nn_fit"
    )
  }
  refused(1, "validation must be a share from 0 up to, but not including, 1, or other data")
  refused(-0.1, "validation must be a share")
  refused(c(0.1, 0.2), "validation must be a share")
  refused(0.01, "at least one of the 11 rows", "less than one row")
  refused("half", "validation must be a share of the rows, or other data")
  refused(list(1, 2, 3), "validation must be a share of the rows, or other data")
  expect_refused(
    nn_fit(as.matrix(thermometer["u"]), thermometer$c, validation = thermometer), "argument",
    "a data frame, where the model has a formula", from = "nn_fit"
  )
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
