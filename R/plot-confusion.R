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

# A slice lower than this, or a column narrower than its number, has the number beside the column.
thin <- 0.09
digit_width <- 0.03

is_small <- function(wide, high, n) high < thin | wide < digit_width * nchar(n)

# Columns as wide as the observed class is frequent, with a gap after each; tiles as high as the
# share that was predicted as their class.
mosaic_tiles <- function(counts) {
  total <- stats::ave(counts$n, counts$observed, FUN = sum)
  top <- stats::ave(counts$n, counts$observed, FUN = cumsum)
  observed <- droplevels(counts$observed)
  width <- as.vector(tapply(counts$n, observed, sum)) / sum(counts$n)
  high <- counts$n / total
  small <- is_small(width[as.integer(observed)], high, counts$n)
  digits <- tapply(ifelse(small, nchar(counts$n), 0), observed, max)
  gap <- pmax(0.15 / length(width), ifelse(digits > 0, 0.05 + digit_width * digits, 0))
  left <- cumsum(c(0, width + gap))[seq_along(width)]
  column <- as.integer(observed)
  data.frame(
    xmin = left[column], xmax = (left + width)[column], gap = gap[column],
    ymin = (top - counts$n) / total, ymax = top / total, row.names = NULL
  )
}

# What stands in each tile, or beside it. `letter`, `line`: how wide and high a letter is, on the
# scale of the tiles. A number beside its column has the height of its tile, or as much more or
# less as keeps it off the next. `beside`: whether it is there.
tile_labels <- function(tiles, letter, line, beside = is_beside(tiles, letter, line)) {
  wide <- tiles$xmax - tiles$xmin
  high <- tiles$ymax - tiles$ymin
  fits <- function(letters, lines) wide > letter * (letters + 0.6) & high > line * lines
  class <- class_names(tiles$predicted)
  number <- as.character(tiles$n)
  one <- paste0(class, ": ", number)
  inside <- ifelse(
    fits(nchar(one), 1), one,
    ifelse(fits(pmax(nchar(class), nchar(number)), 2.2), paste0(class, "\n", number), number)
  )
  middle <- (tiles$ymin + tiles$ymax) / 2
  y <- middle
  for (column in unique(tiles$xmin[beside])) {
    these <- which(beside & tiles$xmin == column)
    y[these] <- spread_out(middle[these], line)
  }
  data.frame(
    label = ifelse(beside, number, inside), beside = beside,
    x = ifelse(beside, tiles$xmax + 0.045, (tiles$xmin + tiles$xmax) / 2), y = y, middle = middle
  )
}

# A number may be as much smaller as `smallest` to stand in its tile.
smallest <- 0.65

is_beside <- function(tiles, letter, line) {
  narrow <- tiles$xmax - tiles$xmin < smallest * letter * nchar(tiles$n)
  tiles$ymax - tiles$ymin < line | narrow
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
  levels <- levels(table$observed)
  list(at = as.vector(at), labels = class_names(levels)[match(names(at), levels)])
}

# An empty name would not be seen. Of a factor all levels have to differ, not only those here.
class_names <- function(names) {
  if (is.factor(names)) return(class_names(levels(names))[as.integer(names)])
  names <- as.character(names)
  shorten(ifelse(names == "", "\"\"", names), 15)
}

# By the number of the class: its name may be empty, which finds no element.
class_fills <- function(table) {
  levels <- levels(table$predicted)
  stats::setNames(distinct_colours(length(levels)), levels)
}

fill_of <- function(class, fills) unname(fills[as.integer(class)])

# Right tiles have a frame: a class that is never predicted has none, and a wrong one at the bottom.
mosaic_ylab <- "share of predictions (framed: right)"

#' @export
plot.nn_confusion <- function(x, ..., main = title_over(x, parts)) {
  check_dots(plot_arguments(fixed = c("axes", "log")))
  parts <- split(x, x$part, drop = TRUE)
  fills <- class_fills(x)
  if (length(parts) == 1) draw_mosaic(parts[[1]], fills, ..., main = main, key = TRUE)
    else draw_mosaics(parts, fills, ..., main = main)
  invisible(x)
}

