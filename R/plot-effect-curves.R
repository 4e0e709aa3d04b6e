# Effects along a number: a curve for each level of a factor, and thin ones of single rows.

curves_picture <- function(effects, about) {
  number <- intersect(about$variables, names(about$deciles))
  factor <- setdiff(about$variables, number)
  group <- if (length(factor)) factor else about$by
  beside <- if (length(factor) && !is.null(about$by)) about$by
  single <- about$type == "ice"
  table <- curve_table(if (single) about$mean else effects, about, number, group, beside)
  rows <- if (single) curve_table(effects, about, number, group, beside)
  if (single) rows$group <- factor(rows$group, levels(table$group))
  new_picture(table, "nn_effect_curves",
    labels = shorten(c(about$x[[number]], effects_axis(about))), title = effects_heading(about),
    deciles = about$deciles[[number]], group = group,
    single = rows
  )
}

curve_table <- function(table, about, number, group, beside) {
  groups <- if (is.null(group)) rep("all", nrow(table)) else as.character(table[[group]])
  limits <- effect_limits(table)
  tibble::tibble(
    panel = effect_panels(table, about, beside),
    group = factor(groups, unique(groups)), x = as.double(table[[number]]), y = table$effect,
    lwr = limits$lwr, upr = limits$upr, row = table[["row"]] %||% rep(NA_integer_, nrow(table))
  )
}

#' @export
plot.nn_effect_curves <- function(x, ...) {
  check_dots(plot_arguments(fixed = "panel.first"))
  draw_panels(x, x$panel, draw_effect_curves, x, ...)
  invisible(x)
}

draw_effect_curves <- function(panel, picture, ..., xlab = labels[1], ylab = labels[2],
                               xlim = range(panel$x), ylim = range(heights, na.rm = TRUE),
                               sub = attr(picture, "sub")) {
  labels <- attr(picture, "labels")
  single <- attr(picture, "single")
  single <- single[single$panel %in% panel$panel, ]
  heights <- unlist(c(panel[c("y", "lwr", "upr")], single$y))
  names <- group_names(panel$group)
  styles <- lapply(group_styles(levels(picture$group)), stats::setNames, levels(picture$group))
  draw_frame(xlim, ylim, type = "n", ..., xlim = xlim, ylim = ylim, xlab = xlab, ylab = ylab,
    sub = sub
  )
  for (name in names) draw_effect_band(panel[panel$group == name, ], styles$col[[name]])
  draw_single_curves(single, styles)
  for (name in names) draw_effect_curve(panel[panel$group == name, ], name, styles)
  draw_deciles(attr(picture, "deciles"))
  draw_group_legend(names, panel$x, panel$y, list(
    col = styles$col[names], lty = styles$lty[names], lwd = rep(2, length(names))
  ))
}

# Of few values each is seen.
draw_effect_curve <- function(curve, name, styles) {
  graphics::lines(curve$x, curve$y, lwd = 3, col = styles$col[[name]], lty = styles$lty[[name]])
  if (nrow(curve) <= 8) {
    graphics::points(curve$x, curve$y, pch = styles$pch[[name]], col = styles$col[[name]])
  }
}

draw_effect_band <- function(curve, colour) {
  if (anyNA(curve$lwr)) return(invisible())
  graphics::polygon(c(curve$x, rev(curve$x)), c(curve$lwr, rev(curve$upr)),
    col = fade(colour, 0.18), border = NA
  )
}

draw_single_curves <- function(single, styles) {
  if (is.null(single) || !nrow(single)) return(invisible())
  faint <- max(0.12, min(0.5, 10 / length(unique(single$row))))
  for (curve in split(single, single$row)) {
    graphics::lines(curve$x, curve$y, col = fade(styles$col[[curve$group[1]]], faint))
  }
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_effect_curves <- function(object, ..., linewidth = 1.2) {
  check_dots(geom_arguments("GeomLine"))
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", rlang::current_env())
  labels <- attr(object, "labels")
  names <- levels(object$group)
  single <- attr(object, "single")
  few <- max(table(object$panel, object$group)) <= 8
  band <- if (!anyNA(object$lwr)) {
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data$lwr, ymax = .data$upr, fill = .data$group), alpha = 0.2,
      colour = NA, show.legend = FALSE
    )
  }
  ggplot2::ggplot(object, ggplot2::aes(.data$x, .data$y, colour = .data$group)) +
    band +
    gg_single_curves(single) +
    ggplot2::geom_line(ggplot2::aes(linetype = .data$group), ..., linewidth = linewidth) +
    (if (few) ggplot2::geom_point(size = 2, show.legend = FALSE)) +
    gg_deciles(attr(object, "deciles")) +
    gg_groups(names, c("colour", "fill", "linetype"), attr(object, "group")) +
    gg_panels(object$panel) +
    gg_numbers(object$x, object$y) +
    gg_words(object, labels[1], labels[2]) +
    gg_below(attr(object, "sub"))
}

gg_single_curves <- function(single) {
  if (is.null(single)) return(NULL)
  ggplot2::geom_line(
    ggplot2::aes(group = .data$row), single, linewidth = 0.3,
    alpha = max(0.12, min(0.5, 10 / length(unique(single$row))))
  )
}
