# Rscript tools/lint.R: lintr on the R files, with the rules in .lintr; and no name given twice in
# R/, where the later file would silently win.
folders <- c("R", "tests/testthat", "tools", "bench")
found <- lapply(folders[dir.exists(folders)], lintr::lint_dir, relative_path = FALSE)
for (lints in found) if (length(lints)) print(lints)

target <- function(code) if (is.call(code) && identical(code[[1]], quote(`<-`))) deparse(code[[2]])
targets <- lapply(list.files("R", full.names = TRUE), function(file) lapply(parse(file), target))
twice <- unique(unlist(targets)[duplicated(unlist(targets))])
if (length(twice)) cat("Defined twice in R/:", twice, "\n")

quit(status = as.integer(sum(lengths(found), length(twice)) > 0))
