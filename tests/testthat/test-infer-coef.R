skip_if_no_torch()

# What a network computes, in R, from its coefficients.
forward <- function(x, parameters, activation) {
  hidden <- activation(sweep(x %*% t(parameters[["0.weight"]]), 2, parameters[["0.bias"]], "+"))
  sweep(hidden %*% t(parameters[["2.weight"]]), 2, parameters[["2.bias"]], "+")
}

test_that("a network's coefficients are its parameters on the data as they are", {
  fit <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars, hidden_units = 5, activation = "tanh", seed = 1)
  parameters <- coef(fit)
  expect_named(parameters, c("0.weight", "0.bias", "2.weight", "2.bias"))
  expect_identical(dim(parameters[["0.weight"]]), c(5L, 2L))
  expect_identical(dim(parameters[["2.bias"]]), 2L)
  x <- as.matrix(mtcars[c("wt", "hp")])
  expect_equal(
    forward(x, parameters, tanh), predict(fit, mtcars), tolerance = 1e-5, ignore_attr = TRUE
  )
})

test_that("without bias there is nothing to centre, and nothing is", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bias = FALSE)
  expect_equal(coef(fit), coef(lm(mpg ~ wt + hp - 1, mtcars)), tolerance = 1e-6)
})

test_that("several outcomes or classes give a matrix with their names", {
  both <- coef(nn_fit(cbind(mpg, qsec) ~ wt, mtcars))
  expect_equal(both, coef(lm(cbind(mpg, qsec) ~ wt, mtcars)), tolerance = 1e-6)
  classes <- coef(nn_fit(Species ~ Sepal.Width, iris, penalty = 0.01))
  expect_identical(dimnames(classes), list(c("(Intercept)", "Sepal.Width"), levels(iris$Species)))
})

test_that("columns without names are x1, x2, ...", {
  expect_named(
    coef(nn_fit(unname(as.matrix(mtcars[2:3])), mtcars$mpg)), c("(Intercept)", "x1", "x2")
  )
})

test_that("a module of one's own keeps its parameters as trained", {
  fit <- nn_fit(
    c ~ u, thermometer, model = torch$nn$Linear(1L, 1L), scale = FALSE, epochs = 1, seed = 1
  )
  expect_named(coef(fit), c("weight", "bias"))
})
