# Effects over two numbers: filled contours, with rows of the data.

surface_picture <- function(effects, about) {
  names <- about$variables
  table <- tibble::tibble(
    panel = effect_panels(effects, about, about$by), x = as.double(effects[[names[1]]]),
    y = as.double(effects[[names[2]]]), z = effects$effect
  )
  points <- stats::setNames(as.data.frame(lapply(about$points, as.double)), c("x", "y"))
  new_picture(table, "nn_effect_surface",
    labels = shorten(unname(about$x[names])), points = points,
    title = paste0(effects_heading(about), ": ", effects_axis(about))
  )
}

# Between which values a colour is, and the colours.
surface_bands <- function(z) {
  ends <- pretty(z, 10)
  list(ends = ends, colours = grDevices::hcl.colors(length(ends) - 1, "Blues 3", rev = TRUE))
}

#' @export
plot.nn_effect_surface <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("panel.first", "log")))
  draw_panels(x, x$panel, draw_effect_surface, x, ...)
  invisible(x)
}

draw_effect_surface <- function(panel, picture, ..., xlab = labels[1], ylab = labels[2],
                                xlim = range(panel$x), ylim = range(panel$y), bty = "o") {
  labels <- attr(picture, "labels")
  bands <- surface_bands(picture$z)
  at <- list(x = sort(unique(panel$x)), y = sort(unique(panel$y)))
  height <- matrix(NA_real_, length(at$x), length(at$y))
  height[cbind(match(panel$x, at$x), match(panel$y, at$y))] <- panel$z
  filled <- quote(if (all(dim(height) > 1)) {
    graphics::.filled.contour(at$x, at$y, height, bands$ends, bands$colours)
  })
  draw_frame(xlim, ylim, type = "n", ..., xlim = xlim, ylim = ylim, xlab = xlab, ylab = ylab,
    bty = bty, panel.first = eval(filled)
  )
  points <- attr(picture, "points")
  shown <- point_style(nrow(points))
  graphics::points(points$x, points$y, pch = 16, cex = 0.6 * shown$cex,
    col = fade(colours$light, shown$alpha)
  )
  if (all(dim(height) > 1)) {
    graphics::contour(at$x, at$y, height, levels = bands$ends, add = TRUE, col = "grey25",
      labcex = 0.7
    )
  }
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_effect_surface <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  labels <- attr(object, "labels")
  bands <- surface_bands(object$z)
  points <- attr(object, "points")
  shown <- point_style(nrow(points))
  dots <- utils::modifyList(list(
    mapping = ggplot2::aes(.data$x, .data$y), data = points, inherit.aes = FALSE,
    colour = colours$light, size = 1.2 * shown$cex, alpha = shown$alpha
  ), list(...))
  ggplot2::ggplot(object, ggplot2::aes(.data$x, .data$y, z = .data$z)) +
    ggplot2::geom_contour_filled(breaks = bands$ends) +
    do.call(ggplot2::geom_point, dots) +
    ggplot2::scale_fill_manual(name = NULL, values = bands$colours, drop = FALSE) +
    gg_panels(object$panel) +
    gg_words(object, labels[1], labels[2]) +
    ggplot2::theme(legend.position = "right")
}
