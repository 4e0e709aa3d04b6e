# The losses while a fit is trained, on the user's device. A frame with room for what is to come,
# into which each call draws a line further; a new one where that room is used up, so that a device
# which keeps its pages, as RStudio's does, gets a few of them, not ten a second.

# NULL: this session has no device on which somebody looks.
live_picture <- function() {
  if (!has_live_device()) {
    tell_no_picture("This session has no window for pictures: a bar shows how far it is.")
    return(NULL)
  }
  page <- NULL
  ended <- FALSE
  due <- 0
  # What goes wrong with the picture is no reason to lose the fit.
  attempt <- function(code) {
    before <- proc.time()[[3]]
    tryCatch(suppressWarnings(code), error = function(error) {
      ended <<- TRUE
      tell_no_picture("The picture of the losses ended, training goes on.", error)
    })
    # At most a fifth of the time goes into the picture.
    due <<- proc.time()[[3]] + 4 * (proc.time()[[3]] - before)
  }
  list(
    draw = function(losses, epochs) {
      ended <<- ended || is_closed(page)
      if (ended || proc.time()[[3]] < due) return(invisible())
      attempt(page <<- on_device_of(page, draw_further(page, losses, epochs)))
    },
    finish = function(made) {
      if (ended || is_closed(page)) return(invisible())
      attempt(on_device_of(page, draw_finished(page, made)))
    }
  )
}

# As R itself decides whether to ask before the next page: scripts write no Rplots.pdf, and a
# knitted page no figure of every frame.
has_live_device <- function() grDevices::dev.interactive(orNone = TRUE)

tell_no_picture <- function(what, error = NULL) {
  cli::cli_inform(
    c("!" = "{what}", "x" = if (!is.null(error)) "{conditionMessage(error)}"),
    class = c("nnfit_message_progress", "nnfit_message")
  )
}

is_closed <- function(page) !is.null(page) && !page$device %in% grDevices::dev.list()

# The user may have gone on to another device; and a device that asks before each page would
# stop the training.
on_device_of <- function(page, code) {
  before <- grDevices::dev.cur()
  if (!is.null(page) && page$device != before) {
    grDevices::dev.set(page$device)
    on.exit(grDevices::dev.set(before))
  }
  asks <- grDevices::devAskNewPage(FALSE)
  on.exit(grDevices::devAskNewPage(asks), add = TRUE, after = FALSE)
  grDevices::dev.hold()
  on.exit(grDevices::dev.flush(), add = TRUE, after = FALSE)
  code
}

# Gives the page as it is then: its device and place, its limits, the last that was drawn.
draw_further <- function(page, losses, epochs) {
  last <- lapply(losses, utils::tail, 1)
  if (is.null(page) || !holds_losses(page, last) || !identical(page$place, place_now())) {
    return(draw_live_frame(page, losses, epochs))
  }
  for (part in c(training = "train", validation = "valid")) {
    style <- part_styles[[c(train = "training", valid = "validation")[[part]]]]
    graphics::lines(
      c(page$last$epoch, last$epoch), c(page$last[[part]], last[[part]]), col = style$col, lwd = 2
    )
  }
  replace(page, "last", list(last))
}

draw_live_frame <- function(page, losses, epochs) {
  begin_again(page)
  limits <- live_limits(losses, epochs)
  table <- tibble::tibble(epoch = losses$epoch, train_loss = losses$train)
  if (!all(is.na(losses$valid))) table$valid_loss <- losses$valid
  # In narrow margins words lie on the picture beside it, from where they could not be taken again.
  words <- if (shares_page()) list(xlab = "", ylab = "")
  table <- new_picture(table, "nn_loss_table")
  do.call(draw_losses, c(
    list(table, xlim = limits$x, ylim = limits$y, log = limits$log), words
  ))
  c(limits, list(
    device = grDevices::dev.cur(), place = place_now(), last = lapply(losses, utils::tail, 1)
  ))
}

draw_finished <- function(page, made) {
  begin_again(page)
  values <- unlist(loss_table(made)[intersect(loss_columns, names(loss_table(made)))])
  plot(made, log = if (falls_far(values)) "y" else "")
}

loss_columns <- c("train_loss", "valid_loss")

place_now <- function() graphics::par(c("usr", "fig", "mfrow"))

# Room for twice the epochs, and for losses that fall on. On an axis from 0 there is room for them,
# but small ones are not seen to fall.
live_limits <- function(losses, epochs) {
  values <- c(losses$train, losses$valid)
  ends <- range(values[is.finite(values)])
  done <- max(losses$epoch)
  x <- c(0, min(max(epochs, done), 2^ceiling(log2(1.25 * done + 1))))
  if (falls_far(values)) return(list(x = x, y = c(ends[1] / 10, 1.5 * ends[2]), log = "y"))
  room <- max(diff(ends), 0.1 * abs(ends), .Machine$double.eps)
  least <- if (ends[1] >= 0) 0 else ends[1] - room
  list(x = x, y = c(least, ends[2] + 0.1 * room), log = "")
}

holds_losses <- function(page, last) {
  values <- c(last$train, last$valid)
  values <- values[is.finite(values)]
  small <- page$log == "" && page$y[1] == 0 && any(values < page$y[2] / 100)
  last$epoch <= page$x[2] && all(values >= page$y[1] & values <= page$y[2]) && !small
}

# Of layout() too.
shares_page <- function() !all(graphics::par("mfrow") == 1)

# In the place that the picture has, where it shares a page with others; else a new page.
begin_again <- function(page) {
  moved <- is.null(page) || !identical(page$place, place_now())
  if (moved || !shares_page()) return(invisible())
  corners <- function(to_user) to_user(c(0, 1), "nfc", "user")
  x <- corners(graphics::grconvertX)
  y <- corners(graphics::grconvertY)
  paper <- graphics::par("bg")
  if (paper == "transparent") paper <- "white"
  graphics::rect(x[1], y[1], x[2], y[2], col = paper, border = NA, xpd = NA)
  graphics::par(new = TRUE)
}
