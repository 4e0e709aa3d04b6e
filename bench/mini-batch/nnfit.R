library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(100000L, 20L))
y <- sin(rowSums(x))

run <- function() {
  nn_fit(x, y, hidden_units = 32, optimizer = "adam", batch_size = 256, epochs = 1, scale = FALSE)
}

# Each side's result is the mean loss of the epoch's batches.
result <- function(fit) loss_table(fit)$train_loss
