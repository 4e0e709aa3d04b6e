# Files of Python's, read and used, are in test-file.R.

test_that("Python's columns with classes that are embedded are a formula's", {
  made <- list(
    options = list(feature_names = c("a", "g"), n_features = 2L, embed = list(
      list(name = "g", column = 1L, levels = c("u", "v"), size = 1L)
    ), own_model = FALSE), baseline = NULL
  )
  blueprint <- python_parts(made)$blueprint
  forged <- forge_design(
    blueprint, list(), data.frame(g = c("v", "u"), a = c(1, 2)), "newdata", rlang::current_env()
  )
  expect_equal(unname(forged$x), matrix(c(1, 2, 1, 0), 2), ignore_attr = TRUE)
})

test_that("rows are counted, and not at hand", {
  found <- without_rows(list(fitted = matrix(0, 5, 1), validation_rows = 1:2))
  expect_identical(found$rows, c(train = 3L, validation = 2L))
  expect_null(found$fitted)
  expect_true("fitted" %in% names(found))
})

test_that("the outcome is what options say", {
  of <- function(...) python_outcome(list(baseline = NULL), list(...))
  expect_identical(of(levels = c("a", "b"))$kind, "class")
  expect_identical(of(outcome_names = "y")$names, "y")
  expect_null(of()$names)
  expect_identical(python_outcome(list(baseline = list(1)), list())$kind, "survival")
})
