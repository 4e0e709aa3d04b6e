# The goal is nnet's own result. Unmeasured, each start finds how many epochs take it there;
# measured is a fit of so many. A start that does not get there runs all 500.
call_nn_fit <- function(...) nn_fit(u, c, ...)

descend_to <- function(goal, optimizer) {
  descend <- function(start, epochs) {
    call_nn_fit(
      hidden_units = 13, activation = "tanh", optimizer = optimizer, epochs = epochs,
      scale = FALSE, seed = start
    )
  }
  # Row e of a loss table is the loss after e - 1 epochs.
  epochs_needed <- function(start) {
    reached <- which(loss_table(descend(start, 500))$train_loss <= goal)
    if (length(reached)) max(reached[1] - 1, 1) else 500
  }
  epochs <- sapply(starts, epochs_needed)
  function() Map(descend, starts, epochs)
}
