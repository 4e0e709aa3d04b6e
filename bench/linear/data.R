set.seed(1)
x <- matrix(rnorm(2e7), ncol = 20)
y <- drop(x %*% seq_len(20)) + rnorm(1e6)
result <- function(coefficients) sum(coefficients)
