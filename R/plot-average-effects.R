# Average effects: a point and an interval for each, beside 0.

average_picture <- function(effects, about) {
  spread <- slope_spreads(effects, about)
  name <- average_names(effects, spread)
  groups <- if (is.null(about$by)) rep("all", nrow(effects)) else as.character(effects[[about$by]])
  limits <- lapply(effect_limits(effects), `*`, spread)
  table <- tibble::tibble(
    panel = effect_panels(effects, about), name = factor(name, rev(unique(name))),
    group = factor(groups, unique(groups)), estimate = effects$estimate * spread, lwr = limits$lwr,
    upr = limits$upr
  )
  new_picture(table, "nn_average_effects", labels = c(paste("effect on", about$y), ""),
    group = about$by
  )
}

# A slope per unit would lie at 0 beside contrasts, where a unit is small: it is drawn times the
# standard deviation of the variable; 1: nothing is known of that, and of contrasts.
slope_spreads <- function(effects, about) {
  spread <- unname(about$spread[effects$term])
  slope <- effects$contrast == "slope"
  if (is.null(spread)) return(rep(1, nrow(effects)))
  ifelse(slope & is.finite(spread) & spread > 0, spread, 1)
}

average_names <- function(effects, spread) {
  known <- spread != 1
  per <- paste0(" (slope x SD, ", vapply(signif(spread, 3), format, ""), ")")
  slope <- paste0(effects$term, ifelse(known, per, ""))
  ifelse(effects$contrast == "slope", slope, paste0(effects$term, ": ", effects$contrast))
}

# What a slope is of stays whole.
shorten_before_unit <- function(names, width) {
  unit <- regexpr(" \\(slope x SD, [^)]*\\)$", names)
  if (all(unit < 0)) return(shorten(names, width))
  end <- ifelse(unit < 0, "", substring(names, unit))
  before <- ifelse(unit < 0, names, substr(names, 1, unit - 1))
  short <- shorten(before, max(8, width - max(nchar(end))))
  ifelse(unit < 0, shorten(names, width), paste0(short, end))
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
  names <- shorten_before_unit(levels(panel$name), letters_beside())
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

# The same of ggplot2, whose page is known when it is drawn.
gg_names_beside <- function(places, names, cut = shorten) {
  ggplot2::scale_y_continuous(
    breaks = places, minor_breaks = NULL,
    labels = function(at) cut(names, letters_on_page())[match(at, places)]
  )
}

letters_on_page <- function(least = 25, most = 60) {
  page <- if (grDevices::dev.cur() == 1) 7 else grDevices::dev.size("in")[1]
  max(least, min(most, floor(0.4 * page / 0.065)))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_average_effects <- function(object, ..., size = 2.5) {
  check_dots(geom_arguments("GeomPoint"))
  check_rule(size, graphics_rules$linewidth, "size", rlang::current_env())
  object$place <- average_places(object)
  bars <- if (!anyNA(object$lwr)) {
    ggplot2::geom_linerange(ggplot2::aes(xmin = .data$lwr, xmax = .data$upr), linewidth = 1)
  }
  ggplot2::ggplot(object, ggplot2::aes(.data$estimate, .data$place, colour = .data$group)) +
    ggplot2::geom_vline(xintercept = 0, linetype = 2, colour = colours$reference) +
    bars +
    ggplot2::geom_point(ggplot2::aes(shape = .data$group), ..., size = size) +
    gg_groups(levels(object$group), c("colour", "shape"), attr(object, "group")) +
    gg_names_beside(seq_along(levels(object$name)), levels(object$name), shorten_before_unit) +
    gg_panels(object$panel) +
    gg_words(object, attr(object, "labels")[1], NULL)
}
