source("one_fit.R", local = TRUE)
if (!"bootstrap" %in% names(formals(nn_options))) skip("nn_fit() has no argument `bootstrap`")

run <- function() {
  fit_net(optimizer = "sgd", learn_rate = 0.01, epochs = 1000, bootstrap = 100)
}