draw_mosaic <- function(panel, fills, ..., main = NULL, sub = NULL, xlab = "observed class",
                        ylab = mosaic_ylab, ann = graphics::par("ann"), xaxs = "i",
                        key = FALSE) {
  key <- if (key) mosaic_key(names(fills), graphics::par("pin")[1])
  graphics::plot.default(
    c(0, max(panel$xmax + panel$gap)), c(0, key_top(key, main)), type = "n", axes = FALSE,
    ann = FALSE, xaxs = xaxs, ...
  )
  graphics::rect(
    panel$xmin, panel$ymin, panel$xmax, panel$ymax, col = fill_of(panel$predicted, fills),
    border = "white"
  )
  right <- panel[panel$right, ]
  graphics::rect(right$xmin, right$ymin, right$xmax, right$ymax, border = "black", lwd = 2)
  draw_tile_labels(panel, fills)
  axis <- class_axis(panel)
  draw_names(axis$at, axis$labels)
  if (has_title(ylab)) graphics::axis(2, seq(0, 1, 0.2), las = 1)
  if (ann) draw_words(main, sub, xlab, ylab, ...)
  if (!is.null(key)) draw_key(fills, key, mean(graphics::par("usr")[1:2]), 1.02)
}

# Those of both parts beside each other, under one legend.
draw_mosaics <- function(parts, fills, ..., main = NULL, ylab = mosaic_ylab) {
  old <- graphics::par(c("mfrow", "mar", "mgp", "oma", "cex", "cex.main"))
  on.exit(graphics::par(old))
  key <- mosaic_key(names(fills), graphics::par("din")[1])
  line <- graphics::par("csi")
  titled <- is_titled(main, ...)
  top <- key$lines + 0.4 + if (titled) 1.8 else 0
  graphics::par(mfrow = c(1, 2), mgp = c(2.2, 0.6, 0), oma = c(0, 0, top, 0), cex.main = 1)
  for (part in names(parts)) {
    first <- part == names(parts)[1]
    graphics::par(mar = c(3.2, if (first) 3.4 else 1, 1.8, if (first) 0.6 else 0.8))
    draw_mosaic(parts[[part]], fills, ..., main = part, ylab = if (first) ylab)
  }
  draw_key(
    fills, key, graphics::grconvertX(0.5, "ndc", "user"),
    graphics::grconvertY(1 - (top - 0.1) * line / graphics::par("din")[2], "ndc", "user")
  )
  if (titled) {
    graphics::mtext(main, outer = TRUE, font = 2, line = top - 1.6, cex = outer_size(main))
  }
}

# The legend of the classes: its columns, its lines, and the size of its letters. A line with its
# title, if the page is about wide enough: how wide letters are is known on the page alone.
mosaic_key <- function(classes, page) {
  letter <- graphics::par("csi")
  number <- nchar(class_names(classes))
  one <- letter * (0.48 * (nchar(key_title) + sum(number)) + 0.6 + 1.8 * length(classes))
  if (0.8 * one <= page) {
    return(list(columns = length(classes) + 1, lines = 1.2, size = 0.95, title = TRUE, page = page))
  }
  wide <- 0.48 * letter * (number + 3.5)
  columns <- max(1, min(length(classes), floor(page / (0.8 * max(wide)))))
  lines <- ceiling(length(classes) / columns)
  size <- min(0.8, page / max(wide), 5 / lines)
  list(
    columns = columns, lines = 1.2 * lines * size + 0.3, size = size, title = FALSE, page = page
  )
}

key_title <- "predicted as"

# Over the height `y` and about the middle `x`, no wider than the page.
draw_key <- function(fills, key, x, y) {
  if (key$title) return(draw_key_line(fills, key, x, y))
  key_of <- function(cex, ...) {
    graphics::legend(
      x, y, legend = class_names(names(fills)), fill = unname(fills), border = NA, bty = "n",
      ncol = key$columns, cex = cex, xjust = 0.5, yjust = 0, xpd = NA, x.intersp = 0.5,
      adj = c(0, 0.5), ...
    )
  }
  wide <- key_of(key$size, plot = FALSE)$rect$w / user_inch(1)
  key_of(key$size * min(1, 0.98 * key$page / wide))
}

# The title and the classes, each as wide as it is: legend() has columns of one width.
draw_key_line <- function(fills, key, x, y) {
  words <- c(key_title, class_names(names(fills)))
  letter <- key$size * graphics::par("csi")
  parts <- graphics::strwidth(words, "inches", cex = key$size) +
    letter * c(0.6, rep(1.8, length(fills)))
  less <- min(1, 0.98 * key$page / sum(parts))
  left <- x + user_inch(1) * less * (cumsum(c(0, parts))[seq_along(words)] - sum(parts) / 2)
  middle <- y + user_inch(2) * 0.6 * graphics::par("csi")
  box <- less * letter * 0.7 * c(user_inch(1), user_inch(2))
  graphics::rect(
    left[-1], middle - box[2] / 2, left[-1] + box[1], middle + box[2] / 2, col = unname(fills),
    border = NA, xpd = NA
  )
  graphics::text(
    left + c(0, rep(1.4 * box[1], length(fills))), middle, words, adj = c(0, 0.5),
    cex = less * key$size, xpd = NA
  )
}

