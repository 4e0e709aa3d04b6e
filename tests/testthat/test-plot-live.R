# A device on which somebody looks, for a test.
local_live_device <- function(env = parent.frame()) {
  withr::local_options(cli.progress_show_after = 1e6, .local_envir = env) # bars are not looked at
  grDevices::pdf(NULL)
  grDevices::dev.control("enable")
  mine <- grDevices::dev.cur()
  withr::defer(if (mine %in% grDevices::dev.list()) grDevices::dev.off(mine), envir = env)
  local_stand_in("has_live_device", function() TRUE, env)
}

# The next call draws, however long the last took.
draw_next <- function(callback) {
  assign("due", 0, environment(environment(callback)$picture$draw))
}

falling <- function(epochs) exp(-epochs / 40) + 0.3

# A callback that was told of these epochs.
told <- function(epochs, total = 1000, loss = falling, valid = NULL) {
  callback <- progress_callback("plot")
  for (epoch in epochs) {
    draw_next(callback)
    callback(epoch, total, loss(epoch), valid)
  }
  end_progress(callback)
  callback
}

pages <- function(calls) sum(names(calls) == "C_plot_new")

test_that("a frame has room for what is to come, and lines go on in it", {
  local_live_device()
  expect_silent(told(c(20, 21, 22)))
  first <- recorded_here(NULL)
  expect_identical(pages(first), 1L)
  expect_identical(graphics::par("usr")[2] > 22, TRUE)
  told(c(20, 200, 900))
  expect_identical(pages(recorded_here(NULL)), 1L) # each page of its own on this device
})

test_that("few frames are drawn of many epochs", {
  local_live_device()
  frames <- 0
  local_stand_in("draw_losses", function(...) {
    frames <<- frames + 1
    graphics::plot.default(0:1, 0:1, type = "n", ann = FALSE)
  })
  page <- NULL
  losses <- seen_losses()
  for (epoch in seq(10, 5000, by = 10)) {
    losses <- add_losses(losses, epoch, falling(epoch), NULL)
    page <- draw_further(page, losses, 5000)
    page$place <- place_now()
  }
  expect_lte(frames, 15)
  expect_equal(page$x[2], 5000)
})

test_that("losses that fall by powers of ten have a logarithmic axis, others one from 0", {
  of <- function(train, valid = NA_real_, epochs = 100) {
    live_limits(list(epoch = seq_along(train), train = train, valid = valid), epochs)
  }
  expect_identical(of(c(1000, 1))[c("y", "log")], list(y = c(0.1, 1500), log = "y"))
  expect_identical(of(c(2, 1))$log, "")
  expect_identical(of(c(2, 1))$y[1], 0)
  expect_lt(of(c(-2, -3))$y[1], -3)
  expect_true(all(is.finite(of(c(1, NaN, Inf))$y)))
  expect_gt(diff(of(c(0, 0))$y), 0)
  expect_identical(of(1:60 + 0, epochs = 70)$x, c(0, 70))
  expect_identical(of(1:3 + 0, epochs = 70)$x, c(0, 8))
})

test_that("a loss for which there is no room is seen", {
  page <- list(x = c(0, 10), y = c(0, 2), log = "")
  last <- function(epoch, train, valid = NA) list(epoch = epoch, train = train, valid = valid)
  expect_true(holds_losses(page, last(5, 1)))
  expect_true(holds_losses(page, last(5, 1, NaN)))
  expect_false(holds_losses(page, last(11, 1)))
  expect_false(holds_losses(page, last(5, 3)))
  expect_false(holds_losses(page, last(5, 1, 3)))
  expect_false(holds_losses(page, last(5, 0.001))) # it could not be seen to fall
})

