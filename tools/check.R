# Rscript tools/check.R FOLDER: R CMD build, then R CMD check --as-cran on the tarball, in FOLDER.
# Fails on any error, warning or note that the list below does not explain.

# The name of a check, and what its whole output has to match for the note to be let pass.
allowed <- c(
  # Nearly half of it are the pages with their pictures, a quarter is the Python core.
  "installed package size" = "^\\s*installed size is\\s+[6-9][.][0-9]Mb",
  # torch makes this empty folder when a session's first optimizer is made.
  "for detritus in the temp directory" = "^Found [^\n]*\\s+\\Wtorchinductor_\\w+\\W\\s*$"
)

# What would ask the network: these answers are CRAN's to give, not this checkout's.
Sys.setenv("_R_CHECK_CRAN_INCOMING_REMOTE_" = "false", "_R_CHECK_SYSTEM_CLOCK_" = "false")

# R's own limit of 5 seconds is for an example's elapsed time too, which on a busy machine says
# what else was running. Its computing time is held to the limit below.
Sys.setenv("_R_CHECK_EXAMPLE_TIMING_THRESHOLD_" = "120")
most_seconds <- 5

# The examples above it, as R CMD check writes their times down.
slow_examples <- function(file) {
  if (!file.exists(file)) return(character())
  times <- utils::read.table(file, header = TRUE)
  times$name[times$user + times$system > most_seconds]
}

r_cmd <- function(...) {
  system2(file.path(R.home("bin"), "R"), c("CMD", ...))
}

is_explained <- function(check, output) {
  check %in% names(allowed) && grepl(allowed[[check]], output)
}

sources <- getwd()
setwd(commandArgs(TRUE))
if (r_cmd("build", shQuote(sources)) != 0) quit(status = 1)
# The build has just made every page: to make them once more would say the same.
options <- c("--as-cran", "--no-manual", "--no-build-vignettes")
status <- r_cmd("check", options, list.files(pattern = "[.]tar[.]gz$"))

found <- tools::check_packages_in_dir_details(logs = file.path("nnfit.Rcheck", "00check.log"))
found <- found[found$Status %in% c("ERROR", "WARNING", "NOTE"), ]
explained <- as.logical(mapply(is_explained, found$Check, found$Output))
print(found[!explained, ])

counts <- table(factor(found$Status[!explained], c("ERROR", "WARNING", "NOTE")))
cat(sprintf("R CMD check: %d errors, %d warnings, %d notes (and %d explained)\n",
            counts[["ERROR"]], counts[["WARNING"]], counts[["NOTE"]], sum(explained)))
slow <- slow_examples(file.path("nnfit.Rcheck", "nnfit-Ex.timings"))
if (length(slow)) cat("Examples with more than", most_seconds, "s of computing:", slow, "\n")
quit(status = as.integer(status != 0 || sum(counts) > 0 || length(slow) > 0))
