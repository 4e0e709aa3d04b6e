call <- NULL

forge <- function(x, data) {
  columns <- list(names = colnames(x), number = ncol(x), kind = column_kind(x))
  match_columns(data, columns, "newdata", call)
}

test_that("columns of a matrix are found by name where their names tell them apart", {
  x <- matrix(1:6, 2, dimnames = list(NULL, c("a", "b", "c")))
  expect_equal(forge(x, x[, 3:1]), x, ignore_attr = TRUE)
  expect_equal(forge(x, cbind(x, d = 0)[, 4:1]), x, ignore_attr = TRUE)
  expect_equal(forge(x, data.frame(id = c("p", "q"), x[, 3:1])), x, ignore_attr = TRUE)
  expect_equal(forge(x, unname(x)), unname(x))
  expect_refused(forge(x, x[, 1:2]), "data", "Missing: c")
  expect_refused(forge(x, cbind(x, a = 0)), "data", "More than one is named a")
  expect_refused(forge(x, matrix(0, 2, 2)), "data", "a matrix of 3 columns of numbers", "It has 2")
})

test_that("names that repeat or are blank can not be matched: columns go by place", {
  for (names in list(c("a", "a", "b"), c("", "a", "b"), c("a", NA, "b"))) {
    x <- matrix(1:6, 2, dimnames = list(NULL, names))
    expect_equal(forge(x, x), x, ignore_attr = TRUE)
    expect_equal(forge(x, unname(x)), unname(x))
    expect_refused(forge(x, x[, c(3, 1, 2)]), "data", "told apart by their places alone")
    expect_refused(forge(x, x[, 1:2]), "data", "It has 2")
  }
  x <- matrix(1:6, 2)
  expect_equal(forge(x, matrix(1:6, 2, dimnames = list(NULL, letters[1:3]))), x, ignore_attr = TRUE)
})

test_that("a fit whose columns share names predicts and validates by place", {
  skip_if_no_torch()
  set.seed(1)
  x <- matrix(rnorm(60), 20, 3, dimnames = list(NULL, c("a", "a", "b")))
  y <- drop(x %*% c(1, -2, 3)) + rnorm(20) / 10
  fit <- nn_fit(x, y, validation = list(x, y))
  expect_equal(predict(fit, x), fitted(fit))
  expect_equal(fit$history$valid_loss, fit$history$train_loss)
  sure <- nn_fit(x, y, bootstrap = 3, seed = 1)
  expect_equal(predict(sure, x, interval = "confidence")[, "fit"], fitted(sure))
})

test_that("variables of the workspace do not stand in for columns of new data", {
  skip_if_no_torch()
  set.seed(2)
  d <- data.frame(y = rnorm(30), a = rnorm(30))
  z <- rnorm(30)
  new <- data.frame(a = 1:2)
  refused <- function(formula, ...) {
    fit <- nn_fit(formula, d)
    expect_refused(predict(fit, new), "data", ..., from = "predict")
    expect_refused(nn_fit(formula, d, validation = cbind(new, y = 1)), "data", from = "nn_fit")
  }
  refused(y ~ z, "Missing: z")
  refused(y ~ a + log(abs(z)), "Missing: z")
  refused(d$y ~ d$a, "Missing: d")
  refused(y ~ I(1:30), "It has 2 rows, and what the formula makes of it 30")
  # As many rows as in training are no proof that they are the same.
  expect_refused(predict(nn_fit(y ~ z, d), d), "data", "Missing: z")
  fit <- nn_fit(y ~ z, d)
  expect_equal(predict(fit, data.frame(z = z)), fitted(fit))
  # What is no variable of the rows stays with the fit.
  knots <- c(-1, 0, 1)
  fit <- nn_fit(y ~ cut(a, c(-9, knots, 9)), d)
  expect_equal(predict(fit, d), fitted(fit))
})

test_that("a fit of an earlier version, whose blueprint knows less, predicts as it did", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
  new <- predict(fit, mtcars)
  fit$blueprint[c("predictors", "kinds", "frame_kinds", "offset")] <- NULL
  fit$columns$kind <- NULL
  expect_equal(predict(fit, mtcars), new)
  matrix <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  matrix$columns$kind <- NULL
  expect_equal(predict(matrix, as.matrix(mtcars["wt"])), fitted(matrix))
})

test_that("what is taken from lists, functions and constants is of the training rows alone", {
  skip_if_no_torch()
  d <- data.frame(y = c(1, 3, 2, 5, 4), x = c(2, 1, 4, 3, 5))
  held <- list(q = d$x)
  env <- list2env(held)
  made <- function() d$x
  for (formula in list(
    y ~ held$q, y ~ env$q, y ~ held[["q"]], y ~ made(), y ~ x + I(x * held$q), y ~ I(1:5),
    y ~ x + offset(held$q)
  )) {
    expect_refused(predict(nn_fit(formula, d), d[5:1, ]), "data", "none of the data")
  }
  # A number from there is one for all rows.
  unit <- list(a = 2)
  fit <- nn_fit(y ~ I(x * unit$a), d)
  expect_equal(predict(fit, d), predict(lm(y ~ I(x * unit$a), d), d))
  for (fit in list(nn_fit(y ~ x, d, offset = held$q), nn_fit(y ~ x, d, offset = made()))) {
    expect_refused(predict(fit, d), "data", "fitted with an offset")
  }
})

test_that("a matrix of another width among the columns is refused by its name", {
  skip_if_no_torch()
  data <- data.frame(y = c(1, 3, 2, 5, 4, 7), id = 1:6)
  data$pair <- cbind(1:6, c(2, 1, 4, 3, 6, 5))
  fit <- nn_fit(y ~ pair, data)
  new <- data.frame(id = 1:2)
  new$pair <- matrix(1:6, 2)
  expect_refused(predict(fit, new), "data", "other number of columns: pair (3, not 2).")
  new$pair <- 1:2
  expect_refused(predict(fit, new), "data", "pair (1, not 2)")
  expect_equal(predict(fit, data[2:3, ]), fitted(fit)[2:3], ignore_attr = TRUE)
})

test_that("validation data of a data frame or a recipe come with their outcome", {
  skip_if_no_recipes()
  recipe <- recipes::step_center(recipes::recipe(mpg ~ wt + hp, mtcars), recipes::all_predictors())
  design <- design_recipe(recipe, mtcars, call)
  forged <- forge_design(
    design$blueprint, design$columns, mtcars[1:3, ], "validation", call, outcomes = TRUE
  )
  expect_identical(forged$y$mpg, mtcars$mpg[1:3])
  expect_identical(forged$row_names, row.names(mtcars)[1:3])
  expect_equal(forged$x[, "hp"], mtcars$hp[1:3] - mean(mtcars$hp), ignore_attr = TRUE)
})

test_that("a string is told as what it is", {
  expect_refused(forge(matrix(0, 2, 1), "a"), "data", "matrix of 1 column of numbers", "It is a.")
})
