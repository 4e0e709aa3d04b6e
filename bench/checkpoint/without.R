set.seed(1)
# Some twenty seconds of mini-batches, of a network with 100,000 parameters under Adam.
data <- list(x = matrix(rnorm(20000 * 50), ncol = 50))
data$y <- data$x[, 1] * data$x[, 2] + rnorm(20000)

folder <- NULL
run <- function() {
  nnfit::nn_fit(data$x, data$y,
    hidden_units = c(256, 256), epochs = 200, batch_size = 256, seed = 1, progress = FALSE,
    checkpoint = folder
  )
}

result <- function(fit) tail(nnfit::loss_table(fit)$train_loss, 1)
