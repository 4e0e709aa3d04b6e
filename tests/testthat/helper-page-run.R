# The code of an article, run from its first line to its last as R CMD check would run it, so
# that what the article says in words can be tested on the very numbers that it shows. An
# article runs once for all of its tests.

pages_run <- new.env()

page_environment <- function(name) {
  skip_if_no_torch()
  skip_if_not_installed("knitr")
  if (is.null(pages_run[[name]])) pages_run[[name]] <- run_page(name)
  pages_run[[name]]
}

run_page <- function(name) {
  page <- new.env(parent = globalenv())
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  withr::local_options(digits = 7) # an article sets its own
  withr::local_preserve_seed()
  for (chunk in page_chunks(name)) {
    may_fail <- grepl("error = TRUE", chunk[1], fixed = TRUE)
    for (expression in parse(text = chunk)) run_expression(expression, page, may_fail)
  }
  page
}

# Lines of code, from a line that has the chunk's options on.
page_chunks <- function(name) {
  code <- withr::local_tempfile(fileext = ".R")
  article <- file.path(source_root(), "vignettes", paste0(name, ".Rmd"))
  options <- list2env(list(ready = TRUE)) # that chunks are run
  knitr::purl(article, code, documentation = 1, quiet = TRUE, envir = options)
  lines <- readLines(code)
  split(lines, cumsum(startsWith(lines, "## ----")))
}

run_expression <- function(expression, page, may_fail) {
  # As knitr does, what is visible is printed.
  run <- function() {
    value <- withVisible(suppressMessages(eval(expression, page)))
    if (value$visible) print(value$value)
  }
  utils::capture.output(if (may_fail) try(run(), silent = TRUE) else run())
}
