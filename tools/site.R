# Rscript tools/site.R FOLDER: pkgdown's site of the package in FOLDER, in FOLDER/site. The package
# is taken as installed.
folder <- commandArgs(TRUE)
options(pkgdown.internet = FALSE)
site <- pkgdown::as_pkgdown(folder, override = list(destination = "site"))
pkgdown::check_pkgdown(site)
pkgdown::build_site(site, install = FALSE, preview = FALSE, new_process = FALSE)
