# As most users call it. The starts are the same, and so are the losses.
source("nnet.R", local = TRUE)
data <- data.frame(u = drop(u), c = drop(c))
call_nnet <- function(...) nnet::nnet(c ~ u, data, ...)
