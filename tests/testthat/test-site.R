# The site lists its pages by name: a new one must be put into its place.

listed <- function(root) {
  sub("^  - ", "", grep("^  - ", readLines(file.path(root, "_pkgdown.yml")), value = TRUE))
}

test_that("every article is on the site", {
  root <- source_root()
  expect_identical(setdiff(page_names(root), listed(root)), character())
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
  lines <- readLines(file.path(source_root(), "_pkgdown.yml"))
  site <- rmarkdown::yaml_front_matter(withr::local_tempfile(lines = c("---", lines, "---")))
  expect_identical(vapply(site$reference, `[[`, "", "title"), c(
    "Fit", "Look", "Compare", "Conclude", "Predict", "Keep and share", "PyTorch and its tensors",
    "Install", "Data"
  ))
  sentences <- vapply(c(site$reference, site$articles), function(part) part$desc, "")
  expect_match(sentences, "^[A-Z].*[.]$")
})

test_that("the site loads nothing from elsewhere", {
  root <- source_root()
  ours <- list.files(file.path(root, "pkgdown"), full.names = TRUE, recursive = TRUE)
  expect_gte(length(ours), 3)
  for (file in ours) {
    expect_identical(asked_of_network(readLines(file)), character(), label = file)
  }
  settings <- readLines(file.path(root, "_pkgdown.yml"))
  expect_true(any(grepl("default_assets: false", settings, fixed = TRUE)))
})
