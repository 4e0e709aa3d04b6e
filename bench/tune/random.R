source("one_fit.R", local = TRUE)

# A quarter of the rows held out once; all candidates to the end.
run <- function() {
  nn_tune(x, y,
    hidden_units = 8, epochs = 500, penalty = tune(0.0001, 1), learn_rate = tune(0.001, 0.3),
    candidates = 100, validation = 0.25, seed = 1
  )
}

result <- function(found) found$results$mean[1]
