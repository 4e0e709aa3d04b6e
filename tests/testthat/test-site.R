# The site lists its pages by name: a new one must be put into its place.

listed <- function(root) {
  sub("^  - ", "", grep("^  - ", readLines(file.path(root, "_pkgdown.yml")), value = TRUE))
}

test_that("every article is on the site", {
  root <- source_root()
  articles <- list.files(file.path(root, "vignettes"), "[.]Rmd$")
  expect_identical(setdiff(sub("[.]Rmd$", "", articles), listed(root)), character())
})

test_that("every help page is on the site", {
  root <- source_root()
  pages <- list.files(file.path(root, "man"), "[.]Rd$", full.names = TRUE)
  internal <- vapply(pages, function(page) any(readLines(page) == "\\keyword{internal}"), NA)
  topics <- sub("[.]Rd$", "", basename(pages[!internal]))
  expect_identical(setdiff(topics, listed(root)), character())
})
