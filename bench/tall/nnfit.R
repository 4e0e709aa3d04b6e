# More rows than columns: nothing is gained by training in the span of the rows.
library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(500L, 100L))
y <- as.array(torch$randn(500L, 10L))

run <- function() {
  nn_fit(
    x, y,
    hidden_units = 100, loss = "mse", optimizer = "sgd", learn_rate = 0.1, epochs = 500,
    scale = FALSE, seed = 1
  )
}

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
