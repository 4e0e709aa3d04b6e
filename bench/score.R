# What a prediction costs without Python: Rscript bench/score.R, or as a row of
# `make bench ROWS=score`.
#
# predict() in plain R beside predict() by torch, in a session in which torch runs; beside
# predict() of lm(), for one row; and in sessions that begin with library(nnfit).
options(width = 120)
suppressMessages(library(nnfit))

seconds <- function(code) system.time(code)[["elapsed"]]

# Medians of a single call, in turn, each of so many calls that they can be timed.
beside <- function(ours, theirs, turns = 5) {
  times <- max(1, ceiling(0.05 / max(1e-4, seconds(ours()))))
  one <- function(code) seconds(for (i in seq_len(times)) code()) / times
  theirs()
  taken <- replicate(turns, c(one(ours), one(theirs)))
  c(apply(taken, 1, stats::median), range(taken[1, ] / taken[2, ]))
}

told <- function(what, measured, peer) {
  cat(sprintf(
    "%-52s R %9.3f ms  %-12s %9.3f ms  ratio %6.3f (%.3f to %.3f)\n", what, 1e3 * measured[1],
    peer, 1e3 * measured[2], measured[1] / measured[2], measured[3], measured[4]
  ))
}

set.seed(1)
data <- data.frame(matrix(stats::rnorm(5e5), ncol = 5))
data$y <- sin(data$X1) + data$X2
few <- data[1:500, ]
fits <- list(
  "linear" = nn_fit(y ~ ., few),
  "16 units" = nn_fit(y ~ ., few, hidden_units = 16, epochs = 5, seed = 1),
  "16 units, float64" = nn_fit(
    y ~ ., few, hidden_units = 16, epochs = 5, seed = 1, dtype = "float64"
  ),
  "64, 64" = nn_fit(y ~ ., few, hidden_units = c(64, 64), epochs = 5, seed = 1),
  "10 members of 16" = nn_fit(y ~ ., few, hidden_units = 16, seed = 1),
  "256, 256" = nn_fit(y ~ ., few, hidden_units = c(256, 256), epochs = 5, seed = 1)
)
for (name in names(fits)) {
  fit <- fits[[name]]
  cat(sprintf("%s: saved %.3f MB\n", name, length(serialize(fit, NULL)) / 1e6))
  for (rows in c(1, 10, 100, 1000, 10000, 1e5)) {
    new <- data[seq_len(rows), ]
    measured <- beside(
      function() predict(fit, new, engine = "r"), function() predict(fit, new, engine = "torch")
    )
    work <- rows * sum(lengths(fit$parameters))
    told(sprintf("%s, rows %g, products %.1e", name, rows, work), measured, "torch")
  }
}
straight <- stats::lm(y ~ ., few)
one <- data[1, ]
told("linear, one row", beside(
  function() predict(fits$linear, one, engine = "r"), function() predict(straight, one)
), "predict.lm()")

# From the start of R to the answer for one row.
file <- tempfile(fileext = ".rds")
saveRDS(list(fit = fits[["16 units"]], one = one), file)
begun <- function(engine) {
  code <- sprintf(
    "suppressMessages(library(nnfit)); s <- readRDS('%s'); predict(s$fit, s$one, engine = '%s')",
    file, engine
  )
  function() system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(code)), stdout = FALSE)
}
told("16 units, one row, a session of its own", beside(begun("r"), begun("torch"), 3), "torch")
