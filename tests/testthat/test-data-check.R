expect_data_error <- function(code, ...) expect_refused(code, "data", ..., from = "nn_fit")

test_that("a column that is not there is named, with the nearest one", {
  expect_data_error(
    nn_fit(c ~ uu, thermometer), "data must have every column", "Not found: uu", "Did you mean u?"
  )
  expect_data_error(nn_fit(temp ~ u, thermometer), "Not found: temp")
})

test_that("a column of no usable kind is named with its kind", {
  dated <- transform(thermometer, day = as.Date("2020-01-01") + 1:11)
  expect_data_error(nn_fit(c ~ day, dated), "numbers, factors, strings or logicals", "day (Date)")
  expect_data_error(nn_fit(dated["day"], dated$c), "x must have columns", "day (Date)")
  expect_data_error(
    nn_fit(matrix("a", 3, 2), 1:3), "x must be a numeric matrix, not a <character> one"
  )
})

test_that("NA, NaN and Inf are reported by column and number of rows", {
  holes <- thermometer
  holes$u[2:3] <- c(-Inf, Inf)
  holes$c[3:5] <- Inf
  expect_data_error(
    nn_fit(c ~ u, holes), "data must not have missing or infinite values", "4 rows have", "c (3)",
    "u (2)"
  )
  expect_data_error(
    nn_fit(as.matrix(holes["u"]), thermometer$c), "x must not", "2 rows have", "u (2)"
  )
  expect_data_error(nn_fit(as.matrix(thermometer["u"]), holes$c), "y must not", "3 rows have")
  expect_data_error(nn_fit(unname(as.matrix(holes)), 1:11), "column 1 (3)", "column 2 (2)")
  unknown <- iris
  unknown$Species[1] <- NA
  expect_data_error(
    nn_fit(Sepal.Length ~ Species, unknown, na.action = na.fail), "1 row has", "Species (1)"
  )
})

test_that("a transformation that makes holes is named as it was written", {
  expect_data_error(nn_fit(c ~ log(u - min(u)), thermometer), "1 row has", "log(u - min(u)) (1)")
})

test_that("zero rows and unequal rows are refused", {
  expect_data_error(nn_fit(c ~ u, thermometer[0, ]), "data must have rows")
  expect_data_error(nn_fit(matrix(0, 0, 2), numeric()), "x must have rows")
  expect_data_error(nn_fit(as.matrix(thermometer), 1:3), "x has 11, y has 3")
})

test_that("predictors without columns are refused", {
  expect_data_error(nn_fit(thermometer[0], thermometer$c), "x must have columns")
  expect_data_error(nn_fit(matrix(0, 3, 0), 1:3), "x must have columns")
})

test_that("a formula without an outcome is refused", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")
  refused(nn_fit(~u, thermometer), "must have an outcome on its left")
  expect_data_error(nn_fit(c ~ u, as.matrix(thermometer)), "data must be a data frame")
})

test_that("weights are one number per row, none negative", {
  refused <- function(weights, ...) {
    expect_refused(nn_fit(c ~ u, thermometer, weights = weights), "argument", ..., from = "nn_fit")
  }
  refused(1:3, "There are 11 rows; it has 3 values")
  refused(rep(-1, 11), "must be finite, at least 0")
  refused(rep(0, 11), "not all 0")
  refused(letters[1:11], "must be numbers")
  refused(nowhere, "weights: object nowhere not found.")
})

test_that("none of this starts Python", {
  started <- in_new_session(function() {
    try(nn_fit(c ~ uu, thermometer), silent = TRUE)
    try(nn_fit(c ~ u, thermometer, optimizer = "adm"), silent = TRUE)
    try(nn_fit(c ~ u, thermometer, loss = "cross_entropy"), silent = TRUE)
    reticulate::py_available()
  })
  expect_false(started)
})

test_that("a formula may have no predictors, but then it needs an intercept", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ 1, thermometer)
  expect_equal(coef(fit), coef(lm(c ~ 1, thermometer)))
  expect_equal(unname(predict(fit, thermometer[1:2, ])), rep(mean(thermometer$c), 2))
  for (formula in list(c ~ 0, c ~ 1 - 1)) {
    expect_refused(nn_fit(formula, thermometer), "argument", "a predictor or an intercept")
  }
})

test_that("the hint at matrices is for `data` alone", {
  expect_refused(check_data_frame(1:3, "data", NULL), "data", "takes a matrix and an outcome")
  error <- tryCatch(check_data_frame(1:3, "newdata", NULL), error = flat_message)
  expect_identical(error, "newdata must be a data frame, not 1:3.")
})

test_that("finite numbers of any kind are let through, however large their sum", {
  large <- c(1e308, 1e308)
  for (data in list(large, cbind(large, -1), list(a = large, b = 1:2, f = factor(1:2)))) {
    expect_silent(check_finite(data, "data", NULL))
  }
  expect_refused(
    check_finite(list(a = large, b = c(NA, 1), d = c(1, Inf)), "data", NULL), "data",
    "2 rows have NA, NaN or Inf, in b (1) and d (1)."
  )
  expect_refused(check_finite(list(a = large, b = c(NA, Inf)), "data", NULL), "data", "in b (2)")
})
