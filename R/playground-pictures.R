# The pictures of a run, by the package's own plots where these can draw it. Their titles are the
# headings of the page.

picture_margins <- list(mar = c(3.6, 4.2, 0.5, 0.5), mgp = c(2.7, 0.6, 0))

# The curve with lm() beside it; of a fit that diverged, the data alone.
draw_run_curve <- function(run) {
  graphics::par(picture_margins)
  rows <- run$rows
  if (is.null(run$fit)) return(draw_nothing("No fit."))
  if (has_curve(run)) {
    plot(run$fit, "curve", data = run$data$data, main = "")
  } else {
    draw_points(
      rows$x, rows$y, rows$part, xlab = rows$names[["x"]], ylab = rows$names[["y"]]
    )
    graphics::mtext("diverged: no curve", line = -1.2, col = colours$light, font = 2)
  }
  grid <- run_grid(run)
  new <- stats::setNames(data.frame(grid), rows$names[["x"]])
  graphics::lines(grid, stats::predict(run$lm, new), lty = 2, lwd = 2, col = colours$reference)
}

has_curve <- function(run) {
  run$fit$stopped != "diverged" && all(is.finite(run$fit$fitted))
}

draw_run_loss <- function(run) {
  graphics::par(picture_margins)
  if (is.null(run$fit)) return(draw_nothing("No fit."))
  losses <- unlist(loss_table(run$fit)[-1])
  if (!any(is.finite(losses) & losses > 0)) return(draw_nothing("No loss is a number above 0."))
  plot(run$fit, "loss", log = "y", main = "")
}

# Values of the predictor, from its least to its largest.
run_grid <- function(run) seq(min(run$rows$x), max(run$rows$x), length.out = 201)

run_parts <- function(run) unit_parts(run$fit, run_grid(run))

draw_run_units <- function(run) {
  graphics::par(picture_margins)
  if (is.null(run$fit) || !has_curve(run)) return(draw_nothing("No units to show."))
  parts <- run_parts(run)
  if (is.null(parts)) return(draw_nothing(paste0("No hidden units.\n", line_words(run))))
  number <- ncol(parts$parts)
  together <- rowSums(parts$parts) + parts$constant
  graphics::matplot(
    parts$x, cbind(together, parts$parts), type = "n", las = 1, bty = "l",
    xlab = run$rows$names[["x"]], ylab = paste("added to", run$rows$names[["y"]])
  )
  graphics::abline(h = parts$constant, lty = 3, col = colours$reference)
  graphics::matlines(
    parts$x, parts$parts, lwd = 2, lty = ifelse(parts$flat, 2, 1),
    col = ifelse(parts$flat, colours$reference, grDevices::hcl.colors(number, "Dark 3"))
  )
  graphics::lines(parts$x, together, lwd = 3)
}

draw_run_network <- function(run) {
  if (is.null(run$fit) || !has_curve(run)) return(draw_nothing("No network to show."))
  plot(run$fit, "network", bias = TRUE, main = "")
}

draw_nothing <- function(text) {
  graphics::plot.new()
  graphics::text(0.5, 0.5, text)
}
