skip_if_no_torch()

# What a clock says differs.
still <- function(made) {
  for (label in names(made$methods)) made$methods[[label]]$seconds <- 0.25
  made
}

test_that("every line of print() is as it was", {
  rough <- still(lm_compare(
    c ~ u, thermometer, methods = c("qr", raw = "sgd", tenth = "sgd", "network"),
    scale = c(raw = FALSE, tenth = 0.1, network = FALSE), learn_rate = c(raw = 0.01, tenth = 0.01),
    epochs = c(raw = 1, tenth = 500, network = 1), seed = 1
  ))
  # What begins at random differs from one release of torch to another.
  rough$methods$network$mse <- 50
  counts <- still(lm_compare(
    carb ~ wt, mtcars, methods = c("qr", "sgd"), family = poisson(), epochs = 20
  ))
  expect_prints("compare-print", print(rough), print(rough, digits = 3), print(counts))
})

test_that("terms that one method lacks are blank", {
  text <- capture.output(print(lm_compare(
    lm(mpg ~ wt, mtcars), lm(mpg ~ wt + hp, mtcars), nn_fit(mpg ~ wt, mtcars)
  )))
  expect_match(text, "^hp +-0.03[0-9]+ *$", all = FALSE)
})

test_that("digits must be a number of digits", {
  made <- lm_compare(c ~ u, thermometer, methods = "qr")
  expect_refused(print(made, digits = 0), "argument", "digits must be")
})
