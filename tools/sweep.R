# Rscript tools/sweep.R [PATTERN]: the whole sweep of wrong arguments (tests/testthat/test-sweep.R
# does a share of it), or the cases whose "method: argument = value" matches. They run in a second
# session that is watched, so that a case that hangs or brings it down is one fault and no more.
# Prints the faults; ends with 1 if there are any.
seconds_allowed <- 30

# In that session: a line for each case before it begins, and one for each fault.
work <- function(root, pattern, from, log) {
  setwd(root)
  pkgload::load_all(quiet = TRUE)
  local_no_pip()
  grDevices::pdf(NULL)
  values <- sweep_values()
  fixtures <- sweep_fixtures()
  setwd(tempdir()) # where folders are made
  cases <- sweep_cases(names(values))
  label <- function(case) paste0(case$method, ": ", case$arg, " = ", case$value)
  labels <- vapply(cases, label, "")
  chosen <- which(grepl(pattern, labels))
  note <- function(...) cat(..., "\n", sep = "\t", file = log, append = TRUE)
  for (k in chosen[chosen >= from]) {
    note("case", k, labels[k])
    for (fault in sweep_faults(cases[k], values, fixtures)) note("fault", fault)
  }
  length(chosen)
}

noted <- function(log, what) {
  lines <- strsplit(grep(paste0("^", what, "\t"), readLines(log), value = TRUE), "\t", fixed = TRUE)
  lapply(lines, `[`, -1)
}

# Until the session ends, or shows no progress for too long: how it ended.
watch <- function(session, log) {
  repeat {
    before <- file.size(log)
    session$wait(1000 * seconds_allowed)
    if (!session$is_alive()) return("the session ended")
    if (identical(file.size(log), before)) {
      session$kill()
      return(paste("no end within", seconds_allowed, "seconds"))
    }
  }
}

run_all <- function(root, pattern) {
  log <- tempfile()
  file.create(log)
  from <- 1
  repeat {
    session <- callr::r_bg(work, list(root, pattern, from, log), stderr = paste0(log, ".err"))
    how <- watch(session, log)
    done <- tryCatch(session$get_result(), error = function(error) NULL)
    if (!is.null(done)) return(list(tried = done, faults = unlist(noted(log, "fault"))))
    last <- noted(log, "case")
    if (!length(last)) stop("It did not begin: ", paste(readLines(paste0(log, ".err")), "\n"))
    last <- last[[length(last)]]
    cat("fault", paste0(last[2], ": ", how), "\n", sep = "\t", file = log, append = TRUE)
    from <- as.integer(last[1]) + 1
  }
}

arguments <- commandArgs(TRUE)
found <- run_all(getwd(), if (length(arguments)) arguments[1] else ".")
writeLines(as.character(found$faults))
cat(found$tried, "tried,", length(found$faults), "bad\n")
quit(status = as.integer(length(found$faults) > 0))
