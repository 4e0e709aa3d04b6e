# Ten starts, because how far 100 iterations (nnet's default) get depends on the start.
source("../thermometer/data.R", local = TRUE)
if (!requireNamespace("nnet", quietly = TRUE)) skip("the R package nnet is not installed")
starts <- 1:10
maxit <- 100
call_nnet <- function(...) nnet::nnet(u, c, ...)

run <- function() {
  lapply(starts, function(start) {
    set.seed(start)
    call_nnet(size = 13, linout = TRUE, trace = FALSE, maxit = maxit)
  })
}

# The median over the starts of the mean squared error.
result <- function(fits) median(sapply(fits, function(fit) mean((fitted(fit) - c)^2)))
