library(nnfit)
source("data.R", local = TRUE)
frame <- data.frame(y, x)

run <- function() coef(nn_fit(y ~ ., frame))
