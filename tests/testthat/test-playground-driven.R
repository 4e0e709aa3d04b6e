# The page in headless Chromium, by real clicks and keys. NNFIT_AXE = the file axe.min.js of the
# npm package axe-core judges it for people who do not see it or use no mouse.

skip_if_no_torch()
skip_if_not_installed("shiny")
skip_if_no_chromium()

app <- serve_app(function() nn_playground(validation = 0.25), .local_envir = teardown_env())
chromium <- start_browser(.local_envir = teardown_env())

text <- function(browser, id) {
  trimws(js(browser, sprintf("document.getElementById('%s').textContent", id)))
}

# All pictures are there and nothing is on its way.
at_rest <- function(browser) {
  await_page(browser, paste(
    "document.querySelectorAll('.picture img').length === 4 &&",
    "document.querySelector('.recalculating') === null &&",
    "!document.documentElement.classList.contains('shiny-busy') &&",
    "document.getElementById('said').textContent !== ''"
  ))
}

open_page <- function(..., .local_envir = parent.frame()) {
  browser <- open_tab(chromium, app, ..., .local_envir = .local_envir)
  at_rest(browser)
  browser
}

# Until the text of an element matches.
await_text <- function(browser, id, pattern) {
  expect_true(await_page(browser, sprintf("/%s/.test(document.getElementById('%s').textContent)",
    pattern, id)))
}

# Tab until an element has the focus, as many times as it takes.
tab_to <- function(browser, id) {
  for (i in 1:60) {
    if (identical(js(browser, "document.activeElement.id"), id)) return(i)
    press(browser, "Tab")
  }
  stop("Tab does not reach ", id)
}

test_that("a slide, by its keys: curve, losses, units, words and code follow", {
  browser <- open_page()
  before <- js(browser, "[...document.querySelectorAll('.picture img')].map(i => i.src)")
  js(browser, "document.body.focus()")
  tab_to(browser, "units_1")
  expect_true(js(browser, "document.activeElement.matches(':focus-visible')"))
  press(browser, rep("ArrowRight", 4))
  await_text(browser, "code", "hidden_units = 8")
  at_rest(browser)
  after <- js(browser, "[...document.querySelectorAll('.picture img')].map(i => i.src)")
  expect_false(any(unlist(before) == unlist(after)))
  expect_identical(js(browser, "document.getElementById('units_1').getAttribute('aria-valuetext')"),
    "8")
  expect_match(js(browser, "document.querySelector('#curve img').alt"), "Scatter plot of 11 rows")
  press(browser, "Home")
  await_text(browser, "said", "the line is off by")
})

test_that("a select and a check box, by keys and by a click", {
  browser <- open_page()
  tab_to(browser, "activation")
  press(browser, "Home") # the first, celu
  await_text(browser, "code", "activation = \"celu\"")
  click(browser, "#scale")
  await_text(browser, "code", "scale = FALSE")
})

test_that("buttons: more epochs, other weights, from the start", {
  browser <- open_page()
  click(browser, "#more")
  await_text(browser, "said", "After 600 epochs")
  await_text(browser, "code", "update\\(fit, epochs = 100\\)")
  click(browser, "#again")
  await_text(browser, "said", "After 500 epochs")
  click(browser, "#weights")
  await_text(browser, "code", "seed = 2")
})

test_that("a lesson sets the controls and tells what is seen", {
  browser <- open_page()
  click(browser, "#lesson_diverges")
  await_text(browser, "said", "Training diverged")
  await_text(browser, "lesson", "Steps that are too long")
  expect_identical(js(browser, "document.getElementById('scale').checked"), FALSE)
  expect_identical(js(browser, "document.getElementById('learn_rate-value').textContent"), "0.001")
  panel <- "document.getElementById('noise').closest('[data-display-if]')"
  hidden <- sprintf("getComputedStyle(%s).display", panel)
  expect_identical(js(browser, hidden), "none")
  click(browser, "#lesson_even")
  await_text(browser, "code", "hidden_units = 14")
  expect_identical(js(browser, hidden), "block")
})

test_that("what is refused stands by its control, until it is mended", {
  browser <- open_page()
  tab_to(browser, "optimizer")
  press(browser, "Home", rep("ArrowDown", match("levenberg_marquardt", catalog("optimizer")$name)))
  await_text(browser, "code", "levenberg_marquardt")
  tab_to(browser, "learn_rate")
  press(browser, "ArrowRight")
  await_text(browser, "learn_rate-refused", "is not an option of")
  expect_identical(
    js(browser, "document.getElementById('learn_rate').getAttribute('aria-invalid')"), "true"
  )
  await_text(browser, "said", "^No fit: ")
  press(browser, "ArrowLeft")
  await_text(browser, "said", "After [0-9]+ epoch")
  expect_identical(js(browser, "document.getElementById('learn_rate-refused').hidden"), TRUE)
})

