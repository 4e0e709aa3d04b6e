source("nnet.R", local = TRUE)
source("descend.R", local = TRUE)
run <- descend_to(result(run()), "lbfgs")
