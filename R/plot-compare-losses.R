# The losses of the descents of a comparison.

losses_picture <- function(compared, call) {
  rows <- lapply(unname(compared$methods), function(record) {
    tibble::tibble(
      method = rep(record$label, length(record$losses)), epoch = seq_along(record$losses),
      loss = as.double(record$losses)
    )
  })
  table <- do.call(rbind, rows)
  table <- table[is.finite(table$loss), ]
  if (!nrow(table)) {
    abort_nnfit("data", c(
      "There are no losses to draw.", "i" = "Descents have them, where they are finite."
    ), call)
  }
  table$method <- factor(table$method, names(compared$methods))
  new_picture(
    table, "nn_compared_losses", least = least_loss(compared), loss = compared_loss(compared),
    styles = styles_of(compared)
  )
}

# R's: of squares alone it is the same number.
least_loss <- function(compared) {
  if (!is_least_squares(compared$family)) return(NULL)
  reference <- compared$reference
  mean_square(reference$residuals, reference$weights)
}

# Some losses leave out constants and may be negative, which has no logarithm.
are_positive <- function(picture) all(picture$loss > 0)

# One that diverges would press the others to the floor, on an axis that is not logarithmic sooner.
losses_room <- function(picture) {
  first <- max(picture$loss[picture$epoch == 1])
  floor <- min(0, picture$loss)
  most <- floor + (if (are_positive(picture)) 30 else 1.5) * (first - floor)
  range(picture$loss[picture$loss <= most], attr(picture, "least"))
}

above_zero <- function(picture, call) {
  shown <- picture[picture$loss > 0, ]
  if (nrow(shown)) return(shown)
  abort_nnfit("argument", c(
    "{.arg log} {.val y} needs losses above 0.", "x" = "None of these is.",
    "i" = "{.code log = \"x\"} draws them."
  ), call)
}

#' @export
plot.nn_compared_losses <- function(x, ..., main = base_title(x), xlab = "epoch",
                                    ylab = attr(x, "loss"),
                                    log = if (are_positive(x)) "xy" else "x", ylim = NULL) {
  check_dots(plot_arguments())
  styles <- attr(x, "styles")
  if (grepl("y", log)) x <- above_zero(x, rlang::caller_env())
  ylim <- ylim %||% losses_room(x)
  draw_frame(
    range(x$epoch), ylim, type = "n", ..., main = main, xlab = xlab, ylab = ylab, log = log,
    ylim = ylim
  )
  if (!is.null(attr(x, "least"))) {
    graphics::abline(h = attr(x, "least"), lty = 3, lwd = 2, col = colours$reference)
  }
  present <- intersect(rownames(styles), as.character(x$method))
  for (label in present) {
    line <- x[x$method == label, ]
    graphics::lines(
      line$epoch, line$loss, type = if (nrow(line) > 1) "l" else "p", lwd = 2,
      col = styles[label, "col"], lty = styles[label, "lty"], pch = styles[label, "pch"]
    )
  }
  label_methods(x$epoch, x$loss, styles[present, ])
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_compared_losses <- function(object, ..., linewidth = 0.9) {
  check_dots(geom_arguments("GeomLine"))
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", rlang::current_env())
  ggplot2::ggplot(object, ggplot2::aes(
    .data$epoch, .data$loss, colour = .data$method, linetype = .data$method
  )) +
    ggplot2::geom_hline(
      yintercept = as.numeric(attr(object, "least")), linetype = 3, colour = colours$reference
    ) +
    ggplot2::geom_line(..., linewidth = linewidth) +
    gg_methods(attr(object, "styles"), object$method) +
    gg_log("x") +
    (if (are_positive(object)) gg_log("y") else gg_numbers(y = losses_room(object))) +
    ggplot2::coord_cartesian(ylim = losses_room(object)) +
    gg_words(object, "epoch", attr(object, "loss"))
}
