# Cross-validated loss curves: a thin line per fit, a thick one for their mean.

#' @rdname nn_cv
#' @export
plot.nn_cv <- function(x, ..., xlab = "epoch", ylab = "loss", log = "", bty = "l", las = 1) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  check_graphics(..., xlab = xlab, ylab = ylab, log = log, bty = bty, las = las, call = call)
  curves <- list(training = cv_curves(x, "train_loss"), validation = cv_curves(x, "valid_loss"))
  epochs <- nrow(curves$training)
  losses <- unlist(curves)
  losses <- losses[is.finite(losses) & (losses > 0 | !grepl("y", log))]
  if (!length(losses)) {
    abort_nnfit("data", "None of the losses can be drawn.", call)
  }
  drawing(graphics::plot.default(
    c(1, epochs), range(losses), type = "n", xlab = xlab, ylab = ylab, log = log, bty = bty,
    las = las, ...
  ), call)
  for (part in names(curves)) draw_cv_curves(curves[[part]], part)
  graphics::legend(
    "topright", names(curves), col = style_of(names(curves), "col"),
    lty = style_of(names(curves), "lty"), lwd = 2, bty = "n"
  )
  invisible(x)
}

draw_cv_curves <- function(curves, part) {
  type <- if (nrow(curves) == 1) "p" else "l"
  colour <- style_of(part, "col")
  graphics::matlines(curves, type = type, lty = 1, pch = 1, col = fade(colour, 0.3))
  graphics::lines(
    rowMeans(curves), type = type, lty = style_of(part, "lty"), pch = 19, lwd = 3, col = colour
  )
}

# A row per epoch, a column per fit; a fit that ended earlier has NA, and the
# mean ends with the first of them.
cv_curves <- function(cv, loss) {
  histories <- lapply(cv$history, `[[`, loss)
  epochs <- max(lengths(histories))
  padded <- vapply(histories, function(losses) losses[seq_len(epochs)], numeric(epochs))
  matrix(padded, nrow = epochs)
}
