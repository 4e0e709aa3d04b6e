# Rscript tools/site.R FOLDER: pkgdown's site of the package in FOLDER, in FOLDER/site. The package
# is taken as installed.
folder <- commandArgs(TRUE)
options(pkgdown.internet = FALSE)
override <- list(destination = "site")
pkgdown::check_pkgdown(pkgdown::as_pkgdown(folder, override))
pkgdown::build_site(folder, override = override, install = FALSE, preview = FALSE, new_process = FALSE)
