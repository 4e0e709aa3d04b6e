device <- function(wide = 7, high = 7, env = parent.frame()) {
  grDevices::pdf(NULL, wide, high)
  grDevices::dev.control("enable")
  withr::defer(grDevices::dev.off(), envir = env)
}

labels_on <- function(calls) lapply(calls[names(calls) == "C_axis"], `[[`, 3)

test_that("numbers are plain until they take more digits than are read at a glance", {
  plain <- c("0.001", "0.01", "0.1", "1", "10")
  expect_identical(number_labels(c(0.001, 0.01, 0.1, 1, 10), TRUE), plain)
  expect_identical(number_labels(c(1e-4, 1e5), TRUE), c("0.0001", "100000"))
  expect_identical(number_labels(c(0, 0.5, 1)), c("0.0", "0.5", "1.0"))
  expect_identical(number_labels(c(0, 1e5, 2e5)), c("0", "100000", "200000"))
  expect_identical(number_labels(c(-0.1, 0.1 - 0.3 + 0.2, 0.1)), c("-0.1", "0.0", "0.1"))
  expect_identical(number_labels(c(NA, 10), TRUE), c(NA, "10"))
})

test_that("others are powers of ten", {
  labels <- number_labels(c(1e-6, 1e-5, 0.001, 1), TRUE)
  expect_type(labels, "expression")
  expect_identical(labels[[1]], bquote(10^.(-6)))
  expect_identical(as.list(labels)[3:4], list("0.001", "1"))
  expect_identical(number_labels(c(2e6, 5e6), TRUE)[[1]], bquote(.(2) %*% 10^.(6)))
  # On a linear axis all of them, so that they can be compared.
  linear <- number_labels(c(0, 500000, 1e6))
  expect_identical(linear[[1]], "0")
  expect_identical(linear[[2]], bquote(.(5) %*% 10^.(5)))
  expect_identical(number_labels(c(1e-3, 1e4), TRUE, digits = 4)[[1]], bquote(10^.(-3)))
})

test_that("a logarithmic axis has plain and upright numbers", {
  calls <- recorded(draw_frame(c(1, 100), c(0.001, 10), log = "xy"))
  axes <- calls[names(calls) == "C_axis"]
  expect_identical(axes[[1]][[3]], c("1", "2", "5", "10", "20", "50", "100"))
  expect_identical(axes[[2]][[3]], c("0.001", "0.01", "0.1", "1", "10"))
  expect_identical(axes[[2]]$las, 1)
})

test_that("numbers stand upright where there is room, else along the axis", {
  device()
  graphics::plot.new()
  expect_identical(upright(c("0", "30")), list(las = 1))
  near <- upright("300.5")
  expect_identical(near$las, 1)
  expect_lt(near$mgp[2], 1)
  smaller <- upright("300.55")
  expect_lt(smaller$cex.axis, 1)
  expect_identical(upright("3000000000"), list(las = 0))
  expect_identical(upright("300.5", list(cex.axis = 0.5)), list(las = 1))
})

test_that("what a user says of the axes holds", {
  calls <- recorded(draw_frame(1:9, 1:9, las = 2, col.axis = "red", xaxp = c(1, 9, 2)))
  axes <- calls[names(calls) == "C_axis"]
  expect_identical(vapply(axes, `[[`, 1, "las"), c(C_axis = 2, C_axis = 2))
  expect_identical(axes[[1]]$col.axis, "red")
  expect_identical(axes[[1]][[3]], c("1", "5", "9"))
  expect_false("C_axis" %in% drawn(draw_frame(1, 1, axes = FALSE)))
  expect_length(labels_on(recorded(draw_frame(1, 1, xaxt = "n"))), 1)
  expect_null(words_of(draw_frame(1, 1, main = "Title", ann = FALSE)))
  expect_silent(drawn(draw_frame(1:2, 1:2, panel.first = graphics::abline(h = 1))))
})

test_that("labels in powers of ten do not touch", {
  for (wide in c(2.5, 4, 8)) {
    device(wide)
    graphics::plot.default(c(1e-6, 1), 0:1, log = "x", axes = FALSE)
    at <- 10^(-6:0)
    kept <- keep_apart(1, at, number_labels(at, TRUE), 1)
    there <- vapply(kept, function(label) !identical(label, ""), NA)
    expect_true(there[7])
    place <- graphics::grconvertX(at[there], "user", "inches")
    size <- graphics::strwidth(kept[there], "inches")
    expect_true(all(diff(place) > (size[-1] + size[-length(size)]) / 2))
  }
  expect_identical(keep_apart(1, 1:2, c("1", "2"), 1), c("1", "2"))
})

