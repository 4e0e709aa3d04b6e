# Average effects: a point and an interval for each, beside 0.

average_picture <- function(effects, about) {
  slope <- effects$contrast == "slope"
  name <- ifelse(slope, effects$term, paste0(effects$term, ": ", effects$contrast))
  groups <- if (is.null(about$by)) rep("all", nrow(effects)) else as.character(effects[[about$by]])
  limits <- effect_limits(effects)
  table <- tibble::tibble(
    panel = effect_panels(effects, about), name = factor(name, rev(unique(name))),
    group = factor(groups, unique(groups)), estimate = effects$estimate, lwr = limits$lwr,
    upr = limits$upr
  )
  new_picture(table, "nn_average_effects", labels = c(paste("effect on", about$y), ""),
    group = about$by
  )
}

average_places <- function(table) {
  groups <- levels(table$group)
  shift <- if (length(groups) > 1) seq(0.2, -0.2, length.out = length(groups)) else 0
  as.integer(table$name) + shift[as.integer(table$group)]
}

#' @export
plot.nn_average_effects <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("panel.first", "yaxt", "log")))
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  draw_panels(x, x$panel, draw_average_effects, x, ...)
  invisible(x)
}

draw_average_effects <- function(panel, picture, ..., xlab = attr(picture, "labels")[1], ylab = "",
                                 xlim = range(0, panel[c("estimate", "lwr", "upr")], na.rm = TRUE),
                                 ylim = c(0.5, nlevels(panel$name) + 0.5)) {
  names <- shorten(levels(panel$name), letters_beside())
  size <- room_for_titles(names)
  groups <- group_names(panel$group)
  styles <- group_styles(levels(picture$group))
  style <- function(what) styles[[what]][as.integer(panel$group)]
  place <- average_places(panel)
  draw_frame(xlim, ylim, type = "n", ..., xlim = xlim, ylim = ylim, xlab = xlab, ylab = ylab,
    yaxt = "n", panel.first = graphics::abline(v = 0, lty = 2, col = colours$reference)
  )
  graphics::axis(2, seq_along(names), names, las = 1, tick = FALSE,
    cex.axis = size * graphics::par("cex.axis")
  )
  graphics::segments(panel$lwr, place, panel$upr, place, lwd = 2, col = style("col"))
  graphics::points(panel$estimate, place, pch = style("pch"), col = style("col"), cex = 1.3)
  own <- match(groups, levels(picture$group))
  draw_group_legend(groups, panel$estimate, place, list(
    col = styles$col[own], pch = styles$pch[own]
  ))
}

# How many letters of a name have room in two fifths of the picture.
letters_beside <- function(least = 25, most = 60) {
  letter <- graphics::strwidth("n", "inches", cex = graphics::par("cex.axis"))
  room <- 0.4 * graphics::par("fin")[1] / letter
  if (is.finite(room)) max(least, min(most, floor(room))) else least
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_average_effects <- function(object, ..., size = 2.5) {
  check_dots(geom_arguments("GeomPoint"))
  check_rule(size, graphics_rules$linewidth, "size", rlang::current_env())
  names <- shorten(levels(object$name), 40)
  object$place <- average_places(object)
  bars <- if (!anyNA(object$lwr)) {
    ggplot2::geom_linerange(ggplot2::aes(xmin = .data$lwr, xmax = .data$upr), linewidth = 1)
  }
  ggplot2::ggplot(object, ggplot2::aes(.data$estimate, .data$place, colour = .data$group)) +
    ggplot2::geom_vline(xintercept = 0, linetype = 2, colour = colours$reference) +
    bars +
    ggplot2::geom_point(ggplot2::aes(shape = .data$group), ..., size = size) +
    gg_groups(levels(object$group), c("colour", "shape"), attr(object, "group")) +
    ggplot2::scale_y_continuous(breaks = seq_along(names), labels = names, minor_breaks = NULL) +
    gg_panels(object$panel) +
    gg_words(object, attr(object, "labels")[1], NULL)
}
