source("nnet_longer.R", local = TRUE)
source("descend.R", local = TRUE)
run <- descend_to(result(run()), "levenberg_marquardt")
