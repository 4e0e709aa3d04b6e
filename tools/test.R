# Rscript tools/test.R COUNTS: the R tests against the installed package, for tools/test.sh.
# COUNTS gets one line: expectations passed, expectations failed, tests and whole files skipped.
library(nnfit)
Sys.setenv(NOT_CRAN = "true") # every test, snapshots too

# A line for each file, whether or not a terminal is looking, and no end before the last.
reporter <- testthat::ProgressReporter$new(max_failures = Inf, update_interval = Inf)
results <- as.data.frame(testthat::test_dir(
  "tests/testthat", reporter = reporter, package = "nnfit", load_package = "installed",
  stop_on_failure = FALSE
))
# An error outside an expectation is a failure too, as in testthat's own closing line.
failed <- sum(results$failed) + sum(results$error)
passed <- sum(results$passed)
# A skip outside a test, of a whole file, is in no row of the results; the reporter counts it.
cat(passed, failed, reporter$n_skip, "\n", file = commandArgs(TRUE))
quit(status = as.integer(failed > 0))
