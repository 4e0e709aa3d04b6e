# Batch norm is trained by autograd, as torch has it.
source("data.R", local = TRUE)

run <- function() fit_net(norm = "batch_norm")

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
