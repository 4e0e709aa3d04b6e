library(nnfit)
source("data.R", local = TRUE)

run <- function() {
  vapply(values, function(value) {
    rows$x1 <- value
    mean(predict(fit, rows))
  }, 0)
}

result <- function(effect) sum(effect)
