# What conclusions cost: Rscript bench/inference.R [ROWS], or as a row of
# `make bench ROWS=inference`.
#
# summary() of a fit beside summary() of lm(), on 1e6 rows by 20 columns, in turn; and a
# small fit with its summary beside lm() and glm(). Medians of seconds, and their ratio.
options(width = 120)
suppressMessages(library(nnfit))

rows <- as.numeric(c(commandArgs(TRUE), 1e6)[1])

wide <- function(n) {
  set.seed(1)
  x <- matrix(stats::rnorm(20 * n), n)
  data.frame(y = as.vector(x %*% seq(-1, 1, length.out = 20)) + stats::rnorm(n), x)
}

seconds <- function(code) system.time(code, gcFirst = TRUE)[["elapsed"]]

# Each in its turn, so that what else the machine does falls on both.
beside <- function(what, ours, theirs, times) {
  ours()
  theirs()
  taken <- replicate(times, c(seconds(ours()), seconds(theirs())))
  medians <- apply(taken, 1, stats::median)
  cat(sprintf(
    "%-44s nnfit %8.4f s  R %8.4f s  ratio %.2f (%.2f to %.2f)\n", what, medians[1], medians[2],
    medians[1] / medians[2], min(taken[1, ] / taken[2, ]), max(taken[1, ] / taken[2, ])
  ))
}

many <- function(code, times = 20) function() for (i in seq_len(times)) code()

data <- wide(rows)
beside(
  paste("summary(), rows", format(rows, big.mark = ",")),
  function() summary(nn_fit(y ~ ., data)), function() summary(stats::lm(y ~ ., data)), 5
)
beside(
  "20 times summary(), mtcars, squared error",
  many(function() summary(nn_fit(mpg ~ wt + hp, mtcars))),
  many(function() summary(stats::lm(mpg ~ wt + hp, mtcars))), 9
)
beside(
  "20 times summary(), mtcars, Poisson",
  many(function() summary(nn_fit(carb ~ wt + hp, mtcars, loss = "poisson_nll"))),
  many(function() summary(stats::glm(carb ~ wt + hp, stats::poisson, mtcars))), 9
)
counts <- transform(wide(rows / 10), y = stats::rpois(rows / 10, exp(y / 5)))
beside(
  paste("summary(), Poisson, rows", format(rows / 10, big.mark = ",")),
  function() summary(nn_fit(y ~ ., counts, loss = "poisson_nll")),
  function() summary(stats::glm(y ~ ., stats::poisson, counts)), 5
)
