# The losses on the path of penalties from which one was chosen.

tuning_picture <- function(fit, call) {
  if (is.null(fit$tuning)) {
    abort_nnfit("argument", c(
      "{.arg which} {.val tuning} draws how a penalty was chosen.",
      "x" = "The penalty of this fit was not.",
      "i" = "It is where {.arg hidden_units} are given, and nothing that says how to train."
    ), call)
  }
  table <- tuning_table(fit)
  table$lower <- table$valid_loss - table$std_error
  table$upper <- table$valid_loss + table$std_error
  new_picture(table[is.finite(table$valid_loss), ], "nn_tuning")
}

tuning_labels <- c("penalty", "loss on rows held out")

#' @export
plot.nn_tuning <- function(x, ..., xlab = tuning_labels[1], ylab = tuning_labels[2], log = "x",
                           bty = "l", las = 1) {
  check_dots(plot_arguments())
  graphics::plot.default(
    x$penalty, x$valid_loss, type = "n", ylim = range(x$lower, x$upper), xlab = xlab,
    ylab = ylab, log = log, bty = bty, las = las, ...
  )
  chosen <- x[x$chosen, ]
  graphics::abline(v = chosen$penalty, lty = 3, col = colours$reference)
  graphics::segments(x$penalty, x$lower, y1 = x$upper, col = style_of("validation", "col"))
  graphics::lines(
    x$penalty, x$valid_loss, type = "b", lwd = 2, col = style_of("validation", "col"), pch = 1
  )
  graphics::points(chosen$penalty, chosen$valid_loss, pch = 19, cex = 1.4)
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_tuning <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  chosen <- object[object$chosen, ]
  colour <- style_of("validation", "col")
  ggplot2::ggplot(object, ggplot2::aes(.data$penalty, .data$valid_loss)) +
    ggplot2::geom_vline(xintercept = chosen$penalty, linetype = 3, colour = colours$reference) +
    ggplot2::geom_linerange(
      ggplot2::aes(ymin = .data$lower, ymax = .data$upper), colour = colour
    ) +
    ggplot2::geom_line(colour = colour) +
    ggplot2::geom_point(ggplot2::aes(shape = .data$chosen), ..., size = 3) +
    ggplot2::scale_shape_manual(values = c(1, 19), guide = "none") +
    ggplot2::scale_x_log10() +
    ggplot2::labs(x = tuning_labels[1], y = tuning_labels[2])
}
