# The callback by which Python shows how far it is; the core calls it by the clock.

progress_callback <- function() {
  bar <- NULL
  report <- function(epoch, epochs, train_loss, valid_loss) {
    if (is.null(bar)) bar <<- start_bar(epochs)
    label <- paste("loss", signif(valid_loss %||% train_loss, 3))
    cli::cli_progress_update(set = epoch, extra = list(label = label), id = bar)
    if (epoch >= epochs) cli::cli_progress_done(id = bar)
  }
  # Python's loop lies between this call and nn_fit(), and an interrupt must not
  # leave it behind: FALSE asks the core to stop, and it returns what it has. The
  # bar is not left half drawn either: cli would stumble over it.
  function(...) {
    tryCatch({
      suspendInterrupts(report(...))
      Sys.sleep(0) # where R looks for an interrupt that has come by now
      TRUE
    }, interrupt = function(condition) FALSE)
  }
}

# However the training ended, the bar does not stay behind.
end_progress <- function(callback) {
  bar <- environment(callback)$bar
  if (!is.null(bar)) cli::cli_progress_done(id = bar)
}

start_bar <- function(epochs) {
  cli::cli_progress_bar(
    total = epochs, .auto_close = FALSE, extra = list(label = ""),
    format = "{cli::pb_bar} {cli::pb_current}/{cli::pb_total} | {cli::pb_extra$label} | \\
      {cli::pb_eta} left"
  )
}
