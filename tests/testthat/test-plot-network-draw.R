skip_if_no_torch()

fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 20, seed = 1)
picture <- network_picture(fit, TRUE, NULL)

test_that("a line per weight, as wide, dark and dashed as its size and sign say", {
  lines <- recorded(plot(fit, "network", bias = TRUE))$C_segments
  expect_equal(lines[[1]], picture$x)
  size <- abs(picture$weight) / max(abs(picture$weight))
  expect_equal(lines$lwd %||% lines[[7]], 0.4 + 4 * size)
  alpha <- grDevices::col2rgb(lines$col %||% lines[[5]], alpha = TRUE)["alpha", ] / 255
  expect_equal(unname(alpha), 0.15 + 0.85 * size, tolerance = 0.01)
  expect_identical(lines$lty %||% lines[[6]], ifelse(picture$weight < 0, 2, 1))
})

test_that("names, captions, the bias's 1 and the signs are written", {
  written <- texts(plot(fit, "network", bias = TRUE))
  for (text in c("wt", "hp", "mpg", "1", "2 inputs", "3 relu", "1 output", "positive weight")) {
    expect_true(text %in% written, info = text)
  }
  expect_false("1" %in% texts(plot(fit, "network")))
})

test_that("names and captions stay on the page, whatever its size", {
  long <- stats::setNames(mtcars[c(1, 6)], c("mpg", strrep("long", 20)))
  named <- nn_fit(mpg ~ ., long, hidden_units = 20, epochs = 2, seed = 1)
  picture <- network_picture(named, FALSE, NULL)
  ends <- rbind(end_units(picture, "inputs"), end_units(picture, "outputs"))
  for (size in list(c(7, 7), c(4, 3), c(10, 2.5))) {
    grDevices::pdf(NULL, size[1], size[2])
    graphics::par(mar = rep(0.1, 4))
    graphics::plot.new()
    fitted <- fit_window(attr(picture, "units"), ends, attr(picture, "captions"))
    usr <- graphics::par("usr")
    name <- graphics::strwidth(ends$label[1], cex = fitted$cex)
    expect_gte(1 - fitted$offset - name, usr[1])
    expect_gte(1 - graphics::strwidth("1 input", cex = 0.9) / 2, usr[1])
    expect_gte(min(attr(picture, "units")$y) - usr[3], 4 * graphics::strheight("M"))
    grDevices::dev.off()
  }
})

test_that("the page is used, and the names do not touch", {
  wide <- nn_fit(mpg ~ ., mtcars, hidden_units = 20, epochs = 2, seed = 1)
  drawn <- recorded(plot(wide, "network"))
  expect_lt(min(drawn$C_plot_window[[1]]), 1)
  grDevices::pdf(NULL, 6.5, 2.4)
  withr::defer(grDevices::dev.off())
  picture <- network_picture(wide, FALSE, NULL)
  ends <- end_units(picture, "inputs")
  graphics::par(mar = drawing_margins(NULL, NULL, NULL))
  expect_identical(graphics::par("mar"), rep(0.3, 4))
  expect_identical(drawing_margins("Mine", NULL, ""), c(0.3, 0.3, 2.6, 0.3))
  expect_identical(drawing_margins("", "a", "b"), c(4.1, 4.1, 0.3, 0.3))
  graphics::plot.new()
  fitted <- fit_window(attr(picture, "units"), rbind(ends, end_units(picture, "outputs")), "1 input")
  expect_gt(min(abs(diff(ends$y))), graphics::strheight("M", cex = fitted$cex) * 1.4)
})

test_that("captions of a narrow panel stay apart and in it", {
  captions <- c("4 inputs", "8 relu", "3 outputs")
  drawn <- recorded({
    graphics::plot.new()
    graphics::plot.window(c(0, 20), 0:1) # a layer has less room than a caption
    widths <- graphics::strwidth(captions)
    draw_captions(captions, c("positive", "negative"))
  })$C_text
  cex <- drawn$cex %||% drawn[[7]]
  expect_type(cex, "double")
  expect_gt(max(widths), 1)
  expect_lt(max(cex * (widths[-1] + widths[-3]) / 2), 1)
})

test_that("the user's settings stay, and a title can be given", {
  expect_par_kept(plot(fit, "network"))
  expect_identical(words_of(plot(fit, "network", main = "Mine")), "Mine")
})

test_that("ggplot2 draws the same", {
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "network", bias = TRUE)
  lines <- layer_of(plot, "GeomSegment")
  expect_equal(lines$yend, picture$yend)
  size <- abs(picture$weight) / max(abs(picture$weight))
  expect_equal(lines$linewidth, 0.2 + 1.8 * size)
  expect_equal(lines$alpha, 0.15 + 0.85 * size)
  # Units at the edge are drawn whole.
  expect_identical(plot$coordinates$clip, "off")
  expect_identical(lines$linetype, ifelse(picture$weight < 0, 2, 1))
  expect_rendered(plot)
  expect_rendered(ggplot2::autoplot(nn_fit(mpg ~ wt, mtcars), "network"))
})

test_that("ggplot2 leaves the layers their room beside long names", {
  skip_if_not_installed("ggplot2")
  expect_identical(folded(c("wt", "weight of the car", "")), c("wt", "weight of the\ncar", ""))
  expect_identical(size_of_names(list("wt", "mpg"), 4), 11)
  expect_equal(size_of_names(list("wt", "mpg"), 12), 7.5)
  expect_lt(size_of_names(list("weight of the\ncar", strrep("a", 14)), 4), 8)
  long <- fixed_network(inputs = c("weight of the car in", "another long predictor", "z"))
  grDevices::pdf(NULL, 3.5, 3)
  withr::defer(grDevices::dev.off())
  for (theme in list(ggplot2::theme(), ggplot2::theme_bw())) {
    made <- ggplot2::autoplot(long) + theme + ggplot2::theme(legend.position = "bottom")
    table <- ggplot2::ggplotGrob(made)
    taken <- grid::convertWidth(sum(table$widths), "inches", valueOnly = TRUE)
    expect_lt(taken, 3.5 - 1.2)
  }
})

test_that("every part of the picture is as it was", {
  few <- data.frame(first = c(1, 2, 4, 3), second = c(2, 1, 1, 4), y = 1:4)
  small <- nn_fit(y ~ first + second, few, hidden_units = 2, activation = "tanh", epochs = 1)
  small$parameters[] <- list(
    "0.weight" = matrix(c(1, -2, 3, 4), 2), "0.bias" = array(c(-1, 0.5)),
    "2.weight" = matrix(c(2, -4), 1), "2.bias" = array(3)
  )
  large <- nn_fit(y ~ first, few, hidden_units = 14, epochs = 1)
  large$parameters[] <- list(
    "0.weight" = matrix(1:14), "0.bias" = array(rep(1, 14)),
    "2.weight" = matrix(14:1, 1), "2.bias" = array(1)
  )
  expect_pictures(
    "plot-network-draw", plot(small, "network"), plot(small, "network", bias = TRUE, main = "Bias"),
    plot(large, "network")
  )
  skip_if_no_ggplot_text()
  expect_pictures(
    "autoplot-network-draw", ggplot2::autoplot(small, "network", bias = TRUE),
    ggplot2::autoplot(large, "network")
  )
})
