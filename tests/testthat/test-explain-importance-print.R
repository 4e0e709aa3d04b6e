importance <- new_picture(
  tibble::tibble(
    term = c("wt", "engine", "wt:engine"), importance = c(12.3456, 0.5, -1),
    std.error = c(2, 0.25, NA), conf.low = c(8, 0, -2), conf.high = c(16, 1, 0)
  ), "nn_importance",
  metric = "loss", label = "mean squared error", baseline = 4.23456, rows = 1032L,
  part = "training", repeats = 10L, level = 0.95, pairs = "wt:engine"
)

test_that("it says of what, on which rows, and what to mind", {
  withr::local_options(width = 80, digits = 7)
  expect_prints("importance-print", print(importance))
  attr(importance, "metric") <- attr(importance, "label") <- "rsq"
  attr(importance, "part") <- "held out"
  attr(importance, "pairs") <- character()
  expect_prints("importance-print-held-out", print(importance, digits = 3))
  expect_refused(print(importance, digits = 0), "argument", "digits must be", from = "print")
})

test_that("it says where classes count as in training", {
  attr(importance, "class_weighted") <- TRUE
  expect_output(print(importance), "classes[ \n]+weighted as in[ \n]+training; 10 repeats")
  skip_if_no_torch()
  fit <- nn_fit(Species ~ Petal.Width, iris,
    epochs = 2, optimizer = "adam", class_weights = "balanced", seed = 1
  )
  weighted <- function(...) attr(nn_importance(fit, repeats = 1, ...), "class_weighted")
  expect_true(weighted())
  expect_false(weighted(metric = "accuracy"))
})

test_that("tidy() is the table alone, and what others made of it prints as a table", {
  expect_identical(class(tidy(importance)), c("tbl_df", "tbl", "data.frame"))
  expect_identical(attributes(tidy(importance))$metric, NULL)
  bare <- structure(tidy(importance), class = class(importance))
  expect_output(print(bare), "A tibble: 3")
})
