shap <- new_picture(
  tibble::tibble(
    row = rep(1:3, each = 2), term = rep(c("wt", "cyl"), 3),
    value = c("2.62", "6", "2.8", "6", "3", "8"),
    estimate = c(1.5, -0.5, 1, 0.25, -3, -1)
  ), "nn_shap",
  predictions = tibble::tibble(row = 1:3, predicted = 20, baseline = 20),
  rows = data.frame(wt = c(2.62, 2.8, 3), cyl = factor(c(6, 6, 8))),
  players = list(wt = "wt", cyl = "cyl"), background = 100L, predict_type = "response",
  outcome = "prediction of mpg"
)

test_that("it says of what, and shows the first rows", {
  withr::local_options(width = 80, digits = 7)
  expect_prints("shap-print", print(shap))
  drawn <- shap
  drawn$std.error <- 0.1
  attr(drawn, "predict_type") <- "link"
  expect_prints("shap-print-drawn", print(drawn, digits = 3))
  expect_refused(print(shap, digits = 0), "argument", "digits must be", from = "print")
  expect_output(print(structure(tidy(shap), class = class(shap))), "A tibble: 6")
})

test_that("summary() is the mean size of each term, of each output", {
  expect_identical(summary(shap), tibble::tibble(
    term = c("wt", "cyl"), importance = c(5.5, 1.75) / 3
  ))
  shap <- tibble::add_column(shap, output = "b", .after = "row")
  expect_identical(summary(shap)$output, c("b", "b"))
  expect_identical(names(tidy(shap)), c("row", "output", "term", "value", "estimate"))
})

test_that("of many rows it shows how large the values are in the mean", {
  withr::local_options(width = 80, digits = 7)
  many <- shap[rep(1:6, 4), ]
  many$row <- rep(1:12, each = 2)
  attributes(many)[c("background", "predict_type")] <- list(100L, "response")
  attr(many, "predictions") <- attr(shap, "predictions")
  expect_prints("shap-print-many", print(many))
  expect_match(format(many), "12 rows x 2 terms", all = FALSE)
})
