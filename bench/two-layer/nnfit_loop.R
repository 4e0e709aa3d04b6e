library(nnfit)
update <- function(param) param$data <- param$data - param$grad * 1e-4
source("loop.R", local = TRUE)
