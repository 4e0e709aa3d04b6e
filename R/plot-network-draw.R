# The drawing of a network on the page, by base graphics and by ggplot2.

#' @export
plot.nn_network <- function(x, ..., main = picture_title(x), sub = NULL, xlab = NULL,
                            ylab = NULL, ann = graphics::par("ann")) {
  check_dots(plot_arguments())
  units <- attr(x, "units")
  ends <- rbind(end_units(x, "inputs"), end_units(x, "outputs"))
  # Without axes the margins would stay empty.
  old <- graphics::par(mar = drawing_margins(if (ann) main, if (ann) c(sub, xlab), if (ann) ylab))
  on.exit(graphics::par(old))
  graphics::plot.new()
  size <- fit_window(units, ends, attr(x, "captions"))
  edges <- edge_styles(x)
  graphics::segments(
    x$x, x$y, x$xend, x$yend, lwd = 0.4 + 4 * edges$size,
    lty = style_of(edges$sign, "lty", sign_styles),
    col = mapply(fade, style_of(edges$sign, "col", sign_styles), edges$alpha)
  )
  draw_units(units, size$radius)
  away <- ifelse(ends$side == "inputs", -1, 1)
  for (side in c(-1, 1)) {
    end <- ends[away == side, ]
    graphics::text(
      end$x + side * size$offset, end$y, end$label, adj = c((1 - side) / 2, 0.5), cex = size$cex
    )
  }
  draw_captions(attr(x, "captions"), edges$sign)
  if (ann) draw_words(main, sub, xlab, ylab, ...)
  invisible(x)
}

# In lines: of a picture that has a title at most.
drawing_margins <- function(main, below, left) {
  c(
    if (has_title(below)) 4.1 else 0.3, if (has_title(left)) 4.1 else 0.3,
    if (has_title(main)) 2.6 else 0.3, 0.3
  )
}

# Coordinates that leave room for the names on both sides and for two lines of
# text below, whatever the size of the page. Lengths in user's units, but for
# the radius, in inches.
fit_window <- function(units, ends, captions) {
  page <- graphics::par("pin")
  widest <- function(cex) {
    vapply(split(ends$label, ends$side)[c("inputs", "outputs")], function(label) {
      max(graphics::strwidth(label, "inches", cex = cex))
    }, numeric(1))
  }
  letter <- graphics::strheight("M", "inches")
  below <- 4 * letter * 1.5
  step <- (page[2] - below) / (diff(range(units$y)) + 1)
  # Names under each other do not touch.
  cex <- min(1, 0.3 * page[1] / widest(1), step / (1.5 * letter))
  radius <- min(0.13, 0.36 * step)
  caption <- graphics::strwidth(captions[c(1, length(captions))], "inches") / 2
  room <- pmax(widest(cex) + 2.5 * radius, caption)
  inch <- (max(units$x) - 1) / (page[1] - sum(room))
  graphics::plot.window(
    c(1 - room[1] * inch, max(units$x) + room[2] * inch),
    range(units$y) + c(-0.5 - below / step, 0.5), xaxs = "i", yaxs = "i"
  )
  list(cex = cex, radius = radius, offset = 1.7 * radius * inch)
}

draw_units <- function(units, radius) {
  gap <- units$kind == "gap"
  bias <- units$kind == "bias"
  graphics::points(units$x[gap], units$y[gap], pch = 16, cex = 0.5)
  graphics::symbols(
    units$x[!gap], units$y[!gap], circles = rep(1, sum(!gap)), inches = radius, add = TRUE,
    bg = "white", lwd = 1.5
  )
  if (any(bias)) graphics::text(units$x[bias], units$y[bias], "1", cex = min(1, radius / 0.1))
}

