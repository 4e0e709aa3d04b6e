# Loss curves: of a fit, or of a loss table.

loss_picture <- function(fit) {
  table <- loss_table(fit)
  attr(table, "best_epoch") <- fit$best_epoch
  attr(table, "penalties") <- penalty_marks(fit)
  table
}

# Why the loss rises where a penalty was chosen: each network goes on with a larger one.
epoch_title <- function(table) {
  path <- attr(table, "penalties")
  if (is.null(path)) return("epoch")
  paste0("epoch (dotted: penalty grows, to ", format(signif(path$to, 3)), ")")
}

# A row per epoch and part, of what can be drawn on the axis.
loss_lines <- function(table, call, log = "") {
  parts <- c(train_loss = "training", valid_loss = "validation")
  columns <- intersect(names(parts), names(table))
  lines <- tibble::tibble(
    epoch = rep(table$epoch, length(columns)),
    part = factor(rep(parts[columns], each = nrow(table)), names(part_styles)),
    loss = unlist(table[columns], use.names = FALSE)
  )
  drawable <- is.finite(lines$loss) & (lines$loss > 0 | !grepl("y", log))
  if (!any(drawable)) {
    abort_nnfit("data", c(
      "None of the losses can be drawn: they are not finite{if (nzchar(log)) ' or not positive'}."
    ), call)
  }
  lines[drawable, ]
}

draw_losses <- function(table, ..., main = base_title(table), xlab = epoch_title(table),
                        ylab = attr(table, "loss") %||% "loss", log = "") {
  lines <- loss_lines(table, rlang::caller_env(), log)
  draw_frame(
    range(table$epoch), range(lines$loss), type = "n", main = main, xlab = xlab, ylab = ylab,
    log = log, ...
  )
  several <- nrow(table) > 1
  best_epoch <- attr(table, "best_epoch")
  if (!is.null(best_epoch)) graphics::abline(v = best_epoch, lty = 3, col = colours$reference)
  grows <- attr(table, "penalties")$at
  if (length(grows)) graphics::abline(v = grows, lty = 3, col = colours$reference)
  for (line in split(lines, lines$part, drop = TRUE)) {
    graphics::lines(
      line$epoch, line$loss, type = if (several) "l" else "p", lwd = 2,
      col = style_of(line$part[1], "col"), lty = style_of(line$part[1], "lty"),
      pch = style_of(line$part[1], "pch")
    )
  }
  label_parts(lines$part, lines$epoch, lines$loss, line = several)
}

#' @rdname plot.nn_fit
#' @exportS3Method ggplot2::autoplot
autoplot.nn_loss_table <- function(object, ..., linewidth = 0.9) {
  check_dots(geom_arguments(if (nrow(object) == 1) "GeomPoint" else "GeomLine"))
  call <- rlang::current_env()
  check_rule(linewidth, graphics_rules$linewidth, "linewidth", call)
  lines <- loss_lines(object, call)
  marks <- if (nrow(object) == 1) {
    ggplot2::geom_point(...)
  } else {
    ggplot2::geom_line(..., linewidth = linewidth)
  }
  ggplot2::ggplot(lines, ggplot2::aes(
    .data$epoch, .data$loss, colour = .data$part, linetype = .data$part
  )) +
    ggplot2::geom_vline(
      xintercept = as.numeric(c(attr(object, "best_epoch"), attr(object, "penalties")$at)),
      linetype = 3, colour = colours$reference
    ) +
    marks +
    gg_parts(lines$part, c("colour", "linetype")) +
    gg_numbers(y = lines$loss) +
    gg_words(object, epoch_title(object), attr(object, "loss") %||% "loss")
}
