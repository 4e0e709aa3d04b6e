# The calls that a plot makes to base graphics, as recorded on the display list:
# a list of argument lists, named by the routine ("C_plotXY", "C_text", ...).
recorded <- function(code) {
  grDevices::pdf(NULL)
  grDevices::dev.control("enable")
  withr::defer(grDevices::dev.off())
  force(code)
  calls <- lapply(grDevices::recordPlot()[[1]], `[[`, 2)
  names <- vapply(calls, function(call) call[[1]]$name, "")
  stats::setNames(lapply(calls, `[`, -1), names)
}

drawn <- function(code) names(recorded(code))

# All strings written by text(): labels of units, tiles, legends.
texts <- function(code) {
  calls <- recorded(code)
  unlist(lapply(calls[names(calls) == "C_text"], `[[`, 2))
}

# Settings that a plot of its own changes by being drawn at all.
expect_par_kept <- function(code) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  graphics::par(mar = c(4, 5, 2, 1), mgp = c(2.5, 1, 0), las = 2)
  settings <- c("mar", "mgp", "las", "mfrow", "oma", "cex", "cex.main", "pty", "xpd", "bty", "lwd")
  before <- graphics::par(settings)
  force(code)
  expect_identical(graphics::par(settings), before)
}

# The data of a ggplot's layer, as drawn.
layer_of <- function(plot, geom) {
  geoms <- vapply(plot$layers, function(layer) class(layer$geom)[1], "")
  ggplot2::ggplot_build(plot)$data[[match(geom, geoms)]]
}

# Rendered in full, without a warning.
expect_rendered <- function(plot) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_silent(ggplot2::ggplotGrob(plot))
}

grey_of <- function(colour) drop(c(0.299, 0.587, 0.114) %*% grDevices::col2rgb(colour))
