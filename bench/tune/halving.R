source("one_fit.R", local = TRUE)

# Five folds for each of a hundred candidates, and the best fitted to all rows.
run <- function() {
  nn_tune(x, y,
    hidden_units = 8, epochs = 500, penalty = tune(0.0001, 1), learn_rate = tune(0.001, 0.3),
    candidates = 100, method = "halving", seed = 1
  )
}

result <- function(found) found$results$mean[1]
