# The frame of a picture: a title that fits, axes in plain and upright numbers.

# As plot.default(), whose ticks it has. Where a user has said nothing of it, letters are smaller
# where the page is narrow, and the numbers of the y axis stand upright where there is room.
draw_frame <- function(x, y, ..., main = NULL, xlab = "", ylab = "", log = "", las = NULL,
                       axes = TRUE, xaxt = NULL, yaxt = NULL, cex.main = title_size(main),
                       cex.lab = label_size(xlab, ylab), bty = "l") {
  graphics::plot.default(
    x, y, ..., main = main, xlab = xlab, ylab = ylab, log = log, axes = axes, xaxt = "n",
    yaxt = "n", cex.main = cex.main, cex.lab = cex.lab, bty = bty
  )
  wanted <- function(setting, side) axes && (setting %||% graphics::par(side)) != "n"
  if (wanted(xaxt, "xaxt")) draw_numbers(1, grepl("x", log), las, ...)
  if (wanted(yaxt, "yaxt")) draw_numbers(2, grepl("y", log), las, ...)
}

draw_numbers <- function(side, log, las, ...) {
  given <- given_of(axis_settings, ...)
  ticks <- c("xaxp", "yaxp")
  at <- graphics::axTicks(side, axp = given[[ticks[side]]], log = log)
  labels <- number_labels(at, log)
  style <- list(las = las %||% 1)
  if (side == 2 && is.null(las)) style <- upright(labels, given)
  style[names(given)] <- given
  style[ticks] <- NULL
  do.call(graphics::axis, c(list(side, at, labels), style))
}

# Of what plot.default() hands on to its axes.
axis_settings <- c(
  "cex.axis", "col.axis", "font.axis", "mgp", "tck", "tcl", "family", "fg", "xpd", "xaxp", "yaxp"
)

# Those of the arguments that have such a name. Others, such as `panel.first`, stay unevaluated.
given_of <- function(names, ...) {
  places <- match(names, ...names(), nomatch = 0)
  names <- names[places > 0]
  stats::setNames(lapply(places[places > 0], function(place) ...elt(place)), names)
}

# Numbers as they are said. Those that would take more than six digits, or that begin with more
# than three zeros, are powers of ten. `log`: each for itself, as 1, 0.1 and 0.01.
number_labels <- function(at, log = FALSE) {
  at <- zapsmall(at, if (log) 22 else 10)
  powers <- !is.na(at) & at != 0 & (abs(at) < 0.999e-4 | abs(at) >= 1e6)
  if (!log && any(powers)) powers <- !is.na(at) & at != 0
  plain <- at[!powers & !is.na(at)]
  text <- if (log) vapply(plain, plain_number, "") else plain_number(plain)
  if (!any(powers)) {
    labels <- rep(NA_character_, length(at))
    labels[!is.na(at)] <- text
    return(labels)
  }
  labels <- as.list(rep("", length(at)))
  labels[!powers & !is.na(at)] <- text
  labels[powers] <- lapply(at[powers], power_of_ten)
  as.expression(labels)
}

plain_number <- function(x) format(signif(x, 10), scientific = FALSE, trim = TRUE, digits = 10)

power_of_ten <- function(x) {
  power <- floor(log10(abs(x)) + 1e-9)
  times <- signif(x / 10^power, 6)
  if (times == 1) bquote(10^.(power)) else bquote(.(times) %*% 10^.(power))
}

# Between the axis and its title there is room for about five digits: closer to the axis and a
# little smaller for more; along the axis where they would run into the title.
upright <- function(labels, given = list()) {
  line <- graphics::par("csi") * graphics::par("mex")
  size <- given[["cex.axis"]] %||% graphics::par("cex.axis")
  mgp <- given[["mgp"]] %||% graphics::par("mgp")
  wide <- max(graphics::strwidth(labels, "inches", cex = size)) / line
  room <- function(from) mgp[1] - 0.1 - from
  if (wide <= room(mgp[2])) return(list(las = 1))
  near <- min(mgp[2], 0.6)
  style <- list(las = 1, mgp = replace(mgp, 2, near))
  if (wide <= room(near)) return(style)
  smaller <- room(near) / wide
  if (smaller >= 0.75) c(style, list(cex.axis = smaller * size)) else list(las = 0)
}

# About ten bold letters an inch.
title_size <- function(title, width = graphics::par("fin")[1]) {
  graphics::par("cex.main") * narrower(title, 10 * width)
}

# About eleven an inch along each axis.
label_size <- function(xlab, ylab) {
  letters <- 11 * graphics::par("fin")
  graphics::par("cex.lab") * min(narrower(xlab, letters[1]), narrower(ylab, letters[2]))
}

# What is no text, such as plotmath, is as large as it is.
narrower <- function(text, letters) {
  if (!is.character(text) || !length(text)) return(1)
  min(1, letters / max(nchar(text), 1))
}

has_title <- function(main) length(main) > 0 && !identical(main, "")

# An axis of ggplot2 in the same numbers.
gg_log <- function(axis) {
  scale <- list(x = ggplot2::scale_x_log10, y = ggplot2::scale_y_log10)[[axis]]
  scale(labels = function(breaks) number_labels(breaks, log = TRUE))
}
