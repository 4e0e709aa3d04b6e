library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(500L, 10L))
y <- as.array(torch$randn(500L, 1L))
fit_net <- function(...) {
  nn_fit(
    x, y, hidden_units = c(32, 32), loss = "mse", learn_rate = 0.001, epochs = 500, scale = FALSE,
    seed = 1, ...
  )
}
