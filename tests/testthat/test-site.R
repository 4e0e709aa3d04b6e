# The pages: how they look, what they ask for, and that a new one is put into its place.

listed <- function(root) {
  sub("^  - ", "", grep("^  - ", readLines(file.path(root, "_pkgdown.yml")), value = TRUE))
}

articles <- function(root) list.files(file.path(root, "vignettes"), "[.]Rmd$", full.names = TRUE)

# What a page would load from elsewhere by itself; a link that a reader may follow is none of that.
asked_of_network <- function(html) {
  html <- paste(html, collapse = "\n")
  patterns <- c(
    "<(?:script|img|iframe|video|audio|source)[^>]*\\ssrc=[\"']?(?:https?:)?//[^\"'>]*",
    "<link[^>]*\\shref=[\"']?(?:https?:)?//[^\"'>]*",
    "\\.src\\s*=\\s*[\"'](?:https?:)?//[^\"']*",
    "@import\\s[^;]*//[^;]*", "url\\([\"']?(?:https?:)?//[^)]*"
  )
  unlist(lapply(patterns, function(p) regmatches(html, gregexpr(p, html, perl = TRUE))[[1]]))
}

without_words <- function(html) {
  images <- unlist(regmatches(html, gregexpr("<img[^>]*>", html)))
  sub("base64,[^\"]*", "", images[!grepl("\\salt=\"[^\"]+\"", images)])
}

# The chunks of a page that draw, as a reader of its source sees it.
drawing <- "(^|[^[:alnum:]_.])(plot|autoplot|matplot|barplot|hist|curve|contour|image|boxplot|pairs)[(]"
pictures_without_words <- function(file) {
  lines <- readLines(file, encoding = "UTF-8")
  starts <- grep("^```[{]r", lines)
  ends <- vapply(starts, function(i) i + match(TRUE, grepl("^```\\s*$", lines[-seq_len(i)])), 0)
  draws <- mapply(function(i, j) any(grepl(drawing, sub("#.*", "", lines[seq(i + 1, j)]))), starts, ends)
  head <- lines[starts]
  mute <- !grepl("fig[.]alt", head) & !grepl("eval = FALSE|include = FALSE", head)
  lines[starts[draws & mute]]
}

test_that("what is asked of the network is found", {
  expect_length(asked_of_network('<script src="https://a.b/c.js"></script>'), 1)
  expect_length(asked_of_network("<link rel='stylesheet' href='//a.b/c.css'>"), 1)
  expect_length(asked_of_network('script.src  = "https://a.b/MathJax.js";'), 1)
  expect_length(asked_of_network("a { background: url(https://a.b/c.png) }"), 1)
  expect_length(asked_of_network('<a href="https://a.b">read</a> <img alt="x" src="c.png">'), 0)
})

test_that("every article is on the site", {
  root <- source_root()
  expect_identical(setdiff(sub("[.]Rmd$", "", basename(articles(root))), listed(root)), character())
})

test_that("every help page is on the site", {
  root <- source_root()
  pages <- list.files(file.path(root, "man"), "[.]Rd$", full.names = TRUE)
  internal <- vapply(pages, function(page) any(readLines(page) == "\\keyword{internal}"), NA)
  topics <- sub("[.]Rd$", "", basename(pages[!internal]))
  expect_identical(setdiff(topics, listed(root)), character())
})

test_that("the reference is in the order of a user's work, each part with a sentence", {
  skip_if_not_installed("rmarkdown")
  file <- withr::local_tempfile(lines = c("---", readLines(file.path(source_root(), "_pkgdown.yml")), "---"))
  site <- rmarkdown::yaml_front_matter(file)
  expect_identical(vapply(site$reference, `[[`, "", "title"), c(
    "Fit", "Look", "Compare", "Conclude", "Predict", "Keep and share", "PyTorch and its tensors",
    "Install", "Data"
  ))
  sentences <- vapply(c(site$reference, site$articles), function(part) part$desc, "")
  expect_match(sentences, "^[A-Z].*[.]$")
})

