# The text and the code of the pages, whatever they look like.

# The lines of a page that say a number, without code, links and headers.
with_numbers <- function(page) {
  lines <- readLines(page, encoding = "UTF-8")[-1]
  lines <- lines[-seq_len(match("---", lines))]
  fences <- grepl("^```", lines)
  lines <- lines[!fences & cumsum(fences) %% 2 == 0]
  lines <- gsub("`[^`]*`", "", lines)
  lines <- gsub("\\]\\([^)]*\\)", "]", lines)
  grep("[0-9]", lines, value = TRUE)
}

# Where Python has no torch a page shows its code only, and whether it has is found out by code of
# the page. To make a script of a page runs none of that code.
test_that("every page can be made a script", {
  skip_if_not_installed("knitr")
  for (page in articles(source_root())) {
    script <- withr::local_tempfile(fileext = ".R")
    said <- capture.output(
      made <- knitr::purl(page, script, quiet = TRUE, envir = new.env(parent = baseenv())),
      type = "message"
    )
    expect_identical(said, character(), label = basename(page))
    expect_gt(length(parse(made)), 0)
  }
})

# What is typed as a number in the text around the code can not follow when the code changes. Each
# of these has a test (test-seed-*.R): whoever changes one changes that too.
test_that("numbers in the text of the pages that follow the documents are those tested", {
  of_documents <- c(
    "from-lm-to-a-network", "from-lm-to-a-network-2", "descent", "one-neuron-at-a-time",
    "two-layer-network", "nn-optim-modules", "losses", "wrong-tool"
  )
  said <- lapply(of_documents, function(page) {
    c(paste("#", page), with_numbers(file.path(source_root(), "vignettes", paste0(page, ".Rmd"))))
  })
  expect_as_written(unlist(said), "page-numbers")
})

test_that("without Python's torch every page shows its code, and says so", {
  skip_on_cran()
  skip_if_not_installed("knitr")
  python <- python_without_torch()
  withr::local_envvar(RETICULATE_PYTHON = python)
  knitted <- in_new_session(function(pages) {
    folder <- tempfile()
    dir.create(folder)
    old <- setwd(folder)
    on.exit(setwd(old))
    # As html_vignette() has it: an error ends the page.
    knitr::opts_chunk$set(error = FALSE)
    vapply(pages, function(page) {
      made <- knitr::knit(page, basename(page), quiet = TRUE, envir = new.env())
      paste(readLines(made, encoding = "UTF-8"), collapse = "\n")
    }, "")
  }, list(normalizePath(articles(source_root()))))
  expect_length(knitted, length(articles(source_root())))
  for (text in knitted) expect_match(text, "knitted without Python's torch", fixed = TRUE)
})
