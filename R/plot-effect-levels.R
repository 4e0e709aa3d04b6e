# Effects by the levels of a factor: points with their intervals.

levels_picture <- function(effects, about) {
  variable <- about$variables[[1]]
  second <- if (length(about$variables) > 1) about$variables[[2]]
  group <- second %||% about$by
  beside <- if (!is.null(second)) about$by
  groups <- if (is.null(group)) rep("all", nrow(effects)) else as.character(effects[[group]])
  written <- as.character(effects[[variable]])
  limits <- effect_limits(effects)
  table <- tibble::tibble(
    panel = effect_panels(effects, about, beside), level = factor(written, unique(written)),
    group = factor(groups, unique(groups)), y = effects$effect, lwr = limits$lwr, upr = limits$upr
  )
  several <- nlevels(table$panel) > 1 # which have no line for it below each
  order <- if (about$type == "ale") order_words(effects[[variable]])
  new_picture(table, "nn_effect_levels",
    labels = shorten(c(about$x[[variable]], effects_axis(about))), group = group,
    title = paste(c(effects_heading(about), if (several && !is.null(order)) {
      "similar levels side by side"
    }), collapse = ", "),
    sub = if (!several) order
  )
}

# Along such levels effects are summed up: level_order().
order_words <- function(column) {
  if (is.ordered(column) || is.logical(column) || is.numeric(column)) return(NULL)
  if (length(unique(column)) > 2) "levels stand beside those with the most similar rows"
}

# Groups of one level stand beside each other.
level_places <- function(table) {
  groups <- levels(table$group)
  shift <- if (length(groups) > 1) seq(-0.2, 0.2, length.out = length(groups)) else 0
  as.integer(table$level) + shift[as.integer(table$group)]
}

#' @export
plot.nn_effect_levels <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("panel.first", "xaxt", "log")))
  draw_panels(x, x$panel, draw_effect_levels, x, ...)
  invisible(x)
}

draw_effect_levels <- function(panel, picture, ..., xlab = labels[1], ylab = labels[2],
                               xlim = c(0.5, nlevels(panel$level) + 0.5),
                               ylim = range(panel[c("y", "lwr", "upr")], na.rm = TRUE),
                               sub = attr(picture, "sub")) {
  labels <- attr(picture, "labels")
  names <- group_names(panel$group)
  styles <- group_styles(levels(picture$group))
  style <- function(what) styles[[what]][as.integer(panel$group)]
  place <- level_places(panel)
  draw_frame(xlim, ylim, type = "n", ..., xlim = xlim, ylim = ylim, xlab = xlab, ylab = ylab,
    xaxt = "n", sub = sub
  )
  draw_names(seq_along(levels(panel$level)), shorten(levels(panel$level), 20))
  graphics::segments(place, panel$lwr, place, panel$upr, lwd = 2, col = style("col"))
  graphics::points(place, panel$y, pch = style("pch"), col = style("col"), cex = 1.4)
  own <- match(names, levels(picture$group))
  draw_group_legend(names, place, panel$y, list(col = styles$col[own], pch = styles$pch[own]))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_effect_levels <- function(object, ..., size = 2.5) {
  check_dots(geom_arguments("GeomPoint"))
  check_rule(size, graphics_rules$linewidth, "size", rlang::current_env())
  labels <- attr(object, "labels")
  object$place <- level_places(object)
  bars <- if (!anyNA(object$lwr)) {
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$lwr, ymax = .data$upr), linewidth = 1)
  }
  ggplot2::ggplot(object, ggplot2::aes(.data$place, .data$y, colour = .data$group)) +
    bars +
    ggplot2::geom_point(ggplot2::aes(shape = .data$group), ..., size = size) +
    gg_groups(levels(object$group), c("colour", "shape"), attr(object, "group")) +
    ggplot2::scale_x_continuous(
      breaks = seq_along(levels(object$level)), labels = shorten(levels(object$level), 20),
      minor_breaks = NULL, expand = ggplot2::expansion(add = 0.5),
      guide = ggplot2::guide_axis(check.overlap = TRUE)
    ) +
    gg_panels(object$panel) +
    gg_words(object, labels[1], labels[2]) +
    gg_below(attr(object, "sub"))
}
