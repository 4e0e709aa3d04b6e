skip_if_no_isolation <- function() {
  skip_if_no_torch()
  skip_on_cran()
  skip_if_not_installed("callr")
}

# The process that waits for the next call, by its id.
idle_worker <- function() workers$idle$session$get_pid()

# Ends what a test file has left: its process.
end_idle_worker <- function() end_idle_process()

# A signal to the process that waits, when it works on the next call.
signal_soon <- function(signal, after = 0.7, pid = idle_worker()) {
  system(sprintf("(sleep %s; kill -%s %d) > /dev/null 2>&1 &", after, signal, pid))
}

# A fit that does not come to its end by itself, and one that does at once.
endless_fit <- function(...) {
  nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 1e8, seed = 1, isolate = TRUE, ...)
}

short_fit <- function(...) {
  nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 20, seed = 1, isolate = TRUE, ...)
}

# Is there such a process?
runs <- function(pid) {
  state <- suppressWarnings(system2("ps", c("-o", "stat=", "-p", pid), stdout = TRUE))
  length(state) > 0 && !startsWith(trimws(state), "Z")
}
