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
  code <- withr::local_tempfile(fileext = ".R")
  article <- file.path(source_root(), "vignettes", paste0(name, ".Rmd"))
  options <- list2env(list(ready = TRUE)) # that chunks are run
  knitr::purl(article, code, documentation = 0, quiet = TRUE, envir = options)
  page <- new.env(parent = globalenv())
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  withr::local_options(digits = 7) # an article sets its own
  withr::local_preserve_seed()
  utils::capture.output(suppressMessages(sys.source(code, page)))
  page
}
