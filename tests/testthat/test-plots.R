skip_if_no_torch()

# What a plot draws, as the calls recorded on the display list.
drawn <- function(code) {
  grDevices::pdf(NULL)
  grDevices::dev.control("enable")
  withr::defer(grDevices::dev.off())
  force(code)
  vapply(grDevices::recordPlot()[[1]], function(call) call[[2]][[1]]$name, "")
}

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, validation = 0.25, stop_iter = 5, epochs = 60, seed = 1)

test_that("loss curves are drawn: a line each, the best epoch, a legend", {
  calls <- drawn(expect_identical(plot(fit), fit))
  expect_identical(sum(calls == "C_plotXY"), 3L) # the empty frame, and two lines
  expect_true("C_abline" %in% calls)
  expect_true("C_text" %in% calls)
  calls <- drawn(plot(nn_fit(c ~ u, thermometer)))
  expect_identical(sum(calls == "C_plotXY"), 2L)
  expect_false("C_abline" %in% calls)
})

test_that("a diverged fit can be drawn, also on a log scale", {
  diverged <- suppressWarnings(
    nn_fit(c ~ u, thermometer, optimizer = "sgd", learn_rate = 1, scale = FALSE)
  )
  expect_true("C_plotXY" %in% drawn(plot(diverged)))
  expect_true("C_plotXY" %in% drawn(plot(diverged, log = "y")))
})

test_that("one epoch is a point, and the user's graphical settings stay", {
  expect_silent(drawn(plot(nn_fit(c ~ u, thermometer, epochs = 1, optimizer = "sgd"))))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  before <- graphics::par(no.readonly = TRUE)
  plot(fit, main = "Title", xlab = "Epoche")
  expect_identical(graphics::par("mar", "las", "lwd"), before[c("mar", "las", "lwd")])
})

test_that("a plot that there is not is refused", {
  expect_error(plot(fit, "everything"), "loss")
})
