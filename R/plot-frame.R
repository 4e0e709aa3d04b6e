# The frame of a picture: axes in plain and upright numbers, between words that fit on the page.

# As plot.default(), whose ticks it has.
draw_frame <- function(x, y, ..., main = NULL, sub = NULL, xlab = "", ylab = "", log = "",
                       las = NULL, axes = TRUE, frame.plot = axes, ann = graphics::par("ann"),
                       xaxt = NULL, yaxt = NULL, bty = "l") {
  check_logarithms(log, list(x = x, y = y), ...)
  graphics::plot.default(
    x, y, ..., log = log, axes = FALSE, frame.plot = frame.plot, ann = FALSE, bty = bty
  )
  wanted <- function(setting, side) axes && (setting %||% graphics::par(side)) != "n"
  if (wanted(xaxt, "xaxt")) draw_numbers(1, grepl("x", log), las, ...)
  if (wanted(yaxt, "yaxt")) draw_numbers(2, grepl("y", log), las, ...)
  if (ann) draw_words(main, sub, xlab, ylab, ...)
  invisible()
}

# A plain error, which drawing() says from the user's call.
check_logarithms <- function(log, values, ...) {
  for (axis in intersect(names(values), strsplit(log, "")[[1]])) {
    name <- paste0(axis, "lim")
    shown <- unlist(given_of(name, ...))
    # Without limits, values that have no logarithm are left out.
    if (is.null(shown) && any(values[[axis]] > 0, na.rm = TRUE)) next
    shown <- shown %||% values[[axis]][is.finite(values[[axis]])]
    if (!length(shown) || all(shown > 0)) next
    ends <- format(range(shown), digits = 3, trim = TRUE)
    stop(
      "`log = \"", axis, "\"` needs an axis above 0, not from ", ends[1], " to ", ends[2],
      ". Give `", name, "` above 0, or no `log`.", call. = FALSE
    )
  }
}

draw_numbers <- function(side, log, las, ...) {
  given <- given_of(axis_settings, ...)
  ticks <- c("xaxp", "yaxp")
  at <- graphics::axTicks(side, axp = given[[ticks[side]]], log = log)
  labels <- number_labels(at, log)
  style <- list(las = las %||% 1)
  if (side == 2 && is.null(las)) {
    # Powers of ten are narrow.
    for (digits in if (log) 6:4 else 6) {
      labels <- number_labels(at, log, digits)
      style <- upright(labels, given)
      if (style$las == 1 && is.null(style$cex.axis)) break
    }
  }
  style[names(given)] <- given
  labels <- keep_apart(side, at, labels, style$cex.axis %||% graphics::par("cex.axis"), style$las)
  style[ticks] <- NULL
  do.call(graphics::axis, c(list(side, at, labels), style))
}

# axis() leaves out text that would touch, but not plotmath: every second label, or every third.
keep_apart <- function(side, at, labels, size, las = 1) {
  if (!is.expression(labels)) return(labels)
  along <- las %in% if (side == 1) 0:1 else c(0, 3)
  wide <- if (along) {
    graphics::strwidth(labels, "inches", cex = size)
  } else {
    1.2 * graphics::strheight(labels, "inches", cex = size)
  }
  convert <- if (side == 1) graphics::grconvertX else graphics::grconvertY
  place <- convert(at, "user", "inches")
  for (step in seq_along(at)) {
    # The last one stays: it is 1, say.
    kept <- rev(seq(length(at), 1, by = -step))
    room <- diff(place[kept]) - (wide[kept][-1] + wide[kept][-length(kept)]) / 2
    if (all(room > 0.05)) break
  }
  labels[-kept] <- expression("")
  labels
}

# Names under the x axis, as large as lets all of them stand.
draw_names <- function(at, names, size = graphics::par("cex.axis")) {
  wide <- graphics::strwidth(names, "inches", cex = size)
  place <- graphics::grconvertX(at, "user", "inches")
  between <- (wide[-1] + wide[-length(wide)]) / 2 + 0.1
  fits <- min(1, diff(place) / between)
  graphics::axis(1, at, names, tick = FALSE, cex.axis = size * max(0.5, fits), gap.axis = 0.1)
}

