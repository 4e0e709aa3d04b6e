# Run by pkgbuild (devtools, pak, remotes) before it builds the package; DESCRIPTION names it.
# Where git cannot make links (Windows), inst/python/nnfit arrives as a small text file, and
# the Python core has to be put there as a copy.
source_folder <- file.path("python", "nnfit")
link <- file.path("inst", "python", "nnfit")

if (!dir.exists(link) && dir.exists(source_folder)) {
  unlink(link)
  dir.create(dirname(link), recursive = TRUE, showWarnings = FALSE)
  stopifnot(file.copy(source_folder, dirname(link), recursive = TRUE))
}
