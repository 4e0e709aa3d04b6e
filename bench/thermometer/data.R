library(nnfit)
u <- scale(thermometer$u)
c <- scale(thermometer$c)
fit_net <- function(...) {
  nn_fit(u, c, hidden_units = 13, activation = "tanh", scale = FALSE, seed = 1, ...)
}