test_that("among other pictures it keeps its place, and leaves the next to the user", {
  local_live_device()
  graphics::par(mfrow = c(2, 2))
  settings <- c("mfrow", "mar", "mgp", "las", "cex", "oma", "xpd", "bg", "new")
  before <- graphics::par(settings)
  told(c(2, 40, 300, 900), loss = function(epoch) 1e4 / epoch^2)
  expect_identical(graphics::par(settings), before)
  expect_identical(graphics::par("mfg")[1:2], c(1L, 1L))
  graphics::plot(1)
  expect_identical(graphics::par("mfg")[1:2], c(1L, 2L))
})

test_that("it stays on its device, and the user's is as it was", {
  local_live_device()
  first <- grDevices::dev.cur()
  others <- setdiff(grDevices::dev.list(), first)
  callback <- progress_callback("plot")
  callback(1, 100, 2, 3)
  grDevices::pdf(NULL)
  second <- grDevices::dev.cur()
  withr::defer(grDevices::dev.off(second))
  draw_next(callback)
  callback(99, 100, 1, 2)
  expect_identical(grDevices::dev.cur(), second)
  grDevices::dev.set(first)
  expect_gt(graphics::par("usr")[2], 99)
  grDevices::dev.off(first)
  expect_silent(callback(100, 100, 1, 2)) # a window that is closed stays so
  expect_setequal(unname(grDevices::dev.list()), unname(c(others, second)))
})

test_that("what goes wrong in drawing is told once, and ends no training", {
  local_live_device()
  local_stand_in("draw_losses", function(...) stop("no ink"))
  callback <- progress_callback("plot")
  expect_message(
    going_on <- callback(1, 100, 2, NULL), class = "nnfit_message_progress", "no ink"
  )
  expect_true(going_on)
  expect_silent(callback(2, 100, 1, NULL))
  expect_silent(finish_progress(callback, NULL))
  end_progress(callback)
})

test_that("where there is no window, a bar is shown and the message says so", {
  local_stand_in("has_live_device", function() FALSE)
  expect_message(callback <- progress_callback("plot"), class = "nnfit_message_progress", "window")
  expect_null(environment(callback)$picture)
  expect_true(callback(1, 100, 2, NULL))
  end_progress(callback)
})

test_that("a script writes no Rplots.pdf", {
  skip_if_no_torch()
  skip_on_cran()
  written <- in_new_session(function() {
    folder <- tempfile()
    dir.create(folder)
    setwd(folder)
    suppressMessages(nn_fit(mpg ~ wt, mtcars, hidden_units = 4, epochs = 9, progress = "plot"))
    list(files = list.files(), devices = grDevices::dev.list())
  })
  expect_identical(written, list(files = character(), devices = NULL))
})

test_that("at the end there is what plot() draws of the fit, also of one that was quick", {
  skip_if_no_torch()
  local_live_device()
  fit <- nn_fit(
    mpg ~ wt, mtcars, hidden_units = 4, epochs = 30, validation = 0.2, seed = 1, progress = "plot"
  )
  at_the_end <- recorded_here(NULL)
  plot(fit)
  expect_identical(at_the_end, recorded_here(NULL))
  cv <- nn_cv(
    mpg ~ wt, mtcars, hidden_units = 4, epochs = 30, folds = 2, seed = 1, progress = "plot"
  )
  at_the_end <- recorded_here(NULL)
  plot(cv)
  expect_identical(at_the_end, recorded_here(NULL))
})

test_that("a fit is the same with a picture, in a process of its own too", {
  skip_if_no_torch()
  skip_on_cran()
  skip_if_not_installed("callr")
  local_live_device()
  fitted_with <- function(...) {
    fit <- nn_fit(
      mpg ~ wt + hp, mtcars, hidden_units = 4, epochs = 6000, optimizer = "adam", batch_size = 8,
      seed = 1, ...
    )
    fit$fitted
  }
  plain <- fitted_with(progress = FALSE)
  expect_identical(fitted_with(progress = "plot"), plain)
  graphics::plot.new()
  expect_identical(fitted_with(progress = "plot", isolate = TRUE), plain)
  expect_true("C_plotXY" %in% names(recorded_here(NULL)))
})

test_that("a file is no window", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_false(has_live_device())
})
