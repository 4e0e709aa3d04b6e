# A page in headless Chromium, driven by real keys and clicks, through the pipe of its
# DevTools protocol: one JSON text a message, which ends with a zero byte. R knows no zero bytes,
# so `tr` makes lines of them.

chromium_path <- function() {
  found <- Sys.which(c("chromium", "chromium-browser", "google-chrome"))
  unname(c(found[nzchar(found)], "")[1])
}

skip_if_no_chromium <- function() {
  skip_on_cran()
  skip_on_os(c("windows", "mac"))
  skip_if_not_installed("processx")
  skip_if_not(nzchar(chromium_path()), "Chromium (apt-get install chromium)")
}

# A browser without a page.
start_browser <- function(.local_envir = parent.frame()) {
  folder <- withr::local_tempdir(.local_envir = .local_envir)
  flags <- c(
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-dev-shm-usage", "--disable-background-networking", "--remote-debugging-pipe",
    paste0("--user-data-dir=", folder)
  )
  line <- paste(
    "stdbuf -o0 tr '\\n' '\\0' |", shQuote(chromium_path()), paste(shQuote(flags), collapse = " "),
    "3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null | stdbuf -o0 tr '\\0' '\\n'"
  )
  process <- processx::process$new("sh", c("-c", line), stdin = "|", stdout = "|", stderr = NULL,
    cleanup_tree = TRUE)
  browser <- list(process = process, state = new.env())
  browser$state$number <- 0
  withr::defer(close_browser(browser), envir = .local_envir)
  browser
}

close_browser <- function(browser) {
  try(tell(browser, "Browser.close", .seconds = 5), silent = TRUE)
  browser$process$kill_tree()
}

# A page of it, open at `url`.
open_tab <- function(browser, url, width = 1280, height = 900, dark = FALSE, still = FALSE,
                     .local_envir = parent.frame()) {
  target <- tell(browser, "Target.createTarget", url = "about:blank")$targetId
  browser$session <- tell(browser, "Target.attachToTarget", targetId = target,
    flatten = TRUE)$sessionId
  withr::defer(
    try(tell(browser, "Target.closeTarget", targetId = target), silent = TRUE),
    envir = .local_envir
  )
  resize(browser, width, height)
  schemes <- list(
    list(name = "prefers-color-scheme", value = if (dark) "dark" else "light"),
    list(name = "prefers-reduced-motion", value = if (still) "reduce" else "no-preference")
  )
  tell(browser, "Emulation.setEmulatedMedia", features = schemes)
  tell(browser, "Page.navigate", url = url)
  tell(browser, "Page.bringToFront")
  browser
}

resize <- function(browser, width, height) {
  tell(browser, "Emulation.setDeviceMetricsOverride", width = width, height = height,
    deviceScaleFactor = 1, mobile = FALSE)
}

# Sends a command, and gives its answer.
tell <- function(browser, method, ..., .seconds = 30) {
  number <- browser$state$number <- browser$state$number + 1
  message <- list(id = number, method = method, params = list(...))
  if (!...length()) message$params <- NULL
  if (!is.null(browser$session)) message$sessionId <- browser$session
  text <- jsonlite::toJSON(message, auto_unbox = TRUE, null = "null", digits = NA)
  rest <- charToRaw(paste0(text, "\n"))
  while (length(rest)) rest <- browser$process$write_input(rest)
  answer <- answer_to(browser, number, Sys.time() + .seconds)
  if (!is.null(answer$error)) stop(method, ": ", answer$error$message)
  answer$result
}

answer_to <- function(browser, number, until) {
  while (Sys.time() < until) {
    browser$process$poll_io(200)
    for (line in browser$process$read_output_lines()) {
      if (!grepl(sprintf('^\\{"id":%d,', number), line)) next
      return(jsonlite::fromJSON(line, simplifyVector = FALSE))
    }
    if (!browser$process$is_alive()) stop("Chromium ended")
  }
  stop("Chromium gave no answer")
}

# What JavaScript gives, of plain values.
js <- function(browser, code) {
  answer <- tell(browser, "Runtime.evaluate", expression = code, returnByValue = TRUE,
    awaitPromise = TRUE)
  if (!is.null(answer$exceptionDetails)) stop(answer$exceptionDetails$exception$description)
  answer$result$value
}

# Waits until JavaScript gives true.
await_page <- function(browser, code, seconds = 20) {
  until <- Sys.time() + seconds
  while (Sys.time() < until) {
    if (isTRUE(js(browser, code))) return(TRUE)
    Sys.sleep(0.05)
  }
  stop("Not seen within ", seconds, " s: ", code)
}

# A click of the mouse in the middle of an element.
click <- function(browser, selector) {
  js(browser, sprintf("document.querySelector(%s).scrollIntoView({block: 'center'})",
    deparse(selector)))
  box <- js(browser, sprintf(
    "(() => { const b = document.querySelector(%s).getBoundingClientRect();
       return [b.x + b.width / 2, b.y + b.height / 2]; })()", deparse(selector)
  ))
  for (type in c("mousePressed", "mouseReleased")) {
    tell(browser, "Input.dispatchMouseEvent", type = type, x = box[[1]], y = box[[2]],
      button = "left", clickCount = 1)
  }
}

key_codes <- c(
  Tab = 9, Enter = 13, " " = 32, ArrowLeft = 37, ArrowUp = 38, ArrowRight = 39, ArrowDown = 40,
  Home = 36, End = 35, Backspace = 8
)

# Keys by their names, one after the other.
press <- function(browser, ...) {
  for (key in c(...)) {
    code <- key_codes[[key]]
    text <- c(Enter = "\r", " " = " ")[key]
    down <- list(type = "keyDown", key = key, code = if (key == " ") "Space" else key,
      windowsVirtualKeyCode = code)
    if (!is.na(text)) down$text <- unname(text)
    do.call(tell, c(list(browser, "Input.dispatchKeyEvent"), down))
    tell(browser, "Input.dispatchKeyEvent", type = "keyUp", key = key,
      windowsVirtualKeyCode = code)
  }
}

screenshot <- function(browser, file, whole = TRUE) {
  shot <- tell(browser, "Page.captureScreenshot", format = "png", captureBeyondViewport = whole)
  writeBin(jsonlite::base64_dec(shot$data), file)
}

# An app in a process of its own; gives its address.
serve_app <- function(make, .local_envir = parent.frame()) {
  skip_if_not_installed("callr")
  port <- httpuv::randomPort()
  source <- if (is_dev_package()) pkgload::pkg_path()
  environment(make) <- globalenv()
  process <- callr::r_bg(function(make, port, source) {
    if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
    shiny::runApp(make(), port = port, launch.browser = FALSE)
  }, list(make, port, source), stderr = "2>&1", stdout = tempfile())
  withr::defer(process$kill_tree(), envir = .local_envir)
  url <- paste0("http://127.0.0.1:", port)
  until <- Sys.time() + 60
  while (Sys.time() < until && process$is_alive()) {
    there <- tryCatch({
      suppressWarnings(close(url(url, "r")))
      TRUE
    }, error = function(error) FALSE)
    if (there) return(url)
    Sys.sleep(0.2)
  }
  stop("The app did not start: ", paste(readLines(process$get_output_file()), collapse = "\n"))
}
