# What a loss of one's own costs, and linear quantile regression: Rscript bench/losses.R
#
# Microseconds an epoch of a network of 13 hidden units under Adam, all rows a step, and
# milliseconds a call of nn_fit() of one epoch; the fastest of five. `followed` is a
# function whose operations training repeats in Python, `called` one that holds the number
# of rows, so that every step calls R.
suppressMessages(library(nnfit))

followed <- function(prediction, truth) mean(abs(prediction - truth)^1.5)
called <- function(prediction, truth) sum(abs(prediction - truth)^1.5) / length(truth)

set.seed(1)
rows <- function(n, p) {
  x <- matrix(stats::rnorm(n * p), n)
  data.frame(x, y = x[, 1] + stats::rnorm(n))
}
tables <- list("11 x 1" = rows(11, 1), "2,000 x 10" = rows(2000, 10))

fastest <- function(code) {
  code <- substitute(code)
  frame <- parent.frame()
  min(vapply(1:5, function(turn) as.numeric(eval(code, frame)), 0))
}

epoch <- function(data, loss, engine = "auto") {
  fit <- suppressMessages(nn_fit(y ~ ., data,
    hidden_units = 13, optimizer = "adam", epochs = 500, loss = loss, engine = engine, seed = 1
  ))
  fit$seconds / 500 * 1e6
}

call <- function(data, loss) {
  start <- proc.time()[["elapsed"]]
  for (turn in 1:10) {
    suppressMessages(nn_fit(y ~ ., data, hidden_units = 13, epochs = 1, loss = loss, seed = 1))
  }
  (proc.time()[["elapsed"]] - start) * 100
}

ways <- list(
  "mse" = list("mse"), "mse, autograd" = list("mse", "autograd"),
  followed = list(followed), called = list(called)
)
table <- sapply(tables, function(data) {
  invisible(epoch(data, followed)) # what is loaded at the first use
  vapply(ways, function(way) fastest(do.call(epoch, c(list(data), way))), 0)
})
one <- vapply(ways[-2], function(way) fastest(call(tables[[1]], way[[1]])), 0)
print(signif(cbind(table, "a call (ms)" = one[rownames(table)]), 3))

for (n in c(1e3, 1e4, 1e5)) {
  data <- rows(n, 20)
  loss <- list("quantile", level = 0.9)
  fit <- nn_fit(y ~ ., data, loss = loss)
  cat(sprintf("quantile, %g x 20: %.3g s, %d iterations\n", n, fit$seconds,
    nrow(loss_table(fit))))
}
