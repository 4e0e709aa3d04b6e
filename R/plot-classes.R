# How sure a classifier was of the class that was observed.

# The probability of the observed class, row by row, in a strip per class.
probability_picture <- function(fit, call) {
  check_predictions(fit, call)
  check_probabilities(fit, "which", "residuals", call)
  levels <- fit$outcome$levels
  class <- fit$outcome$values + 1L
  table <- tibble::tibble(
    observed = factor(levels[class], levels),
    position = class + spread(class),
    probability = predict(fit, type = "prob")[cbind(seq_along(class), class)],
    part = row_parts(fit)
  )
  new_picture(table, "nn_probability")
}

# Spreads points sideways as jitter() does, but the same way each time: the
# multiples of the golden ratio fill an interval evenly, however many there are.
spread <- function(groups, width = 0.6) {
  rank <- stats::ave(groups, groups, FUN = seq_along)
  width * ((rank * (sqrt(5) - 1) / 2) %% 1 - 0.5)
}

#' @export
plot.nn_probability <- function(x, ..., main = base_title(x), xlab = "observed class",
                                ylab = "probability given to it") {
  check_dots(plot_arguments(fixed = c("xlim", "ylim", "xaxt", "panel.first")))
  levels <- levels(x$observed)
  draw_points(
    x$position, x$probability, x$part, ..., xlim = c(0.5, length(levels) + 0.5), ylim = 0:1,
    xaxt = "n", main = main, xlab = xlab, ylab = ylab,
    panel.first = graphics::abline(h = 0.5, col = colours$reference)
  )
  draw_names(seq_along(levels), class_names(levels))
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_probability <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  levels <- levels(object$observed)
  ggplot2::ggplot(object, ggplot2::aes(.data$position, .data$probability)) +
    ggplot2::geom_hline(yintercept = 0.5, colour = colours$reference) +
    gg_points(object, ...) +
    ggplot2::scale_x_continuous(
      breaks = seq_along(levels), labels = class_names(levels),
      guide = ggplot2::guide_axis(check.overlap = TRUE)
    ) +
    ggplot2::coord_cartesian(ylim = 0:1) +
    gg_words(object, "observed class", "probability given to it")
}
