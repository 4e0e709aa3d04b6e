# Rscript worker.R FILE: prepares one contestant, then measures it once for each line on stdin.
# It answers "ready" or "skip REASON", then "ok SECONDS RESULT" each time.

answer <- function(...) {
  cat(..., "\n")
  flush(stdout())
}

# What a contestant calls where it cannot take part.
skip <- function(reason) {
  stop(structure(class = c("skip", "error", "condition"), list(message = reason, call = NULL)))
}

prepare <- function(file) {
  contestant <- new.env()
  tryCatch({
    sys.source(file, contestant, chdir = TRUE)
    answer("ready")
  }, skip = function(condition) answer("skip", conditionMessage(condition)))
  contestant
}

measure <- function(contestant) {
  invisible(gc())
  start <- Sys.time()
  out <- contestant$run()
  seconds <- as.double(Sys.time()) - as.double(start)
  answer("ok", format(seconds, digits = 9), format(contestant$result(out), digits = 9))
}

contestant <- prepare(commandArgs(TRUE))
orders <- file("stdin", "r")
while (length(readLines(orders, 1))) measure(contestant)
