# How large the Shapley values of each term are, in the mean.

shap_mean_picture <- function(x) {
  terms <- ordered_terms(x)
  panel <- output_panels(x)
  size <- tapply(abs(x$estimate), list(factor(x$term, rev(terms)), panel), mean)
  table <- tibble::tibble(
    panel = factor(rep(levels(panel), each = length(terms)), levels(panel)),
    place = rep(seq_along(terms), nlevels(panel)), size = as.vector(size)
  )
  new_picture(table, "nn_shap_mean", terms = rev(terms), label = paste(
    "mean size of what is added to the", shap_label(x)
  ))
}

#' @export
plot.nn_shap_mean <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("yaxt", "type")))
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  draw_panels(x, x$panel, draw_shap_mean, attr(x, "terms"), attr(x, "label"), ...)
  invisible(x)
}

draw_shap_mean <- function(panel, terms, label, ..., xlab = label, ylab = "",
                           xlim = c(0, max(panel$size, 0, na.rm = TRUE)),
                           ylim = c(0.5, length(terms) + 0.5), col = colours$dark) {
  names <- shorten(terms, letters_beside())
  size <- room_for_titles(names)
  draw_frame(
    panel$size, panel$place, type = "n", ..., xlab = xlab, ylab = ylab, xlim = xlim, ylim = ylim,
    yaxt = "n", xaxs = "i"
  )
  graphics::axis(2, panel$place, names, las = 1, tick = FALSE,
    cex.axis = size * graphics::par("cex.axis")
  )
  graphics::rect(0, panel$place - 0.35, panel$size, panel$place + 0.35, col = col, border = NA)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_shap_mean <- function(object, ...) {
  check_dots(geom_arguments("GeomCol"))
  terms <- attr(object, "terms")
  ggplot2::ggplot(object, ggplot2::aes(.data$size, .data$place)) +
    shap_bars(...) +
    gg_names_beside(seq_along(terms), terms) +
    gg_panels(object$panel) +
    gg_words(object, attr(object, "label"), NULL)
}

shap_bars <- function(..., fill = colours$dark, width = 0.7) {
  ggplot2::geom_col(..., fill = fill, width = width, orientation = "y")
}
