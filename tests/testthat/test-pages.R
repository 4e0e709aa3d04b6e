# The pages of the web site, which are the vignettes: what holds for all of them.

pages <- function() {
  list.files(file.path(source_root(), "vignettes"), "[.]Rmd$", full.names = TRUE)
}

# Where Python has no torch a page shows its code only, and whether it has is found out by code of
# the page. To make a script of a page runs none of that code.
test_that("every page can be made a script", {
  skip_if_not_installed("knitr")
  for (page in pages()) {
    script <- withr::local_tempfile(fileext = ".R")
    said <- capture.output(
      made <- knitr::purl(page, script, quiet = TRUE, envir = new.env(parent = baseenv())),
      type = "message"
    )
    expect_identical(said, character(), label = basename(page))
    expect_gt(length(parse(made)), 0)
  }
})
