# Residuals against fitted values, for numbers.

residual_picture <- function(fit, call) {
  table <- observed_picture(fit, call)
  outcomes <- outcome_titles(fit)
  table <- tibble::tibble(
    panel = table$panel, part = table$part,
    fitted = table$predicted, residual = table$observed - table$predicted
  )
  table$trend <- unsplit(lapply(split(table, table$panel), trend), table$panel)
  new_picture(table, "nn_residuals", labels = c(
    axis_labels("fitted", outcomes),
    if (length(outcomes) == 1) axis_labels("residual of", outcomes) else "residual"
  ))
}

# The smooth line at each point. A few points have no trend to speak of.
trend <- function(table) {
  if (length(unique(table$fitted)) < 10) return(rep(NA_real_, nrow(table)))
  smooth <- stats::lowess(table$fitted, table$residual)
  smooth$y[match(table$fitted, smooth$x)]
}

#' @export
plot.nn_residuals <- function(x, ...) {
  check_dots(plot_arguments(fixed = "panel.first"))
  labels <- attr(x, "labels")
  draw_panels(x, x$panel, draw_residuals, labels, ...)
  invisible(x)
}

draw_residuals <- function(panel, labels, ..., xlab = labels[1], ylab = labels[2]) {
  draw_points(
    panel$fitted, panel$residual, panel$part, ..., xlab = xlab, ylab = ylab,
    panel.first = graphics::abline(h = 0, col = colours$reference)
  )
  sorted <- order(panel$fitted)
  graphics::lines(panel$fitted[sorted], panel$trend[sorted], lwd = 2)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_residuals <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  labels <- attr(object, "labels")
  ggplot2::ggplot(object, ggplot2::aes(.data$fitted, .data$residual)) +
    ggplot2::geom_hline(yintercept = 0, colour = colours$reference) +
    gg_points(object, ..., panels = length(unique(object$panel))) +
    ggplot2::geom_line(ggplot2::aes(y = .data$trend), linewidth = 1, na.rm = TRUE) +
    gg_panels(object$panel, scales = "free") +
    gg_numbers(object$fitted, object$residual) +
    gg_words(object, labels[1], labels[2])
}
