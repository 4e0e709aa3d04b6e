source("../thermometer/data.R", local = TRUE)

show <- FALSE
run <- function() {
  fit_net(optimizer = "sgd", learn_rate = 0.01, epochs = 30000, progress = show)
}

result <- function(fit) tail(loss_table(fit)$train_loss, 1)
