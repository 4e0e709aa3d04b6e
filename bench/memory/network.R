source("peak.R", local = TRUE)
fit <- function(x, y) nn_fit(x, y, hidden_units = 32, batch_size = 1024, epochs = 1)
