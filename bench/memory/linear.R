source("peak.R", local = TRUE)
fit_all <- function() nn_fit(x, y)
