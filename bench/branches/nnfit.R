# Layer norm, residual layers, a skip connection and a maximum norm, without autograd.
source("data.R", local = TRUE)

run <- function() fit_net(norm = "layer_norm", residual = TRUE, skip = TRUE, max_norm = 2)

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
