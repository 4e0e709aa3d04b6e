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

index <- readLines(file.path(folder, "site", "search.json"), warn = FALSE, encoding = "UTF-8")
writeLines(c("window.searchIndex =", index, ";"), file.path(folder, "site", "search.js"), useBytes = TRUE)