# In a narrow panel they are smaller, so that they neither touch nor leave it.
draw_captions <- function(captions, signs) {
  line <- graphics::strheight("M") * 1.5
  usr <- graphics::par("usr")
  width <- graphics::strwidth(captions)
  beside <- (width[-1] + width[-length(width)]) / 2 # the layers are 1 apart
  graphics::text(
    seq_along(captions), usr[3] + 2 * line, captions, adj = c(0.5, 0),
    cex = min(0.9, 0.95 / beside)
  )
  present <- intersect(names(sign_styles), signs)
  legend <- function(cex, ...) {
    graphics::legend(
      mean(usr[1:2]), usr[3], paste(present, "weight"), horiz = TRUE, bty = "n",
      xjust = 0.5, yjust = 0, lwd = 2, col = style_of(present, "col", sign_styles),
      lty = style_of(present, "lty", sign_styles), cex = cex, ...
    )
  }
  wide <- legend(0.9, plot = FALSE)$rect$w
  legend(0.9 * min(1, (usr[2] - usr[1]) / wide))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_network <- function(object, ...) {
  check_dots(geom_arguments("GeomSegment"))
  units <- attr(object, "units")
  edges <- cbind(object, edge_styles(object))
  present <- intersect(names(sign_styles), edges$sign)
  scale <- function(make, what) {
    make(name = "weight", breaks = present, values = stats::setNames(
      style_of(names(sign_styles), what, sign_styles), names(sign_styles)
    ))
  }
  ggplot2::ggplot(units, ggplot2::aes(.data$x, .data$y)) +
    ggplot2::geom_segment(
      ggplot2::aes(
        xend = .data$xend, yend = .data$yend, colour = .data$sign, linetype = .data$sign,
        linewidth = .data$size, alpha = .data$alpha
      ), edges, ...
    ) +
    gg_units(units) +
    scale(ggplot2::scale_colour_manual, "col") +
    scale(ggplot2::scale_linetype_manual, "lty") +
    ggplot2::scale_linewidth(limits = 0:1, range = c(0.2, 2), guide = "none") +
    ggplot2::scale_alpha_identity() +
    gg_network_axes(object) +
    gg_words(object, NULL, NULL) +
    ggplot2::theme(legend.position = "bottom")
}

gg_units <- function(units) {
  gap <- units$kind == "gap"
  # Those above each other do not touch on a small page.
  size <- min(6, 48 / max(table(units$layer)))
  list(
    ggplot2::geom_point(data = units[gap, ], size = 0.8),
    ggplot2::geom_point(
      data = units[!gap, ], shape = 21, fill = "white", size = size, stroke = 0.8
    ),
    ggplot2::geom_text(data = units[units$kind == "bias", ], label = "1")
  )
}

# Names on lines of so many letters, where they have blanks.
folded <- function(names, width = 14) {
  vapply(names, wrapped, "", width, USE.NAMES = FALSE)
}

# In points. Names beside each other on a small page leave its middle to the network, and those
# above each other do not touch.
size_of_names <- function(sides, units) {
  lines <- lapply(sides, strsplit, "\n", fixed = TRUE)
  letters <- sum(vapply(lines, function(side) max(1, nchar(unlist(side))), 0))
  max(5, min(11, 11 * 16 / letters, 90 / units / max(1, lengths(unlist(lines, FALSE)) / 2)))
}

# The names of inputs and outputs as axes, for which ggplot2 makes room.
gg_network_axes <- function(picture) {
  inputs <- end_units(picture, "inputs")
  outputs <- end_units(picture, "outputs")
  captions <- attr(picture, "captions")
  names <- lapply(list(inputs$label, outputs$label), folded)
  size <- size_of_names(names, max(table(attr(picture, "units")$layer)))
  list(
    ggplot2::coord_cartesian(clip = "off"),
    ggplot2::scale_x_continuous(
      breaks = seq_along(captions), labels = captions,
      # Beyond the circles, which have a width of their own.
      expand = ggplot2::expansion(0.07),
      guide = ggplot2::guide_axis(n.dodge = if (sum(nchar(captions)) > 24) 2 else 1)
    ),
    ggplot2::scale_y_continuous(
      breaks = inputs$y, labels = names[[1]],
      sec.axis = ggplot2::dup_axis(breaks = outputs$y, labels = names[[2]])
    ),
    ggplot2::theme_minimal(),
    ggplot2::theme(
      axis.text.x = ggplot2::element_text(colour = "black", size = 11),
      axis.text.y = ggplot2::element_text(colour = "black", size = size),
      panel.grid = ggplot2::element_blank(), legend.position = "bottom"
    )
  )
}
