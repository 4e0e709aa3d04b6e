# How the coefficients of each descent went, over the contours of the loss.

path_picture <- function(compared, call) {
  answer <- stats::coef(compared$reference)
  answer <- answer[!is.na(answer)]
  records <- Filter(function(record) !is.null(record$path), compared$methods)
  if (length(answer) != 2 || !length(records)) {
    abort_nnfit("argument", c(
      "{.arg which} {.val path} draws descents of two coefficients.",
      "x" = "There {cli::qty(length(records))}{?is/are} {length(records)} descent{?s} with a \\
        path, of {length(answer)} coefficient{?s}.",
      "i" = "A path is kept of {.arg methods}."
    ), call)
  }
  rows <- lapply(unname(records), function(record) {
    tibble::tibble(method = record$label, x = record$path[, 2], y = record$path[, 3])
  })
  table <- do.call(rbind, rows)
  table$method <- factor(table$method, names(compared$methods))
  room <- path_room(table, answer, records)
  new_picture(
    table, "nn_compared_path", answer = answer, room = room,
    surface = loss_surface(compared, room, call), styles = styles_of(compared)
  )
}

# Where those have been that have not diverged; of those that have, where they began.
path_room <- function(table, answer, records) {
  stayed <- vapply(records, function(record) {
    record$certificate$stopped != "diverged" && !has_diverged(record)
  }, NA)
  first <- table[!duplicated(table$method), ]
  kept <- rbind(first, table[table$method %in% names(records)[stayed], ])
  lapply(c(x = 1, y = 2), function(axis) {
    values <- c(kept[[c("x", "y")[axis]]], answer[[axis]])
    grDevices::extendrange(values[is.finite(values)], f = 0.15)
  })
}

# The excess over the least loss on a grid, as a deviance of each row.
loss_surface <- function(compared, room, call, cells = 60) {
  reference <- read_reference(compared$reference, call)
  first <- seq(room$x[1], room$x[2], length.out = cells)
  second <- seq(room$y[1], room$y[2], length.out = cells)
  family <- reference$family
  least <- deviance_of(reference, reference$fit$fitted.values)
  loss <- outer(first, second, Vectorize(function(a, b) {
    eta <- drop(reference$x %*% c(a, b)) + reference$offset
    deviance_of(reference, family$linkinv(eta)) - least
  }))
  list(x = first, y = second, z = loss / sum(reference$weights))
}

# Each twice the one before, up to the edge.
contour_levels <- function(surface) {
  high <- max(surface$z[is.finite(surface$z)])
  high / 2^(10:1)
}

#' @export
plot.nn_compared_path <- function(x, ..., main = base_title(x),
                                  xlab = names(attr(x, "answer"))[1],
                                  ylab = names(attr(x, "answer"))[2], xlim = NULL, ylim = NULL) {
  check_dots(plot_arguments())
  styles <- attr(x, "styles")
  answer <- attr(x, "answer")
  surface <- attr(x, "surface")
  room <- attr(x, "room")
  draw_frame(
    NA, NULL, xlim = xlim %||% room$x, ylim = ylim %||% room$y, ..., main = main, xlab = xlab,
    ylab = ylab
  )
  graphics::contour(
    surface$x, surface$y, surface$z, levels = contour_levels(surface), add = TRUE,
    drawlabels = FALSE, col = "grey80"
  )
  present <- intersect(rownames(styles), as.character(x$method))
  for (label in present) {
    path <- x[x$method == label & is.finite(x$x) & is.finite(x$y), ]
    few <- nrow(path) <= 60
    graphics::lines(
      path$x, path$y, type = if (few) "o" else "l", pch = 16, cex = 0.5, lwd = 1.8,
      col = styles[label, "col"], lty = styles[label, "lty"]
    )
    graphics::points(path$x[1], path$y[1], pch = 1, cex = 1.4)
  }
  graphics::points(answer[1], answer[2], pch = 4, cex = 1.6, lwd = 3)
  finite <- is.finite(x$x) & is.finite(x$y)
  label_methods(x$x[finite], x$y[finite], styles[present, ])
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_compared_path <- function(object, ..., linewidth = 0.8) {
  check_dots(geom_arguments("GeomLine"))
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", rlang::current_env())
  surface <- attr(object, "surface")
  answer <- attr(object, "answer")
  grid <- expand.grid(x = surface$x, y = surface$y)
  grid$loss <- as.vector(surface$z)
  room <- attr(object, "room")
  path <- object[is.finite(object$x) & is.finite(object$y), ]
  ggplot2::ggplot(path, ggplot2::aes(.data$x, .data$y)) +
    ggplot2::geom_contour(
      ggplot2::aes(z = .data$loss), grid[is.finite(grid$loss), ], breaks = contour_levels(surface),
      colour = "grey65"
    ) +
    ggplot2::geom_path(
      ggplot2::aes(colour = .data$method, linetype = .data$method), ..., linewidth = linewidth
    ) +
    ggplot2::geom_point(data = path[!duplicated(path$method), ], shape = 1, size = 3) +
    ggplot2::annotate(
      "point", x = answer[[1]], y = answer[[2]], shape = 4, size = 4, stroke = 1.5
    ) +
    gg_methods(attr(object, "styles"), object$method) +
    ggplot2::coord_cartesian(xlim = room$x, ylim = room$y) +
    gg_numbers(room$x, room$y) +
    gg_words(object, names(answer)[1], names(answer)[2])
}
