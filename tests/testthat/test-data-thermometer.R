test_that("the thermometer data give the regression that they are known for", {
  fit <- lm(c ~ u, thermometer)
  expect_equal(unname(coef(fit)), c(-17.3047855, 0.5367719), tolerance = 1e-7)
  expect_equal(round(mean(residuals(fit)^2), 2), 2.93)
})
