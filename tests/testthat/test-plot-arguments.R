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

test_that("an axis that has no logarithm is refused by name, from the user's call", {
  data <- data.frame(x = seq(-1, 1, length.out = 30))
  data$y <- 2 * data$x
  line <- nn_fit(y ~ x, data, hidden_units = 2, epochs = 2, seed = 1)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "plot")
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  refused(plot(line, "curve", log = "y"), "log = y needs an axis above 0", "ylim")
  refused(plot(line, "observed", log = "xy"), "log = x needs an axis above 0", "xlim")
  refused(plot(line, log = "y", ylim = c(-1, 2)), "not from -1 to 2")
  refused(plot(line, "diagnose", data = data, xlim = c(-1, 2)), "xlim must be above 0")
  refused(plot(line, "diagnose", data = data, log = "x"), "log is not an argument of plot()")
  checks <- nn_diagnose(line, data)
  refused(plot(checks, xlim = c(0, 2)), "xlim must be above 0")
  refused(plot(checks, xlim = "wide"), "xlim must be two finite numbers")
  refused(plot(checks, col = "nonesuch"), "nonesuch")
  error <- tryCatch(plot(line, "diagnose", data = data, log = "x"), error = identity)
  expect_identical(conditionCall(error)[[2]], quote(line))
  # Some values of a line without limits may be left out.
  expect_silent(check_logarithms("y", list(x = 1, y = -1:1)))
})

test_that("a page that is too small is called that", {
  grDevices::pdf(NULL, 1, 1)
  withr::defer(grDevices::dev.off())
  expect_refused(plot(fit), "argument", "The page is too small", "par(mar = )", from = "plot")
  expect_refused(plot(activation_table()), "argument", "The page is too small", from = "plot")
  expect_refused(plot(nn_diagnose(fit, mtcars)), "argument", "The page is too small", from = "plot")
})

test_that("what a picture takes besides is not denied", {
  said <- "It takes which, data, xlim, bias, variables, and by, and others that its help names"
  expect_refused(plot(fit, type = "l"), "argument", said, from = "plot")
})

test_that("an argument that is left empty is passed over, not the one after it", {
  checked <- function(...) check_graphics(..., call = NULL)
  expect_silent(checked(main = , sub = "s"))
  expect_refused(checked(main = , sub = list()), "argument", "sub must be text", from = NULL)
})
