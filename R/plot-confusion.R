# A mosaic of what was predicted for each class, of the rows trained on and of those held out.

# A rectangle for each pair of an observed and a predicted class that occurs in a part of the rows.
confusion_picture <- function(fit, call) {
  check_predictions(fit, call)
  levels <- fit$outcome$levels
  observed <- factor(levels[fit$outcome$values + 1L], levels)
  parts <- droplevels(row_parts(fit))
  counts <- as.data.frame(
    table(part = parts, observed = observed, predicted = predict(fit, type = "class")),
    responseName = "n"
  )
  counts <- counts[counts$n > 0, ]
  counts$right <- as.character(counts$observed) == as.character(counts$predicted)
  counts <- counts[order(counts$part, counts$observed, !counts$right, counts$predicted), ]
  tiles <- lapply(split(counts, counts$part), mosaic_tiles)
  new_picture(tibble::as_tibble(cbind(counts, do.call(rbind, unname(tiles)))), "nn_confusion")
}

# A slice lower than this has its number beside its column, where there is room for it.
thin <- 0.09

# Columns as wide as the observed class is frequent, with a gap after each; tiles as high as the
# share that was predicted as their class.
mosaic_tiles <- function(counts) {
  total <- stats::ave(counts$n, counts$observed, FUN = sum)
  top <- stats::ave(counts$n, counts$observed, FUN = cumsum)
  observed <- droplevels(counts$observed)
  width <- as.vector(tapply(counts$n, observed, sum)) / sum(counts$n)
  high <- counts$n / total
  digits <- tapply(ifelse(high < thin, nchar(counts$n), 0), observed, max)
  gap <- pmax(0.15 / length(width), ifelse(digits > 0, 0.035 + 0.03 * digits, 0))
  left <- cumsum(c(0, width + gap))[seq_along(width)]
  column <- as.integer(observed)
  data.frame(
    xmin = left[column], xmax = (left + width)[column], gap = gap[column],
    ymin = (top - counts$n) / total, ymax = top / total, row.names = NULL
  )
}

# What stands in each tile, or beside it. `letter`, `line`: how wide and high a letter is, on the
# scale of the tiles. A number beside its column has the height of its tile, or as much more or
# less as keeps it off the next.
tile_labels <- function(tiles, letter, line) {
  wide <- tiles$xmax - tiles$xmin
  high <- tiles$ymax - tiles$ymin
  fits <- function(letters, lines) wide > letter * (letters + 1) & high > line * lines
  class <- shorten(tiles$predicted, 15)
  number <- as.character(tiles$n)
  one <- paste0(class, ": ", number)
  inside <- ifelse(
    fits(nchar(one), 1), one,
    ifelse(fits(pmax(nchar(class), nchar(number)), 2.2), paste0(class, "\n", number), number)
  )
  beside <- inside == number & !fits(nchar(number), 1)
  middle <- (tiles$ymin + tiles$ymax) / 2
  y <- middle
  for (column in unique(tiles$xmin[beside])) {
    these <- which(beside & tiles$xmin == column)
    y[these] <- spread_out(middle[these], line)
  }
  data.frame(
    label = ifelse(beside, number, inside), beside = beside,
    x = ifelse(beside, tiles$xmax + 0.03, (tiles$xmin + tiles$xmax) / 2), y = y, middle = middle
  )
}

# Ascending heights at least `line` apart, as near to those wanted as the top, 1, allows.
spread_out <- function(wanted, line) {
  heights <- wanted
  for (k in seq_along(heights)[-1]) heights[k] <- max(heights[k], heights[k - 1] + line)
  heights <- pmin(heights, 1 - line * (length(heights) - seq_along(heights)) - line / 3)
  pmax(heights, 0)
}

class_axis <- function(table) {
  at <- tapply((table$xmin + table$xmax) / 2, droplevels(table$observed), mean)
  list(at = as.vector(at), labels = shorten(names(at), 15))
}

class_fills <- function(table) {
  levels <- levels(table$predicted)
  stats::setNames(distinct_colours(length(levels)), levels)
}

#' @export
plot.nn_confusion <- function(x, ...) {
  check_dots(plot_arguments(fixed = "axes"))
  draw_panels(x, x$part, draw_mosaic, class_fills(x), ...)
  invisible(x)
}

