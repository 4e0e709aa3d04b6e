skip_if_not_installed("htmltools")

test_that("a column is described by what it is", {
  number <- describe_column(c(1, 2, 6, NA, Inf))
  expect_identical(number$Mean, 3)
  expect_identical(number$Median, 2)
  expect_identical(number$Missing, 1L)
  text <- describe_column(c("b", "a", "b", NA, ""))
  expect_identical(text$Values, "b: 2, \"\": 1, a: 1")
  expect_identical(text$Missing, 1L)
  expect_identical(describe_column(factor(letters))$Values, "a: 1, b: 1, c: 1, d: 1, 22 more")
  expect_identical(report_kind(factor(c("a", "b"), ordered = TRUE)), "ordered factor of 2 levels")
  expect_identical(report_kind(TRUE), "logical")
  expect_identical(report_kind(Sys.Date()), "Date")
  expect_true(is.na(describe_column(list(1, "a"))$Values))
  expect_true(is.na(describe_column(numeric())$Mean))
})

test_that("columns that say nothing of any are left out", {
  table <- described_columns(list(1:3, c(2.5, 1, 1)), c("a", "b"))
  expect_false(any(c("Values", "Missing") %in% names(table)))
  expect_true("Missing" %in% names(described_columns(list(c(1, NA)), "a")))
})

test_that("rows are counted, held out and left out", {
  skip_if_no_torch()
  fit <- nn_fit(Ozone ~ Wind, airquality, validation = 0.25, seed = 1)
  items <- row_items(fit)
  expect_identical(items[["Trained on"]], "87 rows")
  expect_identical(items[["Held out"]], "29 rows")
  expect_identical(items[["Left out for missing values"]], "37 rows")
  expect_false("Weighted" %in% names(items))
})

test_that("outcomes are described, of each kind", {
  skip_if_no_torch()
  text <- function(fit) made_text(report_outcome(fit))
  species <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2)
  expect_match(text(species), "setosa: 50, versicolor: 50")
  expect_match(text(nn_fit(mpg ~ wt, mtcars)), "mpg number 10.4 19.2 20.09 33.9 6.027")
  expect_match(text(nn_fit(cbind(mpg, qsec) ~ wt, mtcars)), "mpg number .* qsec number")
  skip_if_not_installed("survival")
  fit <- nn_fit(survival::Surv(time, status) ~ age, survival::lung)
  expect_match(text(fit), "time number .* event|status number")
})

test_that("there may be no predictors, or none that are columns", {
  skip_if_no_torch()
  expect_match(made_text(report_data(about_fit_of(nn_fit(mpg ~ 1, mtcars)))), "no predictors")
})
