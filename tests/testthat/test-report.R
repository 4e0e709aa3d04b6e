skip_if_no_torch()
skip_if_not_installed("htmltools")

usual <- c("asked", "data", "training", "quality", "importance", "effects", "diagnosis", "again")

test_that("a page has its parts, of each kind of fit those that belong to it", {
  expect_parts <- function(fit, more = character()) {
    page <- page_of(fit)
    expect_setequal(parts_of_page(page), c(usual, more))
    expect_identical(reasons_of(page), character())
  }
  expect_parts(nn_fit(mpg ~ wt + hp, mtcars), "coefficients")
  expect_parts(nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 9, validation = 0.2, seed = 1))
  species <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 9, seed = 1)
  expect_parts(species, "calibration")
  expect_parts(
    nn_fit(factor(am) ~ wt, mtcars, hidden_units = 3, epochs = 9, seed = 1), "calibration"
  )
  expect_parts(nn_fit(breaks ~ wool, warpbreaks, loss = "poisson_nll"), "coefficients")
  expect_parts(nn_fit(cbind(mpg, wt) ~ hp, mtcars, hidden_units = 2, epochs = 9, seed = 1))
  expect_parts(nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg), "coefficients")
  expect_parts(nn_fit(mpg ~ wt, mtcars, bootstrap = 5, seed = 1), "coefficients")
})

test_that("a fit without its rows has the other parts, and says why these are not there", {
  own <- mtcars
  fit <- nn_fit(mpg ~ wt, own, hidden_units = 2, epochs = 5, seed = 1)
  own$wt <- own$wt + 1
  changed <- page_of(fit)
  expect_setequal(parts_of_page(changed), usual)
  expect_match(reasons_of(changed), "do not give the rows of the fit any more: give those as data")
  rm(own)
  gone <- page_of(fit)
  expect_match(reasons_of(gone), "not at hand: give them as data")
  given <- page_of(fit, data = mtcars)
  expect_identical(reasons_of(given), character())
  other <- page_of(fit, data = mtcars[1:9, ])
  expect_no_match(part_text(other, "data"), "other rows than those of the fit") # not known

  path <- withr::local_tempfile(fileext = ".safetensors")
  nn_save(fit, path)
  expect_setequal(parts_of_page(page_of(nn_load(path))), usual)
})

test_that("a module that is not at hand takes only what needs it", {
  X <- as.matrix(mtcars[2:4])
  module <- torch$nn$Linear(3L, 1L)
  fit <- nn_fit(X, mtcars$mpg, model = module, epochs = 3, seed = 1)
  expect_identical(reasons_of(page_of(fit)), character())
  fit$module_key <- "another session's"
  expect_match(reasons_of(page_of(fit)), "needs the torch module", all = FALSE)
  expect_identical(reasons_of(page_of(fit, model = module)), character())
})

test_that("the page loads nothing, runs nothing, and has a language and one title", {
  page <- page_of(nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 5, seed = 1))
  expect_false(grepl("<script|<link|<iframe|<object|@import|url\\(", page))
  sources <- regmatches(page, gregexpr("(src|href)=\"[^\"]{0,30}", page))[[1]]
  expect_true(all(grepl("^(src=\"data:image/png;base64,|href=\"#)", sources)))
  expect_false(grepl("https?:", page))
  expect_match(page, "^<!DOCTYPE html>\n<html lang=\"en\">")
  expect_identical(lengths(gregexpr("<h1>", page)), 1L)
  expect_match(page, "<title>A neural network for Species</title>", fixed = TRUE)
  expect_false(grepl("<img[^>]*alt=\"\"|<img(?![^>]*alt=)", page, perl = TRUE))
  expect_false(grepl("<th>", page, fixed = TRUE)) # each has its scope
})

test_that("what comes from data, call and title is text, whatever it looks like", {
  bad <- "<img src=x onerror=alert(1)>"
  d <- data.frame(x = c(1:29, 40), g = rep(c("</style><b>", "\u4e2d\u00e9", "\"'&"), 10))
  names(d)[1] <- "<script>a</script>"
  d$y <- factor(rep(c(bad, "fine"), 15))
  fit <- nn_fit(y ~ ., d, hidden_units = 2, epochs = 5, seed = 1)
  page <- page_of(fit, title = "<b>It's</b> & \u00e9")
  expect_match(page, "<title>&lt;b&gt;It's&lt;/b&gt; &amp; \u00e9</title>", fixed = TRUE)
  expect_false(grepl("<script|<img src=x|<b>", page))
  expect_identical(lengths(gregexpr("</style>", page, fixed = TRUE)), 1L)
  expect_match(part_text(page, "data"), "<script>a</script>", fixed = TRUE)
  expect_match(part_text(page, "data"), "\u4e2d\u00e9: 10", fixed = TRUE)
})