# The title over the middle of the picture and the labels beside that of their axes, moved as far
# as keeps them on the page, and smaller where they are longer than it.
draw_words <- function(main, sub, xlab, ylab, ...) {
  given <- given_of(word_settings, ...)
  line <- (given[["mgp"]] %||% graphics::par("mgp"))[1]
  top <- graphics::par("mar")[3]
  draw_word(main, 3, if (top < 3) (top - 1.2) / 2 else max(top - 2.2, 1.7), "main", given)
  sub <- caption_on_page(sub, given)
  # Two lines of caption grow upwards.
  up <- if (is.character(sub) && any(grepl("\n", sub, fixed = TRUE))) 0.7 else 0
  draw_word(xlab, 1, line - up, "lab", given)
  # Not so far up as to reach the title.
  left <- if (has_title(main)) (top - 1) * graphics::par("csi") * graphics::par("mex") else 0
  draw_word(ylab, 2, line, "lab", given, left)
  draw_word(sub, 1, line + 1, "sub", given)
}

# A caption that is longer than the page is wide takes two lines.
caption_on_page <- function(sub, given) {
  if (!is.character(sub) || length(sub) != 1 || is.na(sub)) return(sub)
  size <- given[["cex.sub"]] %||% graphics::par("cex.sub")
  wide <- graphics::strwidth(sub, "inches", cex = size)
  if (wide <= 0.95 * graphics::par("fin")[1]) sub else wrapped(sub, nchar(sub) / 2 + 8)
}

word_settings <- c(
  paste0(rep(c("cex.", "col.", "font."), 3), rep(c("main", "lab", "sub"), each = 3)), "mgp", "adj",
  "family", "xpd"
)

draw_word <- function(text, side, line, kind, given, less = 0) {
  if (!has_title(text)) return(invisible())
  setting <- function(what) {
    name <- paste0(what, ".", kind)
    given[[name]] %||% graphics::par(name)
  }
  # A call among the arguments of do.call() would be evaluated.
  if (is.language(text)) text <- as.expression(text)
  upright <- side %in% c(1, 3)
  whole <- graphics::par("fin")[if (upright) 1 else 2]
  page <- whole - less
  size <- setting("cex")
  if (kind == "sub" && is.null(given$cex.sub) && any(grepl("\n", text, fixed = TRUE))) {
    size <- 0.8 * size
  }
  wide <- max(graphics::strwidth(text, "inches", cex = size, font = setting("font")))
  if (is.null(given[[paste0("cex.", kind)]])) size <- size * min(1, 0.95 * page / wide)
  wide <- min(wide, page)
  convert <- if (upright) graphics::grconvertX else graphics::grconvertY
  middle <- convert(0.5, "npc", "nfc") * whole
  at <- convert(min(max(middle, wide / 2), page - wide / 2) / whole, "nfc", "user")
  place <- if (is.null(given$adj)) list(at = at) else list(adj = given$adj)
  do.call(graphics::mtext, c(list(
    text, side, line, cex = size * graphics::par("cex"), col = setting("col"),
    font = setting("font"), las = 0
  ), place))
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

# Numbers as they are said. Those that would take more than so many digits are powers of ten.
# `log`: each for itself, as 1, 0.1 and 0.01.
number_labels <- function(at, log = FALSE, digits = 6) {
  at <- zapsmall(at, if (log) 22 else 10)
  powers <- !is.na(at) & at != 0 & (abs(at) < 0.999 * 10^(2 - digits) | abs(at) >= 10^digits)
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

has_title <- function(main) length(main) > 0 && !identical(main, "")

# Over several panels, for which the title is drawn once.
is_titled <- function(main, ...) has_title(main) && !isFALSE(given_of("ann", ...)$ann)

# An axis of ggplot2 in the same numbers.
gg_log <- function(axis) {
  scale <- list(x = ggplot2::scale_x_log10, y = ggplot2::scale_y_log10)[[axis]]
  scale(labels = function(breaks) number_labels(breaks, log = TRUE))
}

# Those that are not logarithmic, where their numbers would be long. The others are ggplot2's own,
# to which users can add a scale without a message.
gg_numbers <- function(x = NULL, y = NULL) {
  scale_of <- function(make, values) {
    values <- values[is.finite(values)]
    if (!length(values) || !is.expression(number_labels(pretty(values)))) return(NULL)
    make(labels = number_labels, guide = ggplot2::guide_axis(check.overlap = TRUE))
  }
  list(scale_of(ggplot2::scale_x_continuous, x), scale_of(ggplot2::scale_y_continuous, y))
}

# The title of a picture, what is on its axes, and a legend that leaves it its width.
gg_words <- function(picture, x, y) {
  list(
    ggplot2::labs(title = picture_title(picture), x = wrapped(x), y = wrapped(y)),
    ggplot2::theme(plot.title.position = "plot", legend.position = "top")
  )
}

# On two lines, where it is longer than a small page is wide or high.
wrapped <- function(text, width = 25) {
  if (is.character(text)) paste(strwrap(text, width), collapse = "\n") else text
}
