source("session.R", local = TRUE)
run <- session_of("library(nnfit); coef(nn_fit(mpg ~ wt, mtcars))")
