library(nnfit)
invisible(torch$manual_seed(0))
x <- as.array(torch$randn(100000L, 20L))
y <- x[, 1] + x[, 2] * x[, 3]
fit <- nn_fit(x[1:1000, ], y[1:1000], hidden_units = 32, epochs = 100, seed = 1)

# As packages do it that know of a fit only its predictions.
run <- function() {
  base <- mean((y - predict(fit, x))^2)
  vapply(1:20, function(column) {
    mean(replicate(10, {
      moved <- x
      moved[, column] <- sample(x[, column])
      mean((y - predict(fit, moved))^2)
    })) - base
  }, 1)
}

result <- function(importance) round(sum(importance), 2)
