# What a reader sees first, and the names in it that wait for whoever publishes the package.

description <- function() read.dcf(file.path(source_root(), "DESCRIPTION"))[1, ]

test_that("the names that wait for a publisher stand where CONTRIBUTING.md says", {
  root <- source_root()
  guide <- paste(readLines(file.path(root, "CONTRIBUTING.md")), collapse = "\n")
  section <- sub("\n## .*", "", sub(".*## Before it is published\n", "", guide))
  places <- c(
    "DESCRIPTION", "LICENSE", "python/LICENSE", "python/pyproject.toml", "make readme",
    "make document"
  )
  for (place in places) expect_match(section, place, fixed = TRUE)
  expect_match(description()[["URL"]], "example.org", fixed = TRUE)
  maintainer <- eval(parse(text = description()[["Authors@R"]]))
  who <- format(maintainer, include = c("given", "family"))
  for (file in c("LICENSE", file.path("python", c("LICENSE", "pyproject.toml")))) {
    expect_match(readLines(file.path(root, file)), who, fixed = TRUE, all = FALSE)
  }
})

test_that("example.org stands nowhere else but in python/pyproject.toml", {
  folders <- file.path(source_root(), c("R", "inst", "tools", "pkgdown", "vignettes", "python"))
  files <- list.files(folders, recursive = TRUE, full.names = TRUE)
  # python/tests is a link to the tests of both languages.
  files <- files[!grepl("__pycache__|[.]pyc$|/python/tests/|_cache/", files)]
  waits <- function(file) {
    any(grepl("example[.]org", readLines(file, warn = FALSE), useBytes = TRUE))
  }
  expect_gt(length(files), 100)
  expect_identical(basename(files[vapply(files, waits, NA)]), "pyproject.toml")
  project <- readLines(file.path(source_root(), "python", "pyproject.toml"))
  expect_match(project, paste0("\"", description()[["URL"]], "\""), fixed = TRUE, all = FALSE)
})

test_that("README.md is what README.Rmd makes of DESCRIPTION", {
  root <- source_root()
  readme <- readLines(file.path(root, "README.md"))
  expect_match(readme, "^ *R CMD INSTALL [.]$", all = FALSE)
  url <- sprintf("remotes::install_git(\"%s\"", description()[["URL"]])
  expect_match(readme, url, fixed = TRUE, all = FALSE)

  imports <- gsub("[(][^)]*[)]", "", strsplit(description()[["Imports"]], ",")[[1]])
  imports <- setdiff(trimws(imports), rownames(utils::installed.packages(priority = "base")))
  named <- grep("install.packages", readme, fixed = TRUE, value = TRUE)
  expect_setequal(all_matches("(?<=\")[A-Za-z.]+(?=\")", named), imports)

  pages <- all_matches("(?<=vignette\\(\")[a-z-]+", readme)
  expect_gte(length(pages), 5)
  expect_identical(setdiff(pages, page_names(root)), character())
})

test_that("README.md begins with a picture that is there and has words", {
  root <- source_root()
  readme <- readLines(file.path(root, "README.md"))
  picture <- all_matches("(?<=src=\")[^\"]+", readme)
  expect_true(length(picture) > 0 && all(file.exists(file.path(root, picture))))
  expect_lt(grep("<img", readme)[[1]], grep("^## ", readme)[[1]])
  expect_identical(without_words(readme), character())
})
