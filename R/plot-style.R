# How the pictures look: points, lines, axes and panels.

# One property of the style of each value, such as "col".
style_of <- function(values, what, styles = part_styles) {
  known <- vapply(styles, `[[`, styles[[1]][[what]], what)
  unname(known[as.character(values)])
}

# Five points must be seen from the last row of a lecture room, 50,000 must show
# where they are dense. Symbols without transparency hide each other where a device has none.
point_style <- function(number) {
  list(
    cex = max(0.35, min(1.4, (200 / number)^0.25)),
    alpha = max(0.08, min(0.85, sqrt(300 / number)))
  )
}

fade <- function(colour, alpha) {
  can_fade <- !isFALSE(grDevices::dev.capabilities("semiTransparency")[[1]])
  if (can_fade && length(colour)) grDevices::adjustcolor(colour, alpha) else colour
}

# Long names lose their ends or, where several would become the same, their middles; those that
# differ in the middle alone are numbered.
shorten <- function(text, width = 40) {
  text <- as.character(text)
  whole <- unique(text)
  long <- nchar(whole) > width
  short <- ifelse(long, without_middle(whole, width, 0), whole)
  for (end in seq((width - 3) %/% 2, width - 4)) {
    same <- long & is_shared(short)
    if (!any(same)) break
    short[same] <- without_middle(whole[same], width, end)
  }
  same <- long & is_shared(short)
  number <- paste0("...", seq_len(sum(same)))
  short[same] <- paste0(substr(whole[same], 1, width - nchar(number)), number)
  short[match(text, whole)]
}

# `end`: how many letters of the end stay.
without_middle <- function(text, width, end) {
  size <- nchar(text)
  paste0(substr(text, 1, width - 3 - end), "...", substr(text, size - end + 1, size))
}

is_shared <- function(x) duplicated(x) | duplicated(x, fromLast = TRUE)

draw_points <- function(x, y, part, ..., col = fade_parts(part), pch = style_of(part, "pch"),
                        lwd = 1.5, cex = point_style(length(x))$cex) {
  own <- list(col = missing(col), pch = missing(pch))
  draw_frame(x, y, ..., col = col, pch = pch, lwd = lwd, cex = cex)
  present <- intersect(names(part_styles), part)
  marks <- Map(names(own), own, list(col, pch), f = function(what, own, given) {
    if (own) style_of(present, what) else mark_of_parts(given, part, present)
  })
  draw_parts_legend(present, x, y, marks)
}

# What a user has asked of the points as the legend has it: one for each part. NULL: those of a part
# are not alike.
mark_of_parts <- function(given, part, present) {
  if (!length(given)) return(NULL)
  given <- rep_len(given, length(part))
  first <- given[match(present, part)]
  if (identical(as.vector(given), as.vector(first[match(part, present)]))) first
}

# None for one part, nor where all are alike.
draw_parts_legend <- function(present, x, y, marks) {
  told <- all(lengths(marks) > 0) && anyDuplicated(as.data.frame(marks)) == 0
  if (length(present) > 1 && told) draw_legend(present, x, y, marks)
}

fade_parts <- function(part) fade(style_of(part, "col"), point_style(length(part))$alpha)

# `line`: of all of them, or of each that is present by its name.
label_parts <- function(part, x, y, line) {
  present <- intersect(names(part_styles), part)
  line <- if (is.null(names(line))) rep(line, length(present)) else line[present]
  marks <- list(
    pch = ifelse(line, NA, style_of(present, "pch")), lwd = 2,
    lty = ifelse(line, style_of(present, "lty"), NA)
  )
  marks <- if (all(line)) marks[c("lwd", "lty")] else if (any(line)) marks else marks["pch"]
  draw_parts_legend(present, x, y, c(list(col = style_of(present, "col")), marks))
}

# Between the picture and its title, where it hides nothing; where the margin is too narrow or the
# legend too wide, in the corner with the fewest points.
draw_legend <- function(labels, x, y, marks) {
  above <- function(x, cex, ...) {
    top <- graphics::grconvertY(1, "npc", "user")
    do.call(graphics::legend, c(list(
      x, top, legend = labels, horiz = TRUE, bty = "n", xpd = NA, cex = cex, xjust = 0.5,
      yjust = 0.1, seg.len = 1.6, x.intersp = 0.7, ...
    ), marks))
  }
  place <- legend_place(above)
  if (!is.null(place)) return(invisible(above(place$x, place$cex)))
  do.call(graphics::legend, c(list(
    free_corner(x, y), legend = labels,
    # Over dense points it must still be read.
    bg = fade("white", 0.8), box.col = NA, inset = 0.01
  ), marks))
}

