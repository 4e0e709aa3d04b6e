library(nnfit)
source("data.R", local = TRUE)

run <- function() nn_effects(fit, "x1", rows, values = values)$effect

result <- function(effect) sum(effect)
