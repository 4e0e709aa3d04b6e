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
  labels <- c("penalty", paste(loss_title(fit$options), "on rows held out"))
  new_picture(table[is.finite(table$valid_loss), ], "nn_tuning", labels = labels)
}

#' @export
plot.nn_tuning <- function(x, ..., main = base_title(x), xlab = attr(x, "labels")[1],
                           ylab = attr(x, "labels")[2], log = "x") {
  check_dots(plot_arguments())
  draw_frame(
    x$penalty, x$valid_loss, type = "n", ylim = range(x$lower, x$upper), main = main,
    xlab = xlab, ylab = ylab, log = log, ...
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
    gg_log("x") +
    gg_numbers(y = c(object$lower, object$upper)) +
    gg_words(object, attr(object, "labels")[1], attr(object, "labels")[2])
}
