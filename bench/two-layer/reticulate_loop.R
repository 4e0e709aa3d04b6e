# As in a session without nnfit: R has no operators for tensors there.
reticulate::use_virtualenv("r-nnfit-bench")
torch <- reticulate::import("torch")
update <- function(param) param$data$sub_(param$grad, alpha = 1e-4)
source("loop.R", local = TRUE)