draw_mosaic <- function(panel, fills, ..., xlab = "observed class", ylab = "share of predictions",
                        cex.main = title_size(main), main = NULL) {
  key <- mosaic_key(names(fills))
  graphics::plot.default(
    c(0, max(panel$xmax + panel$gap)), c(0, key$top), type = "n", axes = FALSE, xlab = xlab,
    ylab = ylab, main = main, cex.main = cex.main, xaxs = "i", ...
  )
  graphics::rect(
    panel$xmin, panel$ymin, panel$xmax, panel$ymax, col = fills[as.character(panel$predicted)],
    border = "white"
  )
  draw_tile_labels(panel, fills)
  axis <- class_axis(panel)
  graphics::axis(1, axis$at, axis$labels, tick = FALSE, gap.axis = 0.2)
  graphics::axis(2, seq(0, 1, 0.2), las = 1)
  graphics::legend(
    "top", legend = shorten(names(fills), 15), fill = fills, border = NA, bty = "n",
    ncol = key$columns, cex = key$size, title = "predicted as", inset = c(0, 0)
  )
}

draw_tile_labels <- function(panel, fills) {
  size <- 0.9
  fill <- fills[as.character(panel$predicted)]
  labels <- tile_labels(
    panel, size * graphics::strwidth("0"), 1.6 * size * graphics::strheight("0")
  )
  beside <- labels$beside
  graphics::text(
    labels$x[!beside], labels$y[!beside], labels$label[!beside], col = text_on(fill[!beside]),
    cex = size
  )
  if (!any(beside)) return(invisible())
  edge <- panel$xmax[beside]
  graphics::segments(
    edge, labels$middle[beside], labels$x[beside] - 0.005, labels$y[beside], col = fill[beside],
    lwd = 2
  )
  graphics::text(
    labels$x[beside], labels$y[beside], labels$label[beside], adj = c(0, 0.5), cex = size, xpd = NA
  )
}

# How a legend of so many classes stands over the tiles: its columns, the size of its letters, and
# the height, in parts of the tiles', that it ends at.
mosaic_key <- function(classes) {
  page <- graphics::par("pin")
  letter <- graphics::par("csi")
  wide <- 0.5 * letter * (max(nchar(shorten(classes, 15))) + 4)
  columns <- max(1, min(length(classes), floor(page[1] / wide)))
  lines <- ceiling(length(classes) / columns) + 1.6
  size <- min(0.9, page[1] / wide, 0.45 * page[2] / (lines * letter))
  list(columns = columns, size = size, top = 1 / (1 - lines * letter * size / page[2]))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_confusion <- function(object, ...) {
  check_dots(geom_arguments("GeomRect", fixed = c("colour", "color")))
  object$panel <- object$part
  fills <- class_fills(object)
  # As wide and high as letters are on a page of the usual size.
  letter <- 0.016 * length(unique(object$part))
  labels <- do.call(rbind, lapply(split(object, object$part, drop = TRUE), function(panel) {
    fill <- fills[as.character(panel$predicted)]
    labels <- cbind(panel["panel"], tile_labels(panel, letter, 0.06), edge = panel$xmax)
    labels$colour <- ifelse(labels$beside, "black", text_on(fill))
    cbind(labels, fill = fill)
  }))
  axis <- class_axis(object)
  ggplot2::ggplot(object) +
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = .data$xmin, xmax = .data$xmax, ymin = .data$ymin, ymax = .data$ymax,
        fill = .data$predicted
      ),
      colour = "white", ...
    ) +
    gg_tile_labels(labels) +
    ggplot2::scale_fill_manual(name = "predicted as", values = fills, drop = FALSE) +
    ggplot2::scale_x_continuous(breaks = axis$at, labels = axis$labels) +
    gg_panels(object$panel, scales = "free_x") +
    ggplot2::theme(legend.position = "top", panel.grid = ggplot2::element_blank()) +
    ggplot2::labs(
      title = picture_title(object), x = "observed class", y = "share of predictions"
    )
}

gg_tile_labels <- function(labels) {
  beside <- labels[labels$beside, ]
  list(
    ggplot2::geom_text(
      ggplot2::aes(.data$x, .data$y, label = .data$label), labels[!labels$beside, ],
      colour = labels$colour[!labels$beside], lineheight = 0.9
    ),
    ggplot2::geom_segment(
      ggplot2::aes(.data$edge, .data$middle, xend = .data$x, yend = .data$y), beside,
      colour = beside$fill, linewidth = 0.8
    ),
    ggplot2::geom_text(
      ggplot2::aes(.data$x, .data$y, label = .data$label), beside, hjust = -0.1
    )
  )
}
