# Rscript tools/site.R FOLDER: pkgdown's site of the package in FOLDER, in FOLDER/site. The package
# is taken as installed. The pages ask the network for nothing: pkgdown/templates/head.html names
# what they load, and the search index is a script, which a page opened as a file may read as well.
folder <- normalizePath(commandArgs(TRUE))
options(pkgdown.internet = FALSE)

assets <- file.path(folder, "pkgdown", "assets")
dir.create(assets)
stopifnot(file.copy(file.path(folder, "vignettes", "nnfit.css"), assets))

site <- pkgdown::as_pkgdown(folder, override = list(destination = "site"))
pkgdown::check_pkgdown(site)
pkgdown::build_site(site, install = FALSE, preview = FALSE, new_process = FALSE)

# pkgdown leaves on every page a logo that is not there, and pictures of examples without words.
mend <- function(html) {
  html <- gsub('<img src="" class="logo"[^>]*>', "", html)
  gsub('(<span class="r-plt img"><img [^>]*)alt=""', '\\1alt="The plot that this code draws"', html)
}
pages <- list.files(file.path(folder, "site"), "[.]html$", recursive = TRUE, full.names = TRUE)
for (page in pages) {
  html <- readLines(page, warn = FALSE, encoding = "UTF-8")
  writeLines(mend(html), page, useBytes = TRUE)
}

index <- file.path(folder, "site", "search.json")
index <- c("window.searchIndex =", readLines(index, warn = FALSE, encoding = "UTF-8"))
writeLines(index, file.path(folder, "site", "search.js"), useBytes = TRUE)