test_that("training is watched: pictures change, nothing is read out until its end", {
  browser <- open_page()
  js(browser, "window.spoken = 0;
    new MutationObserver(() => window.spoken++).observe(document.getElementById('said'),
      {childList: true, characterData: true, subtree: true});
    window.drawn = 0;
    new MutationObserver(() => window.drawn++).observe(document.getElementById('curve'),
      {attributes: true, attributeFilter: ['src'], childList: true, subtree: true}); 1")
  click(browser, "#watch")
  await_text(browser, "progress", "Training: epoch [0-9]+")
  expect_identical(text(browser, "watch"), "Stop")
  await_page(browser, "window.drawn > 5")
  expect_identical(js(browser, "window.spoken"), 0L)
  await_page(browser, "document.getElementById('progress').textContent === ''", 60)
  expect_identical(text(browser, "watch"), "Watch it train")
  await_text(browser, "said", "After 500 epochs")
})

test_that("who asks for less motion sees five frames", {
  browser <- open_page(still = TRUE)
  js(browser, "window.drawn = 0;
    new MutationObserver(() => window.drawn++).observe(document.getElementById('progress'),
      {childList: true, characterData: true, subtree: true}); 1")
  click(browser, "#watch")
  await_page(browser, "window.drawn > 0")
  await_page(browser, "document.getElementById('progress').textContent === ''", 60)
  expect_lte(js(browser, "window.drawn"), 7)
})

test_that("every control is reached by Tab, in the order of the page, and nothing else is", {
  browser <- open_page()
  ids <- character()
  for (i in 1:60) {
    press(browser, "Tab")
    id <- js(browser, "document.activeElement.id || document.activeElement.tagName")
    if (id %in% ids || id == "BODY") break
    ids <- c(ids, id)
  }
  made <- c("n", "noise", "data_seed") # not of the thermometer
  expect_setequal(ids, c(
    paste0("lesson_", names(playground_lessons)), "weights", "more", "again", "watch",
    setdiff(names(start_settings()), made), "copy", "PRE"
  ))
})

# To be looked at, in light and in dark.
keep_shots <- function(width) {
  for (dark in c(FALSE, TRUE)) {
    browser <- open_page(width = width, dark = dark)
    click(browser, "#lesson_overfit")
    await_text(browser, "code", "32, 32")
    at_rest(browser)
    js(browser, "window.scrollTo(0, 0)")
    file <- sprintf("playground-%s-%s.png", width, if (dark) "dark" else "light")
    screenshot(browser, file.path(Sys.getenv("NNFIT_SHOTS"), file))
  }
}

test_that("the page fits phones and desks, without scrolling to the side", {
  browser <- open_page()
  for (width in c(390, 1280)) {
    resize(browser, width, 844)
    expect_lte(js(browser, "document.documentElement.scrollWidth"), width)
    if (nzchar(Sys.getenv("NNFIT_SHOTS"))) keep_shots(width)
  }
})

test_that("the code is copied", {
  browser <- open_page()
  tell(browser, "Browser.grantPermissions",
    permissions = list("clipboardReadWrite", "clipboardSanitizedWrite"))
  click(browser, "#copy")
  await_text(browser, "copied", "Copied")
  expect_identical(js(browser, "navigator.clipboard.readText()"), text(browser, "code"))
})

test_that("a page whose R has ended says so", {
  browser <- open_page()
  js(browser, "Shiny.shinyapp.$socket.close()")
  await_text(browser, "ended", "has ended")
})

test_that("axe finds nothing, in light and in dark", {
  axe <- Sys.getenv("NNFIT_AXE")
  skip_if_not(file.exists(axe), "NNFIT_AXE, the file axe.min.js of axe-core (make browser)")
  code <- paste(readLines(axe, warn = FALSE, encoding = "UTF-8"), collapse = "\n")
  for (dark in c(FALSE, TRUE)) {
    browser <- open_page(dark = dark)
    js(browser, code)
    seen <- c(overfit = "9 held out", diverges = "^Training diverged")
    for (lesson in names(seen)) {
      click(browser, paste0("#lesson_", lesson))
      await_text(browser, "said", seen[[lesson]])
      at_rest(browser)
      found <- js(browser, paste(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target)",
        ".join(', ')))"
      ))
      expect_identical(unlist(found), NULL)
    }
  }
})
