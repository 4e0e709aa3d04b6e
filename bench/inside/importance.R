library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(100000L, 20L))
y <- x[, 1] + x[, 2] * x[, 3]
fit <- nn_fit(x[1:1000, ], y[1:1000], hidden_units = 32, epochs = 100, seed = 1)

run <- function() nn_importance(fit, list(x, y), seed = 1)

result <- function(found) round(sum(found$importance), 2)
