# The vectors that a network has learned for the levels of factors, on a page: as they
# are where they have two numbers, by their first two principal components where more.

embedding_picture <- function(fit, call) {
  if (!length(embedded_in(fit))) {
    abort_nnfit("argument", c(
      "{.arg which} {.val embedding} draws what a network has learned for the levels of a factor.",
      "x" = "This fit has embedded none.",
      "i" = "Fit with {.code embed = TRUE}, or name factors: {.code embed = list(f = 2)}."
    ), call)
  }
  names <- embedded_names(fit)
  tables <- with_level_names(fit$parameters, fit)[embedded_parameters(fit)]
  panels <- lapply(tables, function(table) on_page(side_by_side(table)))
  rows <- Map(function(panel, name) cbind(panel = name, panel$points), panels, names)
  table <- tibble::as_tibble(do.call(rbind, unname(rows)))
  table$panel <- factor(table$panel, names)
  labels <- rlang::set_names(lapply(panels, `[[`, "labels"), names)
  new_picture(table, "nn_embedding", labels = labels)
}

# The members of a mean of networks have each vectors of their own, which agree in
# distances alone: put behind each other, these are the distances of all.
side_by_side <- function(table) {
  if (length(dim(table)) == 2) return(table)
  levels <- dimnames(table)[[2]]
  matrix(aperm(table, c(2, 3, 1)), length(levels), dimnames = list(levels, NULL))
}

on_page <- function(table) {
  if (ncol(table) == 1) {
    place <- cbind(table[, 1], rank(table[, 1], ties.method = "first"))
    labels <- c("number", "rank")
  } else if (ncol(table) == 2) {
    place <- table
    labels <- c("number 1", "number 2")
  } else {
    found <- components(table)
    place <- found$scores
    labels <- sprintf("component %d (%.0f%%)", 1:2, 100 * found$share)
  }
  points <- data.frame(level = rownames(table), x = place[, 1], y = place[, 2], row.names = NULL)
  list(points = points, labels = labels)
}

# The first two, and their shares of the variance. Of either sign, the one in which the
# level that is farthest out is positive: a decomposition may give the other.
components <- function(table) {
  found <- stats::prcomp(table)
  scores <- found$x[, 1:2]
  farthest <- scores[cbind(apply(abs(scores), 2, which.max), 1:2)]
  variance <- found$sdev^2
  list(
    scores = scores %*% diag(ifelse(farthest < 0, -1, 1)),
    share = variance[1:2] / max(sum(variance), .Machine$double.xmin)
  )
}

#' @export
plot.nn_embedding <- function(x, ...) {
  check_dots(plot_arguments())
  draw_panels(x, x$panel, draw_embedding, attr(x, "labels"), ...)
  invisible(x)
}

draw_embedding <- function(panel, labels, ..., xlab = its[1], ylab = its[2],
                           xlim = grDevices::extendrange(panel$x, f = 0.1),
                           ylim = grDevices::extendrange(panel$y, f = c(0, 0.1)), cex = 0.9,
                           pch = 16, col = colours$dark) {
  its <- labels[[as.character(panel$panel[1])]]
  draw_frame(
    panel$x, panel$y, ..., xlab = xlab, ylab = ylab, xlim = xlim, ylim = ylim, pch = pch, cex = cex,
    col = col
  )
  room <- label_room(panel, cex)
  graphics::text(panel$x[room], panel$y[room], shorten(panel$level, 20)[room], pos = 3,
    offset = 0.3, cex = cex, xpd = NA
  )
}

# The levels whose names find room on the page, by the order of the levels.
label_room <- function(panel, cex) {
  names <- shorten(panel$level, 20)
  x <- graphics::grconvertX(panel$x, "user", "inches")
  y <- graphics::grconvertY(panel$y, "user", "inches")
  wide <- graphics::strwidth(names, "inches", cex = cex)
  high <- 1.2 * graphics::strheight("M", "inches", cex = cex)
  kept <- integer()
  for (level in seq_along(names)) {
    beside <- abs(x[kept] - x[level]) > (wide[kept] + wide[level]) / 2
    over_name <- !beside & abs(y[kept] - y[level]) < high
    over_point <- abs(x - x[level]) < wide[level] / 2 & abs(y - y[level] - high) < high / 2
    if (!any(over_name) && !any(over_point)) kept <- c(kept, level)
  }
  kept
}

# Of panels that share the titles of their axes.
common_labels <- function(labels) {
  plain <- sub(" \\(.*", "", do.call(rbind, labels))
  apply(plain, 2, function(titles) paste(unique(titles), collapse = " or "))
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_embedding <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  labels <- attr(object, "labels")
  its <- if (length(labels) == 1) labels[[1]] else common_labels(labels)
  object$name <- shorten(object$level, 20)
  ggplot2::ggplot(object, ggplot2::aes(.data$x, .data$y)) +
    ggplot2::geom_point(..., colour = colours$dark) +
    ggplot2::geom_text(ggplot2::aes(label = .data$name), vjust = -0.6, check_overlap = TRUE) +
    gg_panels(object$panel, scales = "free") +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(0.15)) +
    ggplot2::scale_y_continuous(expand = ggplot2::expansion(c(0.05, 0.15))) +
    ggplot2::coord_cartesian(clip = "off") +
    gg_words(object, its[1], its[2])
}
