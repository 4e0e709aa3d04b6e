test_that("what is asked of the network is found", {
  expect_length(asked_of_network('<script src="https://a.b/c.js"></script>'), 1)
  expect_length(asked_of_network("<link rel='stylesheet' href='//a.b/c.css'>"), 1)
  expect_length(asked_of_network('script.src  = "https://a.b/MathJax.js";'), 1)
  expect_length(asked_of_network("a { background: url(https://a.b/c.png) }"), 1)
  expect_length(asked_of_network('<a href="https://a.b">read</a> <img alt="x" src="c.png">'), 0)
})

test_that("a picture without words is found, in a page and in its source", {
  expect_length(without_words(c('<img src="a.png"', ' alt="">', '<img src="a.png" alt="a">')), 1)
  page <- withr::local_tempfile(lines = c(
    "```{r}", "# no plot(here)", "```", "```{r one}", "plot(1)", "```",
    "```{r, fig.alt = \"A point.\"}", "plot(1)", "```", "```{r, eval = FALSE}", "plot(1)", "```"
  ))
  expect_identical(pictures_without_words(page), "```{r one}")
})

test_that("every article has the look of all: its header names no options of its own", {
  skip_if_not_installed("rmarkdown")
  for (file in articles(source_root())) {
    format <- rmarkdown::yaml_front_matter(file)$output
    expect_identical(format, "rmarkdown::html_vignette", label = basename(file))
  }
})

test_that("every picture of an article has words", {
  for (file in articles(source_root())) {
    expect_identical(pictures_without_words(file), character(), label = basename(file))
  }
})

test_that("a page with mathematics and a table is whole without the network", {
  skip_if_not_installed("rmarkdown")
  skip_if_not_installed("DT")
  skip_if_not(rmarkdown::pandoc_available(), "pandoc")
  withr::local_options(rmarkdown.html_vignette.check_title = FALSE)
  folder <- withr::local_tempdir()
  look <- file.path(source_root(), "vignettes", c("_output.yml", "nnfit.css"))
  expect_true(all(file.copy(look, folder)))
  page <- file.path(folder, "page.Rmd")
  writeLines(c(
    "---", "title: A page", "output: rmarkdown::html_vignette", "---", "",
    "The loss is $\\sum_i (y_i - \\hat y_i)^2$.", "", "```{r}", "DT::datatable(head(cars))", "```"
  ), page)
  html <- readLines(rmarkdown::render(page, quiet = TRUE, envir = new.env()), warn = FALSE)
  expect_identical(asked_of_network(html), character())
  expect_true(any(grepl("<math", html, fixed = TRUE)))
  expect_true(any(grepl("prefers-color-scheme: dark", html, fixed = TRUE)))
  expect_true(any(grepl("<html lang=\"en-GB\"", html, fixed = TRUE)))
})

test_that("the pages that are installed have words for pictures and ask nothing of the network", {
  pages <- list.files(system.file("doc", package = "nnfit"), "[.]html$", full.names = TRUE)
  pages <- pages[basename(pages) != "index.html"]
  skip_if(!length(pages), "nnfit is installed without its pages")
  library <- dirname(system.file(package = "nnfit"))
  shown <- utils::vignette(package = "nnfit", lib.loc = library)$results[, "Item"]
  expect_setequal(shown, sub("[.]html$", "", basename(pages)))
  expect_true(all(c("get-started", "two-layer-network", "wrong-tool") %in% shown))
  for (page in pages) {
    html <- readLines(page, warn = FALSE, encoding = "UTF-8")
    expect_identical(asked_of_network(html), character(), label = basename(page))
    expect_identical(without_words(html), character(), label = basename(page))
  }
})

test_that("every colour of the pages can be read, light and dark", {
  expect_equal(contrast("#000000", "#ffffff"), 21)
  lines <- readLines(file.path(source_root(), "vignettes", "nnfit.css"))
  rows <- regmatches(lines, regexec("^ *--([a-z]+): (#[0-9a-f]{6});$", lines))
  rows <- do.call(rbind, Filter(length, rows))
  dark <- duplicated(rows[, 2])
  expect_setequal(rows[dark, 2], rows[!dark, 2])
  for (scheme in list(rows[!dark, ], rows[dark, ])) {
    colour <- stats::setNames(scheme[, 3], scheme[, 2])
    for (ink in setdiff(names(colour), c("paper", "panel", "edge"))) {
      for (ground in c("paper", "panel")) {
        expect_gte(contrast(colour[[ink]], colour[[ground]]), 4.5, label = paste(ink, "on", ground))
      }
    }
  }
})
