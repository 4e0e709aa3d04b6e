#' Plot a fitted network
#'
#' @param x An [nn_fit()].
#' @param which What to draw: `"loss"`, the loss of each epoch.
#' @param ... Arguments to [plot.default()], such as `log = "y"` or `main`.
#' @return `x`, invisibly.
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ ., mtcars, hidden_units = 8, validation = 0.25, seed = 1)
#' plot(fit, log = "y")
plot.nn_fit <- function(x, which = "loss", ...) {
  rlang::arg_match0(which, "loss", error_call = rlang::current_env())
  draw_losses(loss_table(x), best_epoch = x$best_epoch, ...)
  invisible(x)
}

# Dark and light survive a grey printer; line types tell them apart besides.
loss_styles <- list(
  train_loss = list(col = "#08519c", lty = 1, label = "training"),
  valid_loss = list(col = "#e6550d", lty = 2, label = "validation")
)

draw_losses <- function(table, best_epoch = NULL, ..., xlab = "epoch", ylab = "loss",
                        log = "", bty = "l", las = 1) {
  styles <- loss_styles[setdiff(names(table), "epoch")]
  values <- unlist(table[names(styles)])
  shown <- is.finite(values) & (values > 0 | !grepl("y", log))
  graphics::plot(
    range(table$epoch), range(values[shown]), type = "n",
    xlab = xlab, ylab = ylab, log = log, bty = bty, las = las, ...
  )
  for (name in names(styles)) {
    type <- if (nrow(table) == 1) "p" else "l"
    graphics::lines(
      table$epoch, table[[name]], type = type, lwd = 2,
      col = styles[[name]]$col, lty = styles[[name]]$lty
    )
  }
  if (!is.null(best_epoch)) graphics::abline(v = best_epoch, lty = 3, col = "grey40")
  if (length(styles) > 1) label_lines(styles)
}

label_lines <- function(styles) {
  graphics::legend(
    "topright", bty = "n", lwd = 2,
    legend = vapply(styles, `[[`, "", "label"),
    col = vapply(styles, `[[`, "", "col"),
    lty = vapply(styles, `[[`, 1, "lty")
  )
}
