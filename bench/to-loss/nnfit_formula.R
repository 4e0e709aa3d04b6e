source("nnet_formula.R", local = TRUE)
source("descend.R", local = TRUE)
call_nn_fit <- function(...) nn_fit(c ~ u, data, ...)
run <- descend_to(result(run()), "levenberg_marquardt")
