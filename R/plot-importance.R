# Importances from the top, the most important first, with their intervals.

most_terms_drawn <- 30

importance_picture <- function(x, call, arg = "x") {
  check_of_table(x, "label", call, arg)
  table <- plain_table(x)[seq_len(min(nrow(x), most_terms_drawn)), ]
  table <- table[is.finite(table$importance), ]
  if (!nrow(table)) {
    abort_nnfit("data", "There is nothing to draw: no importance is finite.", call)
  }
  table$place <- rev(seq_len(nrow(table)))
  table$pair <- table$term %in% attr(x, "pairs")
  verb <- if (is_maximized(attr(x, "metric"))) "fall" else "rise"
  new_picture(table, "nn_importance", label = paste(verb, "of the", attr(x, "label")))
}

# A table of which some columns or rows were taken is no longer what it was.
check_of_table <- function(x, attribute, call, arg) {
  if (is.null(attr(x, attribute))) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be what {.fn nn_importance} gave.",
      "x" = "Its attributes are gone, as where other functions have made a table of it.",
      "i" = "Draw it before."
    ), call)
  }
}

#' @rdname nn_importance
#' @export
plot.nn_importance <- function(x, ...) {
  check_dots(plot_arguments(fixed = "yaxt"))
  call <- rlang::current_env()
  check_graphics(..., call = call)
  picture <- importance_picture(x, call)
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  drawing(draw_importance(picture, ...), call)
  invisible(x)
}

draw_importance <- function(picture, ..., xlab = attr(picture, "label"), ylab = "",
                            main = base_title(picture), xlim = importance_reach(picture),
                            ylim = c(0.5, nrow(picture) + 0.5), pch = ifelse(picture$pair, 1, 16),
                            col = colours$dark, cex = 1.2, lwd = 2) {
  terms <- shorten(picture$term, letters_beside())
  size <- room_for_titles(terms)
  draw_frame(
    picture$importance, picture$place, type = "n", ..., xlab = xlab, ylab = ylab, main = main,
    xlim = xlim, ylim = ylim, yaxt = "n"
  )
  graphics::abline(v = 0, lty = 3, col = colours$reference)
  graphics::axis(2, picture$place, terms, las = 1, tick = FALSE,
    cex.axis = size * graphics::par("cex.axis")
  )
  graphics::segments(picture$conf.low, picture$place, picture$conf.high, col = col, lwd = lwd)
  graphics::points(picture$importance, picture$place, pch = pch, col = col, cex = cex)
}

# An interval that is not known, or endless, is not drawn so far.
importance_reach <- function(picture) {
  ends <- c(0, picture$importance, picture$conf.low, picture$conf.high)
  range(ends[is.finite(ends)])
}

#' @rdname nn_importance
#' @exportS3Method ggplot2::autoplot
autoplot.nn_importance <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  picture <- importance_picture(object, rlang::current_env(), "object")
  ggplot2::ggplot(picture, ggplot2::aes(.data$importance, .data$place)) +
    ggplot2::geom_vline(xintercept = 0, linetype = 3, colour = colours$reference) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$conf.low, xend = .data$conf.high, yend = .data$place),
      colour = colours$dark, linewidth = 0.8, na.rm = TRUE
    ) +
    importance_points(...) +
    ggplot2::scale_shape_manual(values = c(16, 1), guide = "none") +
    gg_names_beside(picture$place, picture$term) +
    gg_numbers(x = importance_reach(picture)) +
    gg_words(picture, attr(picture, "label"), NULL)
}

importance_points <- function(..., colour = colours$dark, size = 2.5) {
  ggplot2::geom_point(ggplot2::aes(shape = .data$pair), ..., colour = colour, size = size)
}
