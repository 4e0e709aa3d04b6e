library(testthat)
library(nnfit)

test_check("nnfit")
