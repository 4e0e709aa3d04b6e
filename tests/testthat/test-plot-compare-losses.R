skip_if_no_torch()

made <- lm_compare(
  c ~ u, thermometer, methods = c("qr", plain = "sgd", raw = "sgd"),
  scale = c(plain = 0.1, raw = FALSE), learn_rate = 0.01, epochs = c(plain = 4, raw = 100)
)

test_that("losses are those of the methods, where they are finite", {
  picture <- losses_picture(made, NULL)
  expect_equal(picture$loss[picture$method == "plain"], made$methods$plain$losses)
  expect_true(all(is.finite(picture$loss)))
  expect_equal(attr(picture, "least"), mean(residuals(made$reference)^2))
  expect_lt(max(losses_room(picture)), 31 * made$methods$raw$losses[1])
  expect_identical(unname(recorded(plot(made, "loss"))$C_plot_window[[3]]), "xy")
})

test_that("of another likelihood R's deviance is no loss", {
  counts <- lm_compare(carb ~ wt, mtcars, methods = "sgd", family = poisson(), epochs = 3)
  expect_null(least_loss(counts))
  expect_gt(length(drawn(plot(counts, "loss", log = "x"))), 3)
})

test_that("every part of the picture is as it was", {
  made <- lm_compare(
    c ~ u, thermometer, methods = c("qr", "sgd"), scale = 0.1, learn_rate = 0.01, epochs = 4
  )
  expect_pictures("plot-compare-losses", plot(made, "loss"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-compare-losses", ggplot2::autoplot(made, "loss"))
})
