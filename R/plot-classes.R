# Pictures of a classifier: what was predicted for each class, and how sure it
# was of the class that was observed.

# A rectangle for each pair of an observed and a predicted class that occurs.
confusion_picture <- function(fit, call) {
  check_predictions(fit, call)
  levels <- fit$outcome$levels
  observed <- factor(levels[fit$outcome$values + 1L], levels)
  counts <- as.data.frame(table(observed = observed, predicted = predict(fit, type = "class")))
  names(counts)[3] <- "n"
  counts <- counts[counts$n > 0, ]
  counts$right <- as.character(counts$observed) == as.character(counts$predicted)
  counts <- counts[order(counts$observed, !counts$right, counts$predicted), ]
  new_picture(tibble::as_tibble(cbind(counts, mosaic_tiles(counts))), "nn_confusion")
}

# Columns as wide as the observed class is frequent, with a small gap between;
# tiles as high as the share that was predicted as their class.
mosaic_tiles <- function(counts) {
  total <- stats::ave(counts$n, counts$observed, FUN = sum)
  top <- stats::ave(counts$n, counts$observed, FUN = cumsum)
  width <- tapply(counts$n, droplevels(counts$observed), sum)
  right <- cumsum(width) / sum(width)
  column <- match(counts$observed, names(width))
  gap <- 0.15 / length(width)
  tiles <- data.frame(
    xmin = (right - width / sum(width))[column] + gap * (column - 1),
    xmax = right[column] + gap * (column - 1),
    ymin = (top - counts$n) / total, ymax = top / total, row.names = NULL
  )
  tiles$label <- tile_labels(
    shorten(counts$predicted, 15), counts$n, tiles$xmax - tiles$xmin, tiles$ymax - tiles$ymin
  )
  tiles
}

# On one line or on two, where it fits on a picture of the usual size.
tile_labels <- function(class, n, width, height) {
  fits <- function(letters, lines) width > 0.018 * letters & height > 0.06 * lines
  one <- paste0(class, ": ", n)
  two <- paste0(class, "\n", n)
  ifelse(fits(nchar(one), 1), one, ifelse(fits(pmax(nchar(class), nchar(n)), 2), two, ""))
}

class_axis <- function(table) {
  at <- tapply((table$xmin + table$xmax) / 2, droplevels(table$observed), mean)
  list(at = as.vector(at), labels = shorten(names(at), 15))
}

#' @export
plot.nn_confusion <- function(x, ..., xlab = "observed class", ylab = "share of predictions") {
  check_dots(plot_arguments(fixed = "axes"))
  graphics::plot.default(
    c(0, max(x$xmax)), 0:1, type = "n", axes = FALSE, xlab = xlab, ylab = ylab, ...
  )
  graphics::rect(
    x$xmin, x$ymin, x$xmax, x$ymax, col = tile_styles$fill[x$right + 1], border = "white"
  )
  graphics::text(
    (x$xmin + x$xmax) / 2, (x$ymin + x$ymax) / 2, x$label, col = tile_styles$text[x$right + 1]
  )
  axis <- class_axis(x)
  graphics::axis(1, axis$at, axis$labels, tick = FALSE, gap.axis = 0.2)
  graphics::axis(2, las = 1)
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_confusion <- function(object, ...) {
  check_dots(geom_arguments("GeomRect", fixed = c("colour", "color")))
  axis <- class_axis(object)
  ggplot2::ggplot(object, ggplot2::aes(
    xmin = .data$xmin, xmax = .data$xmax, ymin = .data$ymin, ymax = .data$ymax
  )) +
    ggplot2::geom_rect(ggplot2::aes(fill = .data$right), colour = "white", ...) +
    ggplot2::geom_text(ggplot2::aes(
      (.data$xmin + .data$xmax) / 2, (.data$ymin + .data$ymax) / 2,
      label = .data$label, colour = .data$right
    )) +
    ggplot2::scale_fill_manual(values = stats::setNames(tile_styles$fill, c(FALSE, TRUE))) +
    ggplot2::scale_colour_manual(values = stats::setNames(tile_styles$text, c(FALSE, TRUE))) +
    ggplot2::scale_x_continuous(breaks = axis$at, labels = axis$labels) +
    ggplot2::guides(fill = "none", colour = "none") +
    ggplot2::labs(x = "observed class", y = "share of predictions")
}

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
plot.nn_probability <- function(x, ..., xlab = "observed class",
                                ylab = "probability given to it", las = 1) {
  check_dots(plot_arguments(fixed = c("xlim", "ylim", "xaxt", "panel.first")))
  levels <- levels(x$observed)
  draw_points(
    x$position, x$probability, x$part, ..., xlim = c(0.5, length(levels) + 0.5), ylim = 0:1,
    xaxt = "n", xlab = xlab, ylab = ylab, las = las,
    panel.first = graphics::abline(h = 0.5, col = colours$reference)
  )
  graphics::axis(1, seq_along(levels), shorten(levels, 15), tick = FALSE, gap.axis = 0.2)
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_probability <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  levels <- levels(object$observed)
  ggplot2::ggplot(object, ggplot2::aes(.data$position, .data$probability)) +
    ggplot2::geom_hline(yintercept = 0.5, colour = colours$reference) +
    gg_points(object, ...) +
    ggplot2::scale_x_continuous(breaks = seq_along(levels), labels = shorten(levels, 15)) +
    ggplot2::coord_cartesian(ylim = 0:1) +
    ggplot2::labs(x = "observed class", y = "probability given to it")
}
