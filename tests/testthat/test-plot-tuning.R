skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, seed = 1)

test_that("the picture has the path with its standard errors", {
  table <- tuning_picture(fit, NULL)
  expect_s3_class(table, "nn_tuning")
  expect_equal(table$upper - table$lower, 2 * as.double(fit$tuning$std_error))
  expect_identical(sum(table$chosen), 1L)
})

test_that("losses, bars and the one that was chosen are drawn on a logarithmic axis", {
  calls <- recorded(plot(fit, "tuning"))
  expect_equal(calls$C_abline[[4]], fit$options$penalty)
  expect_false(is.null(calls$C_segments))
  expect_silent(drawn(plot(fit, "tuning", main = "m", las = 0)))
  expect_par_kept(plot(fit, "tuning"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "tuning")
  expect_equal(10^layer_of(plot, "GeomPoint")$x, as.double(fit$tuning$penalty))
  expect_rendered(plot)
})

test_that("where the penalty was given there is nothing to draw", {
  given <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2)
  expect_refused(plot(given, "tuning"), "argument", "penalty of this fit was not", from = "plot")
})

test_that("every part of the picture is as it was", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  fit$tuning <- list(
    penalty = c(0.001, 0.01, 0.1, 1), valid_loss = c(4, 3, 2, 6), std_error = c(1, 0.5, 0.25, 1.5),
    chosen = 3L
  )
  expect_pictures("plot-tuning", plot(fit, "tuning"), plot(fit, "tuning", log = "", main = "Path"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-tuning", ggplot2::autoplot(fit, "tuning"))
})