# The middle and the size of a line of legend above the picture; NULL: there is no room.
legend_place <- function(above) {
  if (graphics::par("mar")[3] < 3) return(NULL)
  page <- graphics::par("fin")[1]
  middle <- graphics::grconvertX(0.5, "npc", "nfc") * page
  ends <- graphics::grconvertX(0:1, "npc", "inches")
  # How wide, on the scale of the axis, which may be logarithmic.
  rect <- above(graphics::grconvertX(0.5, "npc", "user"), 1, plot = FALSE)$rect
  wide <- rect$w / diff(graphics::par("usr")[1:2]) * diff(ends)
  if (0.98 * page < 0.45 * wide) return(NULL)
  cex <- min(1, 0.98 * page / wide)
  half <- cex * wide / 2
  at <- min(max(middle, half), page - half)
  list(x = graphics::grconvertX(at / page, "nfc", "user"), cex = cex)
}

# The corner with the fewest points, for the legend.
free_corner <- function(x, y) {
  x <- graphics::grconvertX(x, "user", "npc")
  y <- graphics::grconvertY(y, "user", "npc")
  inside <- c(
    topright = sum(x > 0.6 & y > 0.75), topleft = sum(x < 0.4 & y > 0.75),
    bottomright = sum(x > 0.6 & y < 0.25), bottomleft = sum(x < 0.4 & y < 0.25)
  )
  names(which.min(inside))
}

# One panel is drawn with the user's settings; several take the page, and the settings come back.
# `beside`: what the axes on the left have in common, written once; `below`: a caption of all.
draw_panels <- function(table, by, draw, ..., main = title_over(table, panels), beside = NULL,
                        below = NULL) {
  panels <- split(table, by, drop = TRUE)
  if (length(panels) == 1) return(draw(panels[[1]], ..., main = main))
  size <- graphics::par("din")
  old <- graphics::par(c("mfrow", "mar", "mgp", "oma", "cex", "cex.main"))
  on.exit(graphics::par(old))
  columns <- min(length(panels), ceiling(sqrt(length(panels) * size[1] / size[2])))
  titles <- shorten(names(panels))
  titled <- is_titled(main, ...)
  graphics::par(mfrow = c(ceiling(length(panels) / columns), columns), cex.main = 1)
  # Among many panels letters are small: their axes have room for numbers of five digits, upright.
  more <- if (graphics::par("cex") < 0.8) 0.6 else 0
  graphics::par(mar = c(3.2 + more, 3.4 + more, 1.8, 0.6), mgp = c(2.2 + more, 0.6, 0))
  # Among many panels a line is smaller; the title is not.
  line <- 1 / graphics::par("cex")
  left <- if (is_titled(beside, ...)) 1.2 * line else 0
  under <- if (is_titled(below, ...)) 1.2 * line else 0
  graphics::par(oma = c(under, left, if (titled) 1.9 * line else 0, 0))
  if (left) graphics::par(mar = c(3.2 + more, 2.6 + more, 1.8, 0.6))
  Map(function(panel, title) draw(panel, ..., main = title), panels, titles)
  if (titled) {
    graphics::mtext(main, outer = TRUE, font = 2, line = 0.4 * line, cex = outer_size(main))
  }
  if (left) graphics::mtext(beside, 2, outer = TRUE, cex = min(0.9, outer_size(beside, 2)))
  if (under) graphics::mtext(below, 1, outer = TRUE, cex = min(0.9, outer_size(below)))
}

# Of words over all panels or beside them: as large as the page is wide or high.
outer_size <- function(words, side = 1) {
  wide <- max(graphics::strwidth(words, "inches", cex = 1, font = 2)) / graphics::par("cex")
  min(1.2, 0.97 * graphics::par("din")[side] / wide)
}

# The same styles for ggplot2. A guide only where there are two parts, in which
# faint points are clear.
gg_parts <- function(part, aesthetics, clear = list()) {
  several <- length(unique(part)) > 1
  guides <- list("none", "none")
  if (several) guides <- list(ggplot2::guide_legend(override.aes = clear), "legend")
  what <- c(colour = "col", shape = "pch", linetype = "lty")
  Map(aesthetics, guides, f = function(aesthetic, guide) {
    ggplot2::scale_discrete_manual(
      aesthetic, name = NULL, guide = guide,
      values = stats::setNames(style_of(names(part_styles), what[[aesthetic]]), names(part_styles))
    )
  })
}

gg_panels <- function(panel, ...) {
  if (length(unique(panel)) > 1) ggplot2::facet_wrap("panel", ...)
}

gg_points <- function(table, ..., panels = 1, stroke = 0.8,
                      alpha = point_style(nrow(table) / panels)$alpha,
                      size = 1.8 * point_style(nrow(table) / panels)$cex) {
  list(
    ggplot2::geom_point(
      ggplot2::aes(colour = .data$part, shape = .data$part), ..., stroke = stroke,
      alpha = alpha, size = size
    ),
    gg_parts(table$part, c("colour", "shape"), clear = list(alpha = 1, size = 2))
  )
}
