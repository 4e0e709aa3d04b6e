library(nnfit)

set.seed(1)
x <- matrix(rnorm(100 * 5), 100)
y <- sin(x[, 1]) + x[, 2] + 0.3 * rnorm(100)

run <- function() {
  nn_fit(x, y, hidden_units = 8, epochs = 500, penalty = 0.01, learn_rate = 0.02, seed = 1)
}

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
