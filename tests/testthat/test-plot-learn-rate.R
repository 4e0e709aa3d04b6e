skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, learn_rate = "find", epochs = 20, seed = 1)

test_that("a step size is found, said, and the same as if it was given", {
  expect_identical(names(fit$rates), c("learn_rate", "loss"))
  expect_output(print(fit), "adam with learn_rate 0[.][0-9]+ [(]found[)], all rows")
  given <- update(fit, learn_rate = !!fit$options$learn_rate)
  expect_identical(given$history, fit$history)
  expect_null(given$rates)
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, learn_rate = "fast"), "argument",
    "learn_rate must be a number above 0, or find, or NULL, not"
  )
  expect_refused(nn_cv(mpg ~ wt, mtcars, learn_rate = "find"), "argument", "is for one fit")
})

test_that("the losses of the trial are drawn on a logarithmic axis, and the choice on them", {
  table <- rate_picture(fit, NULL)
  expect_s3_class(table, "nn_rates")
  expect_identical(chosen_rate(table)$learn_rate, fit$options$learn_rate)
  near <- which.min(abs(log(table$learn_rate / fit$options$learn_rate))) + -1:1
  expect_gte(chosen_rate(table)$loss, min(table$loss[near]))
  expect_lte(chosen_rate(table)$loss, max(table$loss[near]))
  calls <- recorded(plot(fit, "learn_rate"))
  expect_equal(calls$C_abline[[4]], fit$options$learn_rate)
  expect_silent(drawn(plot(fit, "learn_rate", main = "m", log = "xy")))
  expect_par_kept(plot(fit, "learn_rate"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "learn_rate")
  expect_equal(10^layer_of(plot, "GeomPoint")$x, fit$options$learn_rate)
  expect_rendered(plot)
})

test_that("where the step size was given there is nothing to draw", {
  given <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2)
  expect_refused(plot(given, "learn_rate"), "argument", "step size of this fit was not",
    from = "plot"
  )
})

test_that("every part of the picture is as it was", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  fit$rates <- list(learn_rate = c(0.001, 0.01, 0.1, 1), loss = c(9, 8, 3, 20))
  fit$options$learn_rate <- 0.05
  expect_pictures("plot-learn-rate",
    plot(fit, "learn_rate"), plot(fit, "learn_rate", log = "", main = "Rates")
  )
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-learn-rate", ggplot2::autoplot(fit, "learn_rate"))
})
