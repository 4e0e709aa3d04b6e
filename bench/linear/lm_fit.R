source("data.R", local = TRUE)
x <- cbind(1, x)

run <- function() lm.fit(x, y)$coefficients
