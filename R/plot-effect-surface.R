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
    draw_contours(at, height, bands)
  }
}

# graphics::contour() may set the numbers of lines that run side by side upon each other: here each
# goes where those before it are far away, in a frame of its own that is read on any colour.
draw_contours <- function(at, height, bands) {
  lines <- grDevices::contourLines(at$x, at$y, height, levels = bands$ends)
  for (line in lines) graphics::lines(line, col = "grey25")
  for (place in contour_places(lines, graphics::par("usr"))) {
    text <- format(place$level)
    half <- 0.6 * c(graphics::strwidth(text, cex = 0.7), graphics::strheight(text, cex = 0.7) * 1.6)
    graphics::rect(
      place$x - half[1], place$y - half[2], place$x + half[1], place$y + half[2],
      col = "white", border = NA
    )
    graphics::text(place$x, place$y, text, cex = 0.7)
  }
}

# For the longest line of each level the point that is farthest from the places before it, in parts
# of the region; not at the rim, and none where there is no room beside those.
contour_places <- function(lines, region, room = 0.1) {
  size <- c(region[2] - region[1], region[4] - region[3])
  levels <- vapply(lines, `[[`, 0, "level")
  places <- list()
  for (level in unique(levels)) {
    own <- lines[levels == level]
    line <- own[[which.max(lengths(lapply(own, `[[`, "x")))]]
    x <- (line$x - region[1]) / size[1]
    y <- (line$y - region[3]) / size[2]
    inside <- which(pmin(x, 1 - x, y, 1 - y) > 0.08)
    if (!length(inside)) next
    away <- distance_from(x[inside], y[inside], places)
    at <- inside[which.max(away)]
    if (max(away) < room) next
    place <- list(x = line$x[at], y = line$y[at], level = level, at = c(x[at], y[at]))
    places <- c(places, list(place))
  }
  places
}

# The distance of each point to the nearest place; of the first the middle of the line.
distance_from <- function(x, y, places) {
  if (!length(places)) return(rep(1, length(x)) - abs(seq_along(x) / length(x) - 0.5))
  do.call(pmin, lapply(places, function(place) sqrt((x - place$at[1])^2 + (y - place$at[2])^2)))
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
