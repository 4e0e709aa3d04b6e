# Cross-validated loss curves: a thin line per fit, a thick one for their mean.

#' @rdname nn_cv
#' @export
plot.nn_cv <- function(x, ..., main = base_title(x), xlab = "epoch",
                       ylab = loss_title(x$options), log = "") {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  check_graphics(..., main = main, xlab = xlab, ylab = ylab, log = log, call = call)
  curves <- cv_losses(x, log, call)
  drawing(draw_frame(
    range(curves$epoch), range(curves$loss), type = "n", main = main, xlab = xlab, ylab = ylab,
    log = log, ...
  ), call)
  several <- max(curves$epoch) > 1
  for (fit in split(curves, list(curves$fit, curves$part), drop = TRUE)) {
    single <- several && nrow(fit) == 1
    draw_cv_curve(
      fit, several, lwd = 1, pch = if (single) style_of(fit$part[1], "pch") else 1,
      col = fade(style_of(fit$part[1], "col"), if (single) 1 else 0.3)
    )
  }
  means <- cv_means(curves)
  for (mean in split(means, means$part, drop = TRUE)) {
    draw_cv_curve(
      mean, several, lwd = 3, pch = style_of(mean$part[1], "pch"),
      col = style_of(mean$part[1], "col"), lty = style_of(mean$part[1], "lty")
    )
  }
  lines <- several & vapply(split(curves, curves$part), has_lines, NA)
  label_parts(curves$part, curves$epoch, curves$loss, line = lines)
  invisible(x)
}

has_lines <- function(curves) any(duplicated(curves$fit))

# A single loss, such as that on the fold at the end, is a point.
draw_cv_curve <- function(curve, several, ...) {
  line <- several && nrow(curve) > 1
  graphics::lines(curve$epoch, curve$loss, type = if (line) "l" else "p", ...)
}

#' @rdname nn_cv
#' @exportS3Method ggplot2::autoplot
autoplot.nn_cv <- function(object, ..., linewidth = 1.2) {
  several <- max(lengths(lapply(object$history, `[[`, "train_loss"))) > 1
  check_dots(geom_arguments(if (several) "GeomLine" else "GeomPoint"))
  call <- rlang::current_env()
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", call)
  curves <- cv_losses(object, "", call)
  means <- cv_means(curves)
  marks <- if (several) {
    single <- stats::ave(curves$loss, curves$fit, curves$part, FUN = length) == 1
    list(
      ggplot2::geom_line(
        ggplot2::aes(group = interaction(.data$part, .data$fit)), curves[!single, ],
        linewidth = 0.4, alpha = 0.3, linetype = 1
      ),
      if (any(single)) {
        ggplot2::geom_point(data = curves[single, ], shape = part_styles$validation$pch)
      },
      ggplot2::geom_line(data = means, ..., linewidth = linewidth)
    )
  } else {
    list(
      ggplot2::geom_point(shape = 1, alpha = 0.3),
      ggplot2::geom_point(ggplot2::aes(shape = .data$part), means, ..., size = 2.5)
    )
  }
  ggplot2::ggplot(curves, ggplot2::aes(
    .data$epoch, .data$loss, colour = .data$part, linetype = .data$part
  )) +
    marks +
    gg_parts(curves$part, c("colour", if (several) "linetype" else "shape")) +
    gg_numbers(y = curves$loss) +
    gg_words(object, "epoch", loss_title(object$options))
}

# A row for each fit, part and epoch, of what can be drawn on the axis.
cv_losses <- function(cv, log, call) {
  parts <- c(training = "train_loss", validation = "valid_loss")
  rows <- lapply(names(parts), function(part) {
    losses <- lapply(cv$history, `[[`, parts[[part]])
    tibble::tibble(
      part = factor(rep(part, sum(lengths(losses))), names(part_styles)),
      fit = rep(seq_along(losses), lengths(losses)), epoch = sequence(lengths(losses)),
      loss = unlist(losses)
    )
  })
  curves <- do.call(rbind, rows)
  curves <- curves[is.finite(curves$loss) & (curves$loss > 0 | !grepl("y", log)), ]
  if (!nrow(curves)) abort_nnfit("data", "None of the losses can be drawn.", call)
  curves
}

# Of all fits: a fit that ended earlier ends the mean.
cv_means <- function(curves) {
  of_epoch <- function(losses) c(mean(losses), length(losses))
  means <- stats::aggregate(loss ~ part + epoch, curves, of_epoch)
  table <- tibble::tibble(part = means$part, epoch = means$epoch, loss = means$loss[, 1])
  table[means$loss[, 2] == length(unique(curves$fit)), ]
}
