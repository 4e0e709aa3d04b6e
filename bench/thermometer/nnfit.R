source("data.R", local = TRUE)

run <- function() fit_net(optimizer = "sgd", learn_rate = 0.01, epochs = 5000)

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
