# The Shapley values of one term by what its variable is: where they lie apart at one value, other
# variables have a part in it.

shap_dependence_picture <- function(x, variable, call) {
  terms <- ordered_terms(x)
  known <- rule(paste("one of the terms", one_of_words(terms)), is_one_of(unique(x$term)))
  if (!is.null(variable)) check_rule(variable, known, "variable", call)
  variable <- variable %||% terms[1]
  shown <- x[x$term == variable, ]
  numbers <- term_numbers(attr(x, "rows"), attr(x, "players")[[variable]])
  named <- is.null(numbers) || is.logical(attr(x, "rows")[[variable]])
  place <- match(shown$row, unique(attr(x, "predictions")$row))
  names <- if (named) value_order(x, variable, shown$value)
  panel <- output_panels(shown)
  at <- if (named) match(shown$value, names) else numbers[place]
  table <- tibble::tibble(
    panel = panel, estimate = shown$estimate, place = at +
      if (named) swarm_across(shown$estimate, interaction(panel, at)) else 0
  )
  new_picture(table, "nn_shap_dependence", ticks = names, labels = c(
    variable, paste("what", shorten(variable, 20), "adds to the", shap_label(x))
  ))
}

# A factor's levels in their order.
value_order <- function(x, variable, values) {
  column <- attr(x, "rows")[[attr(x, "players")[[variable]][1]]]
  known <- if (length(attr(x, "players")[[variable]]) == 1) levels(column)
  c(intersect(known, values), sort(setdiff(unique(values), known)))
}

swarm_across <- function(x, groups) swarm(x, groups, 0.5)

#' @export
plot.nn_shap_dependence <- function(x, ...) {
  check_dots(plot_arguments(fixed = if (length(attr(x, "ticks"))) "xaxt"))
  draw_panels(x, x$panel, draw_dependence, attr(x, "ticks"), attr(x, "labels"), ...)
  invisible(x)
}

draw_dependence <- function(panel, names, labels, ..., xlab = labels[1], ylab = labels[2],
                            pch = 16, cex = point_style(nrow(panel))$cex,
                            col = fade(colours$dark, point_style(nrow(panel))$alpha),
                            xlim = if (length(names)) c(0.5, length(names) + 0.5)
                              else range(panel$place)) {
  draw_frame(
    panel$place, panel$estimate, ..., xlab = xlab, ylab = ylab, pch = pch, cex = cex, col = col,
    xlim = xlim, xaxt = if (length(names)) "n",
    panel.first = graphics::abline(h = 0, col = colours$reference)
  )
  if (length(names)) draw_names(seq_along(names), shorten(names, 20))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_shap_dependence <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  names <- attr(object, "ticks")
  labels <- attr(object, "labels")
  ggplot2::ggplot(object, ggplot2::aes(.data$place, .data$estimate)) +
    ggplot2::geom_hline(yintercept = 0, colour = colours$reference) +
    dependence_points(object, ...) +
    (if (length(names)) ggplot2::scale_x_continuous(
      breaks = seq_along(names), labels = shorten(names, 20), minor_breaks = NULL
    ) else gg_numbers(x = object$place)) +
    gg_panels(object$panel, scales = "free_y") +
    gg_words(object, labels[1], labels[2])
}

dependence_points <- function(object, ..., colour = colours$dark,
                              alpha = point_style(nrow(object))$alpha,
                              size = 1.8 * point_style(nrow(object))$cex) {
  ggplot2::geom_point(..., colour = colour, alpha = alpha, size = size)
}