test_that("every article has the look of all: its header names no options of its own", {
  for (file in articles(source_root())) {
    expect_identical(rmarkdown::yaml_front_matter(file)$output, "rmarkdown::html_vignette", label = file)
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

test_that("the site loads nothing from elsewhere", {
  root <- source_root()
  ours <- c(
    list.files(file.path(root, "pkgdown"), full.names = TRUE, recursive = TRUE),
    file.path(root, "vignettes", "nnfit.css")
  )
  expect_gte(length(ours), 4)
  for (file in ours) expect_identical(asked_of_network(readLines(file)), character(), label = file)
})

test_that("the pages that are installed have words for pictures and ask the network for nothing", {
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

# WCAG 2.2's contrast of two colours: (lighter + 0.05) / (darker + 0.05), of relative luminances.
contrast <- function(one, other) {
  luminance <- function(colour) {
    s <- grDevices::col2rgb(colour)[, 1] / 255
    linear <- ifelse(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055)^2.4)
    sum(c(0.2126, 0.7152, 0.0722) * linear)
  }
  both <- sort(c(luminance(one), luminance(other))) + 0.05
  both[[2]] / both[[1]]
}

test_that("every colour of the pages can be read, light and dark", {
  expect_equal(contrast("#000000", "#ffffff"), 21)
  lines <- readLines(file.path(source_root(), "vignettes", "nnfit.css"))
  rows <- regmatches(lines, regexec("^ *--([a-z]+): (#[0-9a-f]{6});$", lines))
  rows <- do.call(rbind, Filter(length, rows))
  dark <- duplicated(rows[, 2])
  expect_setequal(rows[dark, 2], rows[!dark, 2])
  for (scheme in list(rows[!dark, ], rows[dark, ])) {
    colour <- stats::setNames(scheme[, 3], scheme[, 2])
    inks <- setdiff(names(colour), c("paper", "panel", "edge"))
    for (ink in inks) for (ground in c("paper", "panel")) {
      expect_gte(contrast(colour[[ink]], colour[[ground]]), 4.5, label = paste(ink, "on", ground))
    }
  }
})

test_that("the names that wait for a publisher stand where CONTRIBUTING.md says", {
  root <- source_root()
  description <- read.dcf(file.path(root, "DESCRIPTION"))[1, ]
  guide <- paste(readLines(file.path(root, "CONTRIBUTING.md")), collapse = "\n")
  section <- sub("\n## .*", "", sub(".*## Before it is published\n", "", guide))
  for (name in c("DESCRIPTION", "LICENSE", "python/pyproject.toml", "make readme", "make document")) {
    expect_match(section, name, fixed = TRUE)
  }
  expect_match(description[["URL"]], "example.org", fixed = TRUE)
  holder <- eval(parse(text = description[["Authors@R"]]))
  who <- format(holder, include = c("given", "family"))
  for (file in c("LICENSE", file.path("python", "pyproject.toml"))) {
    expect_match(readLines(file.path(root, file)), who, fixed = TRUE, all = FALSE)
  }
  sources <- list.files(
    file.path(root, c("R", "tools", "pkgdown", "vignettes", "python")),
    "[.](R|sh|py|Rmd|html|js|css|toml|md)$", recursive = TRUE, full.names = TRUE
  )
  waiting <- vapply(sources, function(file) any(grepl("example[.]org", readLines(file, warn = FALSE))), NA)
  expect_identical(sources[waiting], character())
})

test_that("README.md is what README.Rmd makes of DESCRIPTION", {
  root <- source_root()
  readme <- readLines(file.path(root, "README.md"))
  description <- read.dcf(file.path(root, "DESCRIPTION"))[1, ]
  imports <- trimws(gsub("[(][^)]*[)]", "", strsplit(description[["Imports"]], ",")[[1]]))
  imports <- setdiff(imports, rownames(utils::installed.packages(priority = "base")))
  install <- grep("install.packages", readme, fixed = TRUE, value = TRUE)
  expect_setequal(regmatches(install, gregexpr("(?<=\")[A-Za-z.]+(?=\")", install, perl = TRUE))[[1]], imports)
  expect_match(readme, sprintf("remotes::install_git(\"%s\"", description[["URL"]]), fixed = TRUE, all = FALSE)
  pages <- regmatches(readme, regexpr("(?<=vignette\\(\")[a-z-]+", readme, perl = TRUE))
  expect_gte(length(pages), 5)
  expect_identical(setdiff(pages, sub("[.]Rmd$", "", basename(articles(root)))), character())
  pictures <- regmatches(readme, regexpr("(?<=src=\")[^\"]+", readme, perl = TRUE))
  expect_true(length(pictures) > 0 && all(file.exists(file.path(root, pictures))))
  expect_identical(without_words(readme), character())
})
