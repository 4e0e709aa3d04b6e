skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 3, seed = 1)

test_that("what only one picture uses is refused for another", {
  expect_refused(
    plot(fit, "observed", data = mtcars), "argument", "data is for which = curve", from = "plot"
  )
  expect_refused(plot(fit, bias = TRUE), "argument", "bias is for which = network", from = "plot")
  skip_if_not_installed("ggplot2")
  expect_refused(
    ggplot2::autoplot(fit, "observed", xlim = c(0, 1)), "argument", "xlim is for which = curve",
    from = "autoplot"
  )
})

test_that("arguments of the wrong kind are refused by name", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  wrong <- list(
    main = function(x) x, sub = mtcars, xlab = as.Date("2024-01-01"), ylab = fit, xlim = c(1, NA),
    ylim = 1:3, log = "z", las = 4, bty = "box", cex = 0, lwd = "wide", bias = NA
  )
  for (name in names(wrong)) {
    given <- wrong[name]
    expect_refused(do.call("plot", c(list(fit), given)), "argument", paste(name, "must be"))
  }
  expect_refused(plot(fit, "loss", "y"), "argument", "without a name too many: y", from = "plot")
})

test_that("titles may be plotmath, and no argument is evaluated before its time", {
  expect_silent(drawn(plot(fit, main = quote(x^2), ylab = expression(y), xlab = NULL, cex = 1:2)))
  calls <- drawn(plot(fit, panel.first = graphics::grid()))
  expect_lt(match("C_plot_window", calls), match("C_abline", calls))
})

test_that("what base graphics refuses comes from the user's call, in its own words", {
  colour <- "nonesuch {1 + 1}"
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  for (which in plots[1:4]) {
    expect_refused(plot(fit, which, col = colour), "argument", colour, from = "plot")
  }
  expect_refused(plot(loss_table(fit), col = colour), "argument", colour, from = "plot")
  table <- activation_table("relu", 0:1)
  expect_refused(plot(table, type = "p"), "argument", "type", from = "plot")
})

test_that("an argument that is left empty is passed over, not the one after it", {
  checked <- function(...) check_graphics(..., call = NULL)
  expect_silent(checked(main = , sub = "s"))
  expect_refused(checked(main = , sub = list()), "argument", "sub must be text", from = NULL)
})
