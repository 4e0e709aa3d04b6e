# The callback by which Python shows how far it is; the core calls it by the clock.

# `show`: `TRUE` for a bar, "plot" for a picture of the losses beside it.
progress_callback <- function(show = TRUE) {
  bar <- NULL
  losses <- seen_losses()
  picture <- if (identical(show, "plot")) live_picture()
  report <- function(epoch, epochs, train_loss, valid_loss) {
    losses <<- add_losses(losses, epoch, train_loss, valid_loss)
    if (is.null(bar)) bar <<- start_bar(epochs)
    label <- trimws(paste("loss", signif(valid_loss %||% train_loss, 3), sparkline(losses)))
    cli::cli_progress_update(set = epoch, extra = list(label = label), id = bar)
    if (epoch >= epochs) cli::cli_progress_done(id = bar)
    if (!is.null(picture)) picture$draw(losses, epochs)
  }
  # Python's loop lies between this call and nn_fit(), and an interrupt must not
  # leave it behind: FALSE asks the core to stop, and it returns what it has. The
  # bar is not left half drawn either: cli would stumble over it.
  function(...) {
    tryCatch({
      suspendInterrupts(report(...))
      # Where R looks for an interrupt that has come by now; a window needs a moment to be drawn.
      Sys.sleep(if (is.null(picture)) 0 else 0.002)
      TRUE
    }, interrupt = function(condition) FALSE)
  }
}

# However the training ended, the bar does not stay behind.
end_progress <- function(callback) {
  bar <- environment(callback)$bar
  if (!is.null(bar)) cli::cli_progress_done(id = bar)
}

# What was drawn while it trained becomes the picture of what came of it.
finish_progress <- function(callback, made) {
  picture <- environment(callback)$picture
  if (!is.null(picture)) picture$finish(made)
}

start_bar <- function(epochs) {
  cli::cli_progress_bar(
    total = epochs, .auto_close = FALSE, extra = list(label = ""),
    format = "{cli::pb_bar} {cli::pb_current}/{cli::pb_total} | {cli::pb_extra$label} | \\
      {cli::pb_eta} left"
  )
}

# -- the losses that were told --

seen_losses <- function() list(epoch = numeric(), train = numeric(), valid = numeric())

most_seen <- 512

# Where there are more than can be seen, every second is forgotten.
add_losses <- function(losses, epoch, train_loss, valid_loss) {
  losses <- Map(c, losses, list(epoch, train_loss, valid_loss %||% NA_real_))
  number <- length(losses$epoch)
  if (number <= most_seen) return(losses)
  lapply(losses, `[`, rev(seq(number, 1, by = -2)))
}

# Where losses fall by powers of ten, their axis has these.
falls_far <- function(values) {
  values <- values[is.finite(values)]
  length(values) > 1 && min(values) > 0 && max(values) > 100 * min(values)
}

sparkline <- function(losses, width = 12) {
  values <- if (all(is.na(losses$valid))) losses$train else losses$valid
  values <- values[is.finite(values)]
  if (length(values) < 2) return("")
  if (falls_far(values)) values <- log(values)
  at <- unique(round(seq(1, length(values), length.out = min(width, length(values)))))
  high <- values[at] - min(values[at])
  as.character(cli::spark_bar(if (any(high > 0)) high / max(high) else high))
}