test_that("powers of ten along the upright axis do not touch", {
  device(6.5, 4)
  calls <- recorded_here(draw_frame(1:2, c(0, 3e12)))
  axis <- calls[names(calls) == "C_axis"][[2]]
  expect_identical(axis$las, 0)
  there <- vapply(axis[[3]], function(label) !identical(label, ""), NA)
  place <- graphics::grconvertY(axis[[2]][there], "user", "inches")
  size <- graphics::strwidth(axis[[3]][there], "inches")
  expect_gt(sum(there), 1)
  expect_true(all(diff(place) > (size[-1] + size[-length(size)]) / 2))
  # What is across the axis is as wide as its letters are high.
  near <- expression(10^12, 10^13)
  expect_identical(keep_apart(2, c(1e12, 1.4e12), near, 1, las = 1), near)
  expect_identical(keep_apart(2, c(1e12, 1.4e12), near, 1, las = 0)[[1]], "")
})

test_that("titles and labels stay on the page", {
  long <- strrep("a long title ", 4)
  for (size in list(c(3, 3), c(7, 4))) {
    device(size[1], size[2])
    graphics::par(mar = c(5, 8, 4, 1))
    calls <- recorded_here(draw_frame(1, 1, main = long, xlab = long, ylab = long))
    for (call in calls[names(calls) == "C_mtext"]) {
      inches <- if (call[[2]] == 2) size[2] else size[1]
      wide <- graphics::strwidth(call[[1]], "inches", cex = call[[8]], font = call[[10]])
      convert <- if (call[[2]] == 2) graphics::grconvertY else graphics::grconvertX
      middle <- convert(call[[5]], "user", "ndc") * inches
      expect_gte(middle - wide / 2, -0.05) # sizes of letters are whole points
      expect_lte(middle + wide / 2, inches + 0.05)
    }
  }
})

test_that("a size, a colour and a place that the user gives are taken", {
  calls <- recorded(draw_frame(1, 1, main = "Title", cex.main = 3, col.main = "red", adj = 0))
  title <- calls$C_mtext
  expect_identical(title[[8]], 3)
  expect_identical(title[[9]], "red")
  expect_true(has_title("a") && has_title(quote(x)) && !has_title("") && !has_title(NULL))
})

test_that("names under an axis are smaller where they would touch", {
  device(4)
  graphics::plot.new()
  graphics::plot.window(c(0, 1), c(0, 1))
  size <- function(at, names) {
    calls <- recorded_here({
      graphics::plot.new()
      draw_names(at, names)
    })
    calls$C_axis$cex.axis
  }
  expect_identical(size(c(0.2, 0.8), c("a", "b")), 1)
  expect_lt(size(c(0.2, 0.5, 0.8), rep("a long name indeed", 3)), 1)
  expect_gte(size(c(0.2, 0.21), rep("versicolor", 2)), 0.5)
})

test_that("ggplot2 has the same numbers, and long labels on two lines", {
  skip_if_not_installed("ggplot2")
  labels <- gg_log("x")$labels
  expect_identical(labels(c(0.01, 1)), c("0.01", "1"))
  expect_identical(wrapped("mean squared error"), "mean squared error")
  expect_identical(
    wrapped("mean squared error on rows held out"), "mean squared error on\nrows held out"
  )
  expect_null(wrapped(NULL))
})

test_that("long numbers of ggplot2's linear axes are powers of ten, others its own", {
  skip_if_not_installed("ggplot2")
  expect_identical(gg_numbers(1:9, c(-1, NA)), list(NULL, NULL))
  scales <- gg_numbers(1:9, c(0, 4e-20))
  expect_null(scales[[1]])
  expect_s3_class(scales[[2]], "ScaleContinuousPosition")
  picture <- fixed_observed()
  picture[c("observed", "predicted")] <- 1e12 * picture[c("observed", "predicted")]
  made <- ggplot2::autoplot(picture)
  expect_type(made$scales$get_scales("x")$get_labels(c(0, 1e12)), "expression")
  expect_rendered(made)
})

test_that("every picture takes what plot.default() takes", {
  for (picture in fixed_pictures()) {
    expect_silent(drawn(plot(
      picture, sub = "under it", cex.axis = 0.5, cex.lab = 0.8, col.main = "red", font.lab = 2,
      xaxs = "r", bty = "n", mgp = c(2, 0.5, 0)
    )))
    expect_silent(drawn(plot(picture, main = quote(x^2), xlab = expression(beta[1]), ylab = NULL)))
    expect_null(words_of(plot(picture, ann = FALSE)))
  }
})
