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
# The reporter counts what the results leave out: skips of whole files and, of files that ran in
# another process, some of what passed.
cat(reporter$n_ok, reporter$n_fail, reporter$n_skip, "\n", file = commandArgs(TRUE))
said <- lapply(tests, function(test) {
  wrong <- Filter(function(found) inherits(found, "error"), test$results)
  sprintf("FAILED %s, %s: %s", test$file, test$test, vapply(wrong, conditionMessage, ""))
})
writeLines(as.character(unlist(said)), paste0(commandArgs(TRUE), ".failed"))
quit(status = as.integer(reporter$n_fail > 0))
