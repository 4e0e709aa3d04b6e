# Every check of a diagnosis by how its value compares with its limit.

# How many times beyond its limit a value is: below 1 all is well.
beyond_limit <- function(checks) {
  table <- check_rows()
  below <- table$side[match(checks$check, table$name)] == "below"
  ratio <- ifelse(below, checks$limit / checks$value, checks$value / checks$limit)
  # A loss below that of a linear model, or nothing of what is counted.
  ratio[!is.na(ratio) & ratio <= 0] <- 0
  # Of what is there or not.
  ifelse(checks$limit == 0, ifelse(checks$verdict == "ok", NA, Inf), ratio)
}

diagnosis_ends <- c(1e-3, 1e3) # what is beyond is drawn there

diagnosis_picture <- function(x) {
  checks <- x$checks
  checks$ratio <- pmin(pmax(beyond_limit(checks), diagnosis_ends[1]), diagnosis_ends[2])
  checks <- checks[!is.na(checks$ratio), ]
  checks$title <- check_title(checks$check)
  # From the top, in the order of the table.
  present <- intersect(check_rows()$title, checks$title)
  checks$place <- length(present) + 1 - match(checks$title, present)
  # Of a single layer its number says nothing.
  several <- length(unique(checks$layer[!is.na(checks$layer)])) > 1
  checks$label <- ifelse(several & !is.na(checks$layer), checks$layer, "")
  list(points = apart(checks), titles = present)
}

# Layers at one place side by side, so that each can be seen.
apart <- function(points) {
  bin <- paste(points$place, round(8 * log10(points$ratio)))
  points$shift <- stats::ave(seq_along(bin), bin, FUN = function(rows) {
    steps <- seq_along(rows) - (length(rows) + 1) / 2
    steps * min(0.22, 0.7 / max(length(rows) - 1, 1))
  })
  points$y <- points$place + points$shift
  points
}

diagnosis_axis <- list(
  at = c(1e-3, 1e-2, 0.1, 1, 10, 100, 1e3),
  labels = c("1/1000", "1/100", "1/10", "limit", "10 times", "100 times", "1000 times")
)

#' @rdname nn_diagnose
#' @export
plot.nn_diagnose <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("axes", "yaxt", "log")))
  picture <- diagnosis_picture(x)
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  draw_diagnosis(picture, ...)
  invisible(x)
}

draw_diagnosis <- function(picture, ..., xlab = "value over its limit", ylab = "", main = NULL,
                           xlim = diagnosis_ends, ylim = c(0.5, length(picture$titles) + 0.5),
                           cex = 1.1, bty = "n", las = 1) {
  points <- picture$points
  room_for_titles(picture$titles)
  graphics::plot.default(
    xlim, ylim, type = "n", log = "x", axes = FALSE, xlab = xlab, ylab = ylab, main = main,
    xlim = xlim, ylim = ylim, bty = bty, ...
  )
  graphics::rect(1, 0.5, 10^graphics::par("usr")[2], length(picture$titles) + 0.5,
    col = fade(colours$pale, 0.45), border = NA
  )
  graphics::abline(h = seq_along(picture$titles), col = "grey90")
  graphics::abline(v = 1, lty = 2, col = colours$reference)
  shown <- in_reach(diagnosis_axis$at, 10^graphics::par("usr")[1:2])
  graphics::axis(1, diagnosis_axis$at[shown], diagnosis_axis$labels[shown], las = las,
    gap.axis = 0.1
  )
  graphics::axis(2, rev(seq_along(picture$titles)), picture$titles, las = 1, tick = FALSE)
  draw_layers(points, cex)
}

in_reach <- function(at, ends) at >= min(ends) & at <= max(ends)

# A number in a disc for each layer.
draw_layers <- function(points, cex) {
  style <- verdict_styles[as.character(points$verdict)]
  colour <- vapply(style, `[[`, "", "col")
  numbered <- points$label != ""
  graphics::points(points$ratio, points$y, pch = vapply(style, `[[`, 0, "pch"), col = colour,
    bg = colour, cex = ifelse(numbered, 1.7, 1.2) * cex
  )
  graphics::text(points$ratio[numbered], points$y[numbered], points$label[numbered],
    col = "white", cex = 0.62 * cex
  )
}

# Titles stand to the left, in full, if they leave half of the page.
room_for_titles <- function(titles) {
  line <- graphics::par("csi") * graphics::par("mex")
  wide <- max(graphics::strwidth(titles, "inches", cex = graphics::par("cex.axis")))
  most <- 0.5 * graphics::par("fin")[1] / line
  margins <- graphics::par("mar")
  graphics::par(mar = c(margins[1], min(wide / line + 1.5, most), margins[3:4]))
}

#' @rdname nn_diagnose
#' @exportS3Method ggplot2::autoplot
autoplot.nn_diagnose <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint", fixed = c("colour", "color", "shape", "fill")))
  picture <- diagnosis_picture(object)
  points <- picture$points
  styles <- function(what) vapply(verdict_styles, `[[`, verdict_styles[[1]][[what]], what)
  ggplot2::ggplot(points, ggplot2::aes(.data$ratio, .data$y)) +
    ggplot2::annotate(
      "rect", xmin = 1, xmax = Inf, ymin = -Inf, ymax = Inf, fill = colours$pale, alpha = 0.45
    ) +
    ggplot2::geom_vline(xintercept = 1, linetype = 2, colour = colours$reference) +
    diagnosis_points(points, ...) +
    ggplot2::geom_text(ggplot2::aes(label = .data$label), colour = "white", size = 2.6) +
    ggplot2::scale_colour_manual(values = styles("col"), name = NULL, guide = "none") +
    ggplot2::scale_fill_manual(values = styles("col"), name = NULL, guide = "none") +
    ggplot2::scale_shape_manual(values = styles("pch"), name = NULL, guide = "none") +
    ggplot2::scale_x_log10(
      limits = diagnosis_ends, breaks = diagnosis_axis$at, labels = diagnosis_axis$labels
    ) +
    ggplot2::scale_y_continuous(
      breaks = rev(seq_along(picture$titles)), labels = picture$titles, minor_breaks = NULL,
      limits = c(0.5, length(picture$titles) + 0.5)
    ) +
    ggplot2::labs(x = "value over its limit", y = NULL)
}

diagnosis_points <- function(points, ..., size = ifelse(points$label == "", 2.8, 4.6)) {
  ggplot2::geom_point(
    ggplot2::aes(colour = .data$verdict, fill = .data$verdict, shape = .data$verdict), ...,
    size = size
  )
}
