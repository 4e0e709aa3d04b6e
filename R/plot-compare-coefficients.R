# What each method of a comparison estimates for each term, in R's standard errors.

estimates_picture <- function(compared, level, call) {
  table <- compared$coefficients
  if (inherits(compared, "lm_pair")) {
    table <- compared_coefficients(compared, read_reference(compared$reference, call))
  }
  terms <- unique(table$term[is.finite(table$gap_se)])
  if (!length(terms)) {
    abort_nnfit("data", c(
      "There is nothing to draw: no coefficient has a standard error and a gap that is finite."
    ), call)
  }
  fit <- compared$reference
  df <- if (inherits(fit, "glm")) Inf else stats::df.residual(fit)
  half <- stats::qt((1 + level) / 2, df)
  table <- table[table$term %in% terms & !is.na(table$gap_se), c("method", "term", "gap_se")]
  edge <- 2 * half
  table$beyond <- abs(table$gap_se) > edge
  table$shown <- pmax(-edge, pmin(edge, table$gap_se))
  table$term <- factor(table$term, rev(terms))
  table$method <- factor(table$method, names(compared$methods))
  new_picture(table, "nn_compared_estimates", half = half, styles = styles_of(compared))
}

# Methods of one term lie beside each other.
estimate_places <- function(picture) {
  methods <- levels(picture$method)
  shift <- seq(0.25, -0.25, length.out = length(methods))
  if (length(methods) == 1) shift <- 0
  as.integer(picture$term) + shift[as.integer(picture$method)]
}

estimates_label <- "estimate, in standard errors from R's"

#' @export
plot.nn_compared_estimates <- function(x, ..., main = base_title(x), xlab = estimates_label,
                                       ylab = "") {
  check_dots(plot_arguments(c("xlim", "ylim", "yaxt", "las")))
  styles <- attr(x, "styles")
  half <- attr(x, "half")
  terms <- shorten(levels(x$term), 18)
  margins <- graphics::par("mar")
  old <- graphics::par(mar = replace(margins, 2, max(margins[2], 1 + 0.6 * max(nchar(terms)))))
  on.exit(graphics::par(old))
  draw_frame(
    c(-2, 2) * half, c(0.5, length(terms) + 0.5), type = "n", ..., main = main, xlab = xlab,
    ylab = ylab, yaxt = "n"
  )
  graphics::axis(2, seq_along(terms), terms, las = 1, tick = FALSE)
  graphics::abline(v = 0, lty = 3, col = colours$reference)
  graphics::segments(-half, seq_along(terms), half, lwd = 6, col = fade(colours$reference, 0.4))
  method <- as.character(x$method)
  graphics::points(
    x$shown, estimate_places(x), col = styles[method, "col"], cex = 1.3, lwd = 2,
    pch = ifelse(x$beyond, ifelse(x$shown > 0, 62, 60), styles[method, "pch"])
  )
  shown <- styles[intersect(rownames(styles), method), ]
  draw_legend(
    rownames(shown), x$shown, estimate_places(x), list(col = shown$col, pch = shown$pch, pt.lwd = 2)
  )
  invisible(x)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_compared_estimates <- function(object, ..., size = 2.5) {
  check_dots(geom_arguments("GeomPoint"))
  check_rule(size, graphics_rules$linewidth, "size", rlang::current_env())
  half <- attr(object, "half")
  terms <- levels(object$term)
  object$place <- estimate_places(object)
  interval <- tibble::tibble(low = -half, high = half, place = seq_along(terms))
  ggplot2::ggplot(object, ggplot2::aes(.data$shown, .data$place)) +
    ggplot2::geom_vline(xintercept = 0, linetype = 3, colour = colours$reference) +
    ggplot2::geom_segment(
      ggplot2::aes(x = .data$low, xend = .data$high, yend = .data$place), interval,
      linewidth = 2, alpha = 0.4, colour = colours$reference
    ) +
    ggplot2::geom_point(
      ggplot2::aes(colour = .data$method, shape = .data$method), object[!object$beyond, ], ...,
      size = size, stroke = 1
    ) +
    ggplot2::geom_text(
      ggplot2::aes(colour = .data$method, label = ifelse(.data$shown > 0, ">", "<")),
      object[object$beyond, ], size = 2 * size, show.legend = FALSE
    ) +
    gg_methods(attr(object, "styles"), object$method, c("colour", "shape")) +
    ggplot2::scale_y_continuous(breaks = seq_along(terms), labels = terms) +
    gg_words(object, estimates_label, NULL)
}
