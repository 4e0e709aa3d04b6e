# How far a fit's peak lies above what the session holds before, its data included; in MB.
source("data.R", local = TRUE)
if (!file.exists("/proc/self/clear_refs")) skip("only Linux tells a process its peak")
library(nnfit)
x <- matrix(rnorm(rows * columns), ncol = columns)
y <- rowSums(x)

memory <- function(field) {
  line <- grep(paste0("^", field, ":"), readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("\\D", "", line)) * 1024 / 1e6
}

run <- function() {
  cat("5", file = "/proc/self/clear_refs") # the peak counts from here
  before <- memory("VmRSS")
  fit_all()
  memory("VmHWM") - before
}

result <- function(megabytes) megabytes
