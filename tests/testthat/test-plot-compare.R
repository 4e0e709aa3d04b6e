skip_if_no_torch()

made <- lm_compare(
  c ~ u, thermometer, methods = c("qr", plain = "sgd", "lbfgs"), scale = 0.1,
  learn_rate = c(plain = 0.01), epochs = c(plain = 40)
)

test_that("the picture is that of one predictor, or of coefficients", {
  expect_s3_class(compared_picture(made, compared_pictures, TRUE, 0.9, NULL), "nn_compared_fits")
  several <- lm_compare(mpg ~ wt + hp, mtcars, methods = "qr")
  picture <- compared_picture(several, compared_pictures, TRUE, 0.9, NULL)
  expect_s3_class(picture, "nn_compared_estimates")
  factors <- lm_compare(mpg ~ factor(cyl), mtcars, methods = "qr")
  expect_null(single_predictor(factors))
  curve <- lm_compare(mpg ~ poly(wt, 2), mtcars, methods = "qr")
  expect_null(single_predictor(curve))
  weighted <- lm_compare(mpg ~ wt, mtcars, methods = "qr", weights = hp, offset = drat)
  expect_identical(single_predictor(weighted), "wt")
})

test_that("every picture is drawn by both", {
  for (which in compared_pictures) {
    expect_gt(length(drawn(plot(made, which))), 3)
    expect_par_kept(plot(made, which))
    expect_gt(length(drawn(plot(made, which, main = "m"))), 3)
  }
  skip_if_not_installed("ggplot2")
  for (which in compared_pictures) expect_rendered(ggplot2::autoplot(made, which))
})

test_that("a pair and fits that are there are drawn", {
  pair <- lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 5, seed = 1)
  for (which in c("fits", "coefficients", "loss")) expect_gt(length(drawn(plot(pair, which))), 3)
  expect_refused(
    plot(pair, "path"), "argument", "draws descents of two coefficients", "0 descents",
    from = "plot"
  )
})

test_that("what can not be drawn is refused", {
  wide <- lm_compare(mpg ~ wt + hp, mtcars, methods = c("qr", "sgd"), epochs = 3)
  expect_refused(plot(wide, "fits"), "argument", "one numeric predictor", from = "plot")
  expect_refused(plot(wide, "path"), "argument", "1 descent with a path, of 3 coefficients")
  alone <- lm_compare(c ~ u, thermometer, methods = "qr")
  expect_refused(plot(alone, "loss"), "data", "no losses to draw", from = "plot")
  expect_refused(plot(made, "paths"), "argument", "which must be one of", "Did you mean path?")
  expect_refused(plot(made, level = 2), "argument", "level must be a number between 0 and 1")
})

test_that("methods differ in colour and line, and R's is grey", {
  styles <- styles_of(made)
  expect_identical(rownames(styles), c("qr", "plain", "lbfgs"))
  expect_identical(styles["qr", "col"], colours$reference)
  expect_identical(anyDuplicated(styles$col), 0L)
  expect_identical(anyDuplicated(styles$lty), 0L)
})
