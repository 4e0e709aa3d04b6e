# Rscript tools/lint.R: lintr on the R files, with the rules in .lintr.
folders <- c("R", "tests/testthat", "tools", "bench")
found <- lapply(folders[dir.exists(folders)], lintr::lint_dir, relative_path = FALSE)
for (lints in found) if (length(lints)) print(lints)
quit(status = as.integer(sum(lengths(found)) > 0))
