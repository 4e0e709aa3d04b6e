# Every check of a diagnosis by how its value compares with its limit.

# How many times beyond its limit a value is: below 1 all is well.
beyond_limit <- function(checks) {
  table <- check_table()
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
  present <- intersect(check_table()$title, checks$title)
  checks$place <- length(present) + 1 - match(checks$title, present)
  list(points = merged_points(checks), titles = present)
}

# Of a check with two sides the worse one of each layer; layers near each other as one point, with
# the numbers of all. Of a single layer its number says nothing.
merged_points <- function(checks) {
  several <- length(unique(checks$layer[!is.na(checks$layer)])) > 1
  checks <- checks[order(-checks$place, -checks$ratio), ]
  checks <- checks[!duplicated(checks[c("place", "layer")]), ]
  points <- lapply(split(checks, near_each_other(checks)), function(group) {
    layers <- if (several) sort(group$layer[!is.na(group$layer)])
    data.frame(
      place = group$place[1], ratio = exp(mean(log(group$ratio))), verdict = group$verdict[1],
      label = if (length(layers)) ranges_text(layers) else ""
    )
  })
  do.call(rbind, unname(points))
}

# Numbers of groups, of points in order: a factor of two from one to the next is near.
near_each_other <- function(points) {
  here <- seq_len(nrow(points))[-1]
  before <- here - 1
  apart <- points$place[here] != points$place[before] |
    points$verdict[here] != points$verdict[before] |
    points$ratio[before] > 2 * points$ratio[here]
  cumsum(c(TRUE, apart))
}

diagnosis_axis <- list(
  at = c(1e-3, 1e-2, 0.1, 1, 10, 100, 1e3),
  labels = c("1/1000", "1/100", "1/10", "1", "10", "100", "1000")
)
diagnosis_xlab <- "value in multiples of its limit"

#' @rdname nn_diagnose
#' @export
plot.nn_diagnose <- function(x, ...) {
  check_dots(plot_arguments(fixed = c("axes", "yaxt", "log")))
  call <- rlang::current_env()
  check_graphics(..., call = call)
  picture <- structure(diagnosis_picture(x), class = "nn_diagnose")
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  drawing(draw_diagnosis(picture, ...), call)
  invisible(x)
}

draw_diagnosis <- function(picture, ..., xlab = diagnosis_xlab, ylab = "",
                           main = base_title(picture),
                           sub = NULL, xlim = diagnosis_ends,
                           ylim = c(0.5, length(picture$titles) + 0.5),
                           cex = 1.1, bty = "n", las = 1,
                           ann = graphics::par("ann")) {
  points <- picture$points
  if (any(xlim <= 0)) stop("`xlim` must be above 0: the axis is logarithmic.", call. = FALSE)
  size <- room_for_titles(picture$titles)
  graphics::plot.default(
    xlim, ylim, type = "n", log = "x", axes = FALSE, ann = FALSE, xlim = xlim,
    ylim = ylim, bty = bty, ...
  )
  graphics::rect(1, 0.5, 10^graphics::par("usr")[2], length(picture$titles) + 0.5,
    col = fade(colours$pale, 0.45), border = NA
  )
  graphics::abline(h = seq_along(picture$titles), col = "grey90")
  graphics::abline(v = 1, lty = 2, col = colours$reference)
  shown <- in_reach(diagnosis_axis$at, 10^graphics::par("usr")[1:2])
  graphics::axis(1, diagnosis_axis$at[shown], diagnosis_axis$labels[shown], las = las,
    gap.axis = 0.3
  )
  graphics::axis(2, rev(seq_along(picture$titles)), picture$titles, las = 1, tick = FALSE,
    cex.axis = size * graphics::par("cex.axis")
  )
  if (ann) draw_words(main, sub, xlab, ylab, ...)
  draw_layers(points, cex * size)
}

in_reach <- function(at, ends) at >= min(ends) & at <= max(ends)

# The numbers of layers stand over their points.
draw_layers <- function(points, cex) {
  style <- verdict_styles[as.character(points$verdict)]
  colour <- vapply(style, `[[`, "", "col")
  graphics::points(points$ratio, points$place, pch = vapply(style, `[[`, 0, "pch"), col = colour,
    bg = colour, cex = 1.2 * cex
  )
  named <- points[points$label != "", ]
  if (!nrow(named)) return(invisible())
  graphics::text(named$ratio, named$place, named$label, pos = 3, offset = 0.45, cex = 0.75 * cex,
    xpd = NA
  )
}

# Titles stand to the left, smaller where they would take more than half of the page. Gives the
# size of their letters.
room_for_titles <- function(titles) {
  line <- graphics::par("csi") * graphics::par("mex")
  wide <- max(graphics::strwidth(titles, "inches", cex = graphics::par("cex.axis")))
  most <- 0.5 * graphics::par("fin")[1] - 1.5 * line
  size <- max(min(1, most / wide), 0.3)
  margins <- graphics::par("mar")
  graphics::par(mar = c(margins[1], size * wide / line + 1.5, margins[3:4]))
  size
}

#' @rdname nn_diagnose
#' @exportS3Method ggplot2::autoplot
autoplot.nn_diagnose <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint", fixed = c("colour", "color", "shape", "fill")))
  picture <- diagnosis_picture(object)
  points <- picture$points
  styles <- function(what) vapply(verdict_styles, `[[`, verdict_styles[[1]][[what]], what)
  ggplot2::ggplot(points, ggplot2::aes(.data$ratio, .data$place)) +
    ggplot2::annotate(
      "rect", xmin = 1, xmax = Inf, ymin = -Inf, ymax = Inf, fill = colours$pale, alpha = 0.45
    ) +
    ggplot2::geom_vline(xintercept = 1, linetype = 2, colour = colours$reference) +
    diagnosis_points(points, ...) +
    ggplot2::geom_text(ggplot2::aes(label = .data$label), vjust = -0.9, size = 3) +
    ggplot2::scale_colour_manual(values = styles("col"), name = NULL, guide = "none") +
    ggplot2::scale_fill_manual(values = styles("col"), name = NULL, guide = "none") +
    ggplot2::scale_shape_manual(values = styles("pch"), name = NULL, guide = "none") +
    ggplot2::scale_x_log10(
      limits = diagnosis_ends, breaks = diagnosis_axis$at, labels = diagnosis_axis$labels,
      guide = ggplot2::guide_axis(check.overlap = TRUE)
    ) +
    ggplot2::scale_y_continuous(
      breaks = rev(seq_along(picture$titles)), labels = picture$titles, minor_breaks = NULL,
      limits = c(0.5, length(picture$titles) + 0.5)
    ) +
    gg_words(object, diagnosis_xlab, NULL)
}

diagnosis_points <- function(points, ..., size = 2.8) {
  ggplot2::geom_point(
    ggplot2::aes(colour = .data$verdict, fill = .data$verdict, shape = .data$verdict), ...,
    size = size
  )
}
