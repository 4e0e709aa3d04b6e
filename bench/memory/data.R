rows <- 1e6
columns <- 20

run <- function() NULL

result <- function(out) rows * columns * 4 / 1e6