test_that("a file is replaced as a whole, or is as it was", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  folder <- withr::local_tempdir()
  file <- file.path(folder, "a page.html")
  writeLines("before", file)
  local({
    local_stand_in("report_facts", function(...) stop("no facts"))
    expect_error(nn_report(fit, file, open = FALSE), "no facts")
  })
  expect_identical(readLines(file), "before")
  shown <- withVisible(nn_report(fit, file, open = FALSE))
  expect_identical(shown, list(value = file, visible = FALSE))
  expect_match(readLines(file)[1], "DOCTYPE")
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE), "a page.html")
})

test_that("what the session has is as it was: devices, random numbers, options", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 5, seed = 1)
  devices <- grDevices::dev.list()
  set.seed(1)
  seed <- .Random.seed
  options <- options()
  page_of(fit)
  expect_identical(grDevices::dev.list(), devices)
  expect_identical(.Random.seed, seed)
  expect_identical(options(), options)
  grDevices::pdf(NULL)
  first <- grDevices::dev.cur()
  withr::defer(grDevices::dev.off(first))
  grDevices::pdf(NULL)
  second <- grDevices::dev.cur()
  withr::defer(grDevices::dev.off(second), priority = "first")
  grDevices::dev.set(first)
  graphics::par(mfrow = c(2, 2))
  page_of(fit)
  expect_identical(grDevices::dev.cur(), first)
  expect_identical(graphics::par("mfrow"), c(2L, 2L))
})

test_that("what is wrong is refused by its name", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused <- function(...) expect_error(nn_report(...), class = "nnfit_error_argument")
  file <- withr::local_tempfile(fileext = ".html")
  expect_match(conditionMessage(refused(lm(mpg ~ wt, mtcars), file)), "`fit` must be a fit")
  expect_match(conditionMessage(refused(file = file)), "`fit`")
  expect_match(conditionMessage(refused(fit)), "`file`")
  for (wrong in list("a.pdf", "nowhere/a.html", tempdir(), NA_character_, 1, c("a.html", "b"))) {
    expect_match(conditionMessage(refused(fit, wrong)), "`file` must be the name of a file")
  }
  expect_match(conditionMessage(refused(fit, file, title = "")), "`title` must be one text")
  expect_match(conditionMessage(refused(fit, file, title = 1)), "`title` must be one text")
  expect_match(conditionMessage(refused(fit, file, open = NA)), "`open` must be")
  expect_match(conditionMessage(refused(fit, file, data = 1)), "`data` must be the data")
  expect_error(nn_report(fit, file, name = 1), class = "nnfit_error")
  expect_false(file.exists(file))
})

test_that("a folder that can not be written to is told as such", {
  skip_on_os("windows")
  skip_if(Sys.info()[["user"]] == "root") # may write anywhere
  folder <- withr::local_tempdir()
  Sys.chmod(folder, "555")
  expect_error(
    nn_report(nn_fit(mpg ~ wt, mtcars), file.path(folder, "a.html"), open = FALSE),
    class = "nnfit_error_file", "`file` can not be written"
  )
})

test_that("htmltools that is not there is asked for", {
  expect_error(need_htmltools(NULL, function(...) FALSE), class = "nnfit_error_argument",
    "needs the package htmltools")
})

test_that("a browser gets an address that it can read", {
  folder <- withr::local_tempdir()
  file <- file.path(folder, "a b.html")
  writeLines("", file)
  expect_match(page_address(file), "^file:///.*a%20b[.]html$")
})

test_that("in a browser nothing is wider than the screen, light and dark", {
  skip_if_no_chromium()
  folder <- withr::local_tempdir()
  file <- file.path(folder, "page.html")
  names <- c(strrep("a", 60), "b", "c", "d")
  d <- stats::setNames(iris[1:4], names)
  d$Species <- iris$Species
  fit <- nn_fit(Species ~ ., d, hidden_units = 3, epochs = 5, validation = 0.2, seed = 1)
  nn_report(fit, file, open = FALSE)
  browser <- start_browser()
  for (width in c(390, 1280)) {
    page <- open_tab(browser, page_address(file), width = width, dark = width == 390)
    await_page(page, "document.readyState === 'complete' && document.images.length > 2")
    expect_lte(js(page, "document.documentElement.scrollWidth"), width)
    expect_true(js(page, "[...document.images].every(i => i.naturalWidth > 0 && i.alt)"))
    expect_identical(js(page, "performance.getEntriesByType('resource')
      .filter(e => !e.name.startsWith('data:')).length"), 0L)
  }
  # On a narrow screen words are not smaller than can be read.
  expect_true(js(page, "[...document.querySelectorAll('td, p, li')]
    .every(e => parseFloat(getComputedStyle(e).fontSize) >= 14)"))
})
