# Pictures of the page: drawn by the package's own plots on a device of their own, twice as fine as
# they are shown, without paper behind them, so that the page turns them light on dark.

picture_size <- list(
  one = c(480, 340), tall = c(480, 400), wide = c(800, 420), many = c(800, 620)
)

# `draw`: a function. `alt`: what the picture shows, in words.
report_picture <- function(draw, alt, size = "one") {
  wide <- size %in% c("wide", "many")
  size <- picture_size[[size]]
  drawn <- tryCatch(suppressWarnings(drawn_png(draw, size)), error = report_failure)
  if (!is.raw(drawn)) return(drawn)
  bytes <- jsonlite::base64_enc(drawn)
  htmltools::tags$figure(
    class = if (wide) "wide", tabindex = if (wide) "0", style = paste0("--wide:", size[1], "px"),
    htmltools::tags$img(
      src = paste0("data:image/png;base64,", gsub("\\s", "", bytes)),
      alt = gsub("\\s+", " ", alt),
      width = size[1], height = size[2]
    )
  )
}

# The user's device is the one in use afterwards, and a device that was not open is not opened.
drawn_png <- function(draw, size) {
  file <- tempfile(fileext = ".png")
  on.exit(unlink(file))
  before <- grDevices::dev.cur()
  open_png(file, size)
  mine <- grDevices::dev.cur()
  tryCatch({
    graphics::par(mar = c(3.9, 4.4, 3, 0.7), mgp = c(2.9, 0.7, 0), bg = NA)
    draw()
  }, finally = {
    if (mine %in% grDevices::dev.list()) grDevices::dev.off(mine)
    if (before > 1) grDevices::dev.set(before)
  })
  readBin(file, "raw", file.size(file))
}

open_png <- function(file, size) {
  arguments <- list(
    file, width = 2 * size[1], height = 2 * size[2], res = 144, bg = "transparent",
    # Of many panels each has smaller letters.
    pointsize = if (identical(size, picture_size$many)) 15 else 12
  )
  # Without a screen the usual type of a Linux machine has none to draw on.
  if (capabilities("cairo")) arguments$type <- "cairo"
  do.call(grDevices::png, arguments)
}

# As many panels as a picture of one or several outcomes has.
panels_of <- function(number) c("one", "wide", "many")[findInterval(number, c(1, 2, 7))]
