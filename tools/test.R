# Rscript tools/test.R COUNTS: the R tests against the installed package, for tools/test.sh.
# COUNTS gets one line: expectations passed, expectations failed, tests and whole files skipped.
# COUNTS.failed gets what failed, for the end of a log of which only the end may be seen.
library(nnfit)
Sys.setenv(NOT_CRAN = "true") # every test, snapshots too

# A line for each file, whether or not a terminal is looking, and no end before the last.
reporter <- testthat::ProgressReporter$new(max_failures = Inf, update_interval = Inf)
tests <- testthat::test_dir(
  "tests/testthat", reporter = reporter, package = "nnfit", load_package = "installed",
  stop_on_failure = FALSE
)
results <- as.data.frame(tests)
# An error outside an expectation is a failure too, as in testthat's own closing line.
failed <- sum(results$failed) + sum(results$error)
passed <- sum(results$passed)
# A skip outside a test, of a whole file, is in no row of the results; the reporter counts it.
cat(passed, failed, reporter$n_skip, "\n", file = commandArgs(TRUE))
said <- lapply(tests, function(test) {
  wrong <- Filter(function(found) inherits(found, "error"), test$results)
  sprintf("FAILED %s, %s: %s", test$file, test$test, vapply(wrong, conditionMessage, ""))
})
writeLines(as.character(unlist(said)), paste0(commandArgs(TRUE), ".failed"))
quit(status = as.integer(failed > 0))