# An inch on the scale of an axis.
user_inch <- function(axis) {
  diff(graphics::par("usr")[2 * axis - 1:0]) / graphics::par("pin")[axis]
}

# Up to where the picture goes: beyond the tiles, which end at 1, where the margin has no room.
key_top <- function(key, main) {
  if (is.null(key)) return(1)
  spare <- graphics::par("mar")[3] - if (has_title(main)) 2.2 else 0
  if (key$lines <= spare) return(1)
  high <- min(0.5, key$lines * graphics::par("csi") / graphics::par("pin")[2])
  1 / (1 - high)
}

draw_tile_labels <- function(panel, fills) {
  size <- 0.9
  fill <- fill_of(panel$predicted, fills)
  labels <- tile_labels(
    panel, size * graphics::strwidth("0"), 1.6 * size * graphics::strheight("0")
  )
  beside <- labels$beside
  if (!all(beside)) {
    wide <- (panel$xmax - panel$xmin)[!beside]
    inside <- pmin(1, wide / graphics::strwidth(labels$label[!beside], cex = size))
    graphics::text(
      labels$x[!beside], labels$y[!beside], labels$label[!beside], col = text_on(fill[!beside]),
      cex = size * inside
    )
  }
  if (!any(beside)) return(invisible())
  edge <- panel$xmax[beside]
  graphics::segments(
    edge, labels$middle[beside], labels$x[beside] - 0.02, labels$y[beside], col = fill[beside],
    lwd = 2
  )
  room <- (panel$gap[beside] - 0.045) / graphics::strwidth(labels$label[beside], cex = size)
  graphics::text(
    labels$x[beside], labels$y[beside], labels$label[beside], adj = c(0, 0.5), xpd = NA,
    cex = size * max(0.6, min(room, 1))
  )
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_confusion <- function(object, ...) {
  check_dots(geom_arguments("GeomRect", fixed = c("colour", "color", "fill")))
  object$panel <- object$part
  fills <- class_fills(object)
  parts <- split(object, object$part, drop = TRUE)
  labels <- do.call(rbind, lapply(unname(parts), numbers_of_tiles, fills))
  axis <- class_axis(object)
  rows <- if (length(parts) > 1 && length(axis$at) > 2) 2 else 1
  ggplot2::ggplot(object) +
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = .data$xmin, xmax = .data$xmax, ymin = .data$ymin, ymax = .data$ymax,
        fill = .data$predicted
      ),
      colour = "white", ...
    ) +
    gg_right_tiles(object) +
    gg_tile_labels(labels) +
    ggplot2::scale_fill_manual(
      name = NULL, values = unname(fills), labels = class_names(names(fills)), drop = FALSE
    ) +
    ggplot2::scale_x_continuous(
      breaks = axis$at, labels = axis$labels,
      guide = ggplot2::guide_axis(n.dodge = rows, check.overlap = TRUE)
    ) +
    gg_panels(object$panel) +
    gg_words(object, "observed class", mosaic_ylab) +
    ggplot2::theme(panel.grid = ggplot2::element_blank())
}

gg_right_tiles <- function(picture) {
  ggplot2::geom_rect(
    ggplot2::aes(xmin = .data$xmin, xmax = .data$xmax, ymin = .data$ymin, ymax = .data$ymax),
    picture[picture$right, ], fill = NA, colour = "black", linewidth = 0.8
  )
}

# Numbers alone, whose place on the page is not known here; the legend has the classes.
numbers_of_tiles <- function(panel, fills) {
  fill <- fill_of(panel$predicted, fills)
  small <- is_small(panel$xmax - panel$xmin, panel$ymax - panel$ymin, panel$n)
  labels <- tile_labels(panel, Inf, 0.07, small)
  labels$colour <- text_on(fill)
  cbind(panel["panel"], labels, edge = panel$xmax, fill = fill)
}

gg_tile_labels <- function(labels) {
  beside <- labels[labels$beside, ]
  list(
    ggplot2::geom_text(
      ggplot2::aes(.data$x, .data$y, label = .data$label), labels[!labels$beside, ],
      colour = labels$colour[!labels$beside], lineheight = 0.9
    ),
    ggplot2::geom_segment(
      ggplot2::aes(.data$edge, .data$middle, xend = .data$x - 0.015, yend = .data$y), beside,
      colour = beside$fill, linewidth = 0.8
    ),
    ggplot2::geom_text(
      ggplot2::aes(.data$x, .data$y, label = .data$label), beside, hjust = -0.1, size = 3.3
    )
  )
}
