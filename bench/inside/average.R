library(nnfit)
source("data.R", local = TRUE)

run <- function() nn_effects(fit, data = rows)$estimate

result <- function(slopes) sum(slopes)
