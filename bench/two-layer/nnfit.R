library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(64L, 1000L))
y <- as.array(torch$randn(64L, 10L))

run <- function() {
  nn_fit(
    x, y,
    hidden_units = 100, loss = "mse", reduction = "sum", optimizer = "sgd",
    learn_rate = 1e-4, epochs = 500, scale = FALSE, seed = 1
  )
}

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
