skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars)

test_that("the prepared table has the residuals and their trend", {
  table <- residual_picture(fit, NULL)
  expect_equal(table$residual, unname(residuals(fit)))
  expect_identical(table$fitted, unname(fitted(fit)))
  smooth <- stats::lowess(fitted(fit), residuals(fit))
  expect_equal(sort(unique(table$trend)), sort(unique(smooth$y)))
  expect_identical(table$trend[which.max(table$fitted)], smooth$y[32])
  expect_identical(attr(table, "labels"), c("fitted mpg", "residual of mpg"))
})

test_that("several outcomes have a trend each", {
  table <- residual_picture(nn_fit(cbind(mpg, qsec) ~ wt, mtcars), NULL)
  expect_equal(table$trend[1:32], residual_picture(fit, NULL)$trend, tolerance = 1e-5)
})

test_that("a few points, or all with one fitted value, have no trend and are drawn", {
  few <- nn_fit(y ~ x, data.frame(x = 1:5, y = c(1, 3, 2, 5, 4)))
  expect_true(all(is.na(residual_picture(few, NULL)$trend)))
  expect_silent(drawn(plot(few, "residuals")))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(few, "residuals"))
})

test_that("points, the line at zero and the trend are drawn", {
  calls <- recorded(plot(fit, "residuals"))
  expect_identical(calls$C_abline[[3]], 0)
  lines <- calls[names(calls) == "C_plotXY"]
  expect_length(lines, 2)
  expect_false(is.unsorted(lines[[2]][[1]]$x))
  expect_par_kept(plot(fit, "residuals"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "residuals")
  expect_setequal(layer_of(plot, "GeomPoint")$y, unname(residuals(fit)))
  expect_rendered(plot)
})

test_that("every part of the picture is as it was", {
  few <- data.frame(x = 1:12, y = c(2, 1, 4, 3, 6, 5, 8, 9, 7, 12, 11, 15), z = 12:1 * 100)
  one <- nn_fit(y ~ x, few)
  held_out <- with_parts(one, validation_rows = c(2L, 6L))
  both <- nn_fit(cbind(y, z) ~ x, few[c(1, 3, 4, 7), ])
  expect_pictures(
    "plot-residuals", plot(one, "residuals"), plot(held_out, "residuals"),
    plot(both, "residuals", main = "Both")
  )
  skip_if_no_ggplot_text()
  expect_pictures(
    "autoplot-residuals", ggplot2::autoplot(one, "residuals"),
    ggplot2::autoplot(held_out, "residuals"), ggplot2::autoplot(both, "residuals")
  )
})
