# The losses of the trial run by which a step size was found.

rate_picture <- function(fit, call) {
  if (is.null(fit$rates)) {
    abort_nnfit("argument", c(
      "{.arg which} {.val learn_rate} draws how a step size was found.",
      "x" = "The step size of this fit was not.",
      "i" = "It is with {.code learn_rate = \"find\"}."
    ), call)
  }
  table <- tibble::tibble(learn_rate = fit$rates$learn_rate, loss = fit$rates$loss)
  new_picture(
    table, "nn_rates", chosen = fit$options$learn_rate,
    labels = c("learn_rate", paste(loss_title(fit$options), "in the trial run"))
  )
}

#' @export
plot.nn_rates <- function(x, ..., main = base_title(x), xlab = attr(x, "labels")[1],
                          ylab = attr(x, "labels")[2], log = "x") {
  check_dots(plot_arguments())
  draw_frame(
    x$learn_rate, x$loss, type = "l", lwd = 2, col = style_of("training", "col"), main = main,
    xlab = xlab, ylab = ylab, log = log, ...
  )
  graphics::abline(v = attr(x, "chosen"), lty = 3, col = colours$reference)
  graphics::points(chosen_rate(x)$learn_rate, chosen_rate(x)$loss, pch = 19, cex = 1.4)
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_rates <- function(object, ..., linewidth = 0.9) {
  check_dots(geom_arguments("GeomLine"))
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", rlang::current_env())
  ggplot2::ggplot(object, ggplot2::aes(.data$learn_rate, .data$loss)) +
    ggplot2::geom_vline(
      xintercept = attr(object, "chosen"), linetype = 3, colour = colours$reference
    ) +
    ggplot2::geom_line(..., linewidth = linewidth, colour = style_of("training", "col")) +
    ggplot2::geom_point(data = chosen_rate(object), size = 3) +
    gg_log("x") +
    gg_numbers(y = object$loss) +
    gg_words(object, attr(object, "labels")[1], attr(object, "labels")[2])
}

# The point of the curve at the step size that was chosen, which lies between two of
# those that were tried.
chosen_rate <- function(table) {
  chosen <- attr(table, "chosen")
  loss <- stats::approx(log(table$learn_rate), table$loss, log(chosen), rule = 2)$y
  tibble::tibble(learn_rate = chosen, loss = loss)
}
