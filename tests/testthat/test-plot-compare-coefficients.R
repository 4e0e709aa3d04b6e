skip_if_no_torch()

made <- lm_compare(
  mpg ~ wt + hp, mtcars, methods = c("qr", "sgd", far = "sgd"), learn_rate = 0.1,
  epochs = c(sgd = 60, far = 1)
)

test_that("estimates are in standard errors from R's, and its interval is around 0", {
  picture <- estimates_picture(made, 0.9, NULL)
  expect_equal(attr(picture, "half"), qt(0.95, 29))
  near <- picture[picture$method == "sgd", ]
  expect_equal(near$shown, made$coefficients$gap_se[made$coefficients$method == "sgd"])
  expect_true(all(picture$shown[picture$method == "qr"] == 0))
  beyond <- picture[picture$beyond, ]
  expect_gt(nrow(beyond), 0)
  expect_true(all(abs(beyond$shown) == 2 * attr(picture, "half")))
})

test_that("of a comparison without gaps there is nothing to draw", {
  flat <- lm_compare(y ~ x, data.frame(x = 1:2, y = c(1, 3)), methods = "qr")
  expect_refused(plot(flat, "coefficients"), "data", "nothing to draw", from = "plot")
})

test_that("every part of the picture is as it was", {
  expect_pictures("plot-compare-coefficients", plot(made))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-compare-coefficients", ggplot2::autoplot(made, level = 0.9))
})
