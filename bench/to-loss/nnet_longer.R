# Until nnet itself sees no more to gain, which its default of 100 iterations is too few for.
source("nnet.R", local = TRUE)
maxit <- 1000
