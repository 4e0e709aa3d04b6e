# Predictions against observed values, for numbers.

observed_picture <- function(fit, call) {
  check_predictions(fit, call)
  outcomes <- outcome_names(fit)
  columns <- panel_columns(outcomes, call)
  table <- tibble::tibble(
    panel = factor(rep(outcomes[columns], each = nrow(fit$fitted)), outcomes),
    part = rep(row_parts(fit), length(columns)),
    observed = as.vector(observed_by_response(fit)[, columns]),
    predicted = as.vector(fit$fitted[, columns])
  )
  labels <- axis_labels(c("observed", "predicted"), outcome_titles(fit))
  new_picture(table, "nn_observed", labels = labels)
}

#' @export
plot.nn_observed <- function(x, ...) {
  check_dots(plot_arguments(fixed = "panel.first"))
  labels <- attr(x, "labels")
  draw_panels(x, x$panel, draw_observed, labels, ...)
  invisible(x)
}

draw_observed <- function(panel, labels, ..., xlim = both, ylim = both,
                          xlab = labels[1], ylab = labels[2]) {
  both <- range(panel$observed, panel$predicted)
  draw_points(
    panel$observed, panel$predicted, panel$part, ...,
    xlim = xlim, ylim = ylim, xlab = xlab, ylab = ylab,
    panel.first = graphics::abline(0, 1, col = colours$reference)
  )
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_observed <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  labels <- attr(object, "labels")
  both <- c(object$observed, object$predicted)
  ggplot2::ggplot(object, ggplot2::aes(.data$observed, .data$predicted)) +
    ggplot2::geom_abline(colour = colours$reference) +
    # Blank, so that both axes have the same limits.
    ggplot2::geom_blank(ggplot2::aes(.data$predicted, .data$observed)) +
    gg_points(object, ..., panels = length(unique(object$panel))) +
    gg_panels(object$panel, scales = "free") +
    gg_numbers(both, both) +
    gg_words(object, labels[1], labels[2])
}
