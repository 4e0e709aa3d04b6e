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

test_that("losses below 0 are drawn, on an axis that is not logarithmic", {
  set.seed(1)
  data <- data.frame(x = 1:40 / 20)
  data$count <- rpois(40, exp(3 + data$x))
  counts <- lm_compare(count ~ x, data, methods = "adam", family = poisson(), epochs = 50)
  losses <- counts$methods$adam$losses
  expect_lt(min(losses), 0)
  picture <- losses_picture(counts, NULL)
  expect_identical(picture$loss, losses)
  expect_equal(losses_room(picture), range(losses))
  calls <- recorded(plot(counts, "loss"))
  expect_identical(unname(calls$C_plot_window[[3]]), "x")
  expect_equal(calls$C_plot_window[[2]], range(losses))
  below <- counts
  below$methods$adam$losses <- losses - max(losses) - 1
  expect_refused(
    plot(below, "loss", log = "y"), "argument", "log y needs losses above 0", from = "plot"
  )
  picture$loss[50] <- 1e5
  expect_lt(max(losses_room(picture)), 1e3)
  skip_if_not_installed("ggplot2")
  made <- ggplot2::autoplot(counts, "loss")
  expect_equal(layer_of(made, "GeomLine")$y, losses)
  expect_null(made$scales$get_scales("y"))
})

test_that("every part of the picture is as it was", {
  made <- lm_compare(
    c ~ u, thermometer, methods = c("qr", "sgd"), scale = 0.1, learn_rate = 0.01, epochs = 4
  )
  expect_pictures("plot-compare-losses", plot(made, "loss"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-compare-losses", ggplot2::autoplot(made, "loss"))
})
