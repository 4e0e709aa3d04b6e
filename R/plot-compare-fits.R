# The data and what each method of a comparison fits, against one predictor.

fits_picture <- function(compared, call) {
  predictor <- single_predictor(compared)
  if (is.null(predictor)) {
    abort_nnfit("argument", c(
      "{.arg which} {.val fits} draws a comparison with one numeric predictor.",
      "i" = "{.val coefficients} draws any."
    ), call)
  }
  values <- compared$data[[predictor]]
  rows <- lapply(unname(compared$methods), function(record) {
    tibble::tibble(method = record$label, x = values, y = record$fitted)[order(values), ]
  })
  table <- do.call(rbind, rows)
  table$method <- factor(table$method, names(compared$methods))
  new_picture(
    table, "nn_compared_fits",
    observed = tibble::tibble(x = values, y = observed_numbers(compared)),
    labels = frame_titles(compared$data[c(predictor, names(compared$data)[1])]),
    styles = styles_of(compared)
  )
}

# A line that leaves the data far behind would make one of them.
near_data <- function(picture) {
  observed <- attr(picture, "observed")$y
  room <- range(observed) + c(-1, 1) * 0.5 * max(diff(range(observed)), 1e-8)
  inside <- picture$y[is.finite(picture$y) & picture$y > room[1] & picture$y < room[2]]
  range(observed, inside)
}

# R's line lies below the others, which are often the same.
reference_first <- function(styles) {
  rownames(styles)[order(styles$col != colours$reference)]
}

#' @export
plot.nn_compared_fits <- function(x, ..., main = base_title(x), xlab = attr(x, "labels")[1],
                                  ylab = attr(x, "labels")[2], ylim = NULL) {
  check_dots(plot_arguments())
  observed <- attr(x, "observed")
  styles <- attr(x, "styles")
  draw_readings(
    observed, ..., main = main, xlab = xlab, ylab = ylab, ylim = ylim %||% near_data(x)
  )
  for (label in reference_first(styles)) {
    line <- x[x$method == label & is.finite(x$y), ]
    is_r <- styles[label, "col"] == colours$reference
    graphics::lines(
      line$x, line$y, col = styles[label, "col"], lty = styles[label, "lty"],
      lwd = if (is_r) 5 else 2
    )
  }
  label_methods(observed$x, observed$y, styles)
  invisible(x)
}

draw_readings <- function(observed, ..., pch = 16, cex = style$cex,
                          col = fade("black", style$alpha)) {
  style <- point_style(nrow(observed))
  draw_frame(observed$x, observed$y, ..., pch = pch, cex = cex, col = col)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_compared_fits <- function(object, ..., linewidth = 0.9) {
  check_dots(geom_arguments("GeomLine"))
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", rlang::current_env())
  labels <- attr(object, "labels")
  order <- reference_first(attr(object, "styles"))
  ggplot2::ggplot(
    object[is.finite(object$y), ], ggplot2::aes(.data$x, .data$y)
  ) +
    ggplot2::geom_point(data = attr(object, "observed")) +
    ggplot2::geom_line(
      ggplot2::aes(
        colour = .data$method, linetype = .data$method,
        group = match(as.character(.data$method), order)
      ),
      ..., linewidth = linewidth
    ) +
    gg_methods(attr(object, "styles"), object$method) +
    ggplot2::coord_cartesian(ylim = near_data(object)) +
    gg_numbers(object$x, near_data(object)) +
    gg_words(object, labels[1], labels[2])
}
