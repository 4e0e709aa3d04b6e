skip_if_no_torch()

refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")

test_that("what a module of the user's own makes meaningless is refused", {
  fit <- function(...) nn_fit(mpg ~ wt, mtcars, model = torch$nn$Linear(1L, 1L), epochs = 1, ...)
  says <- function(code, name) {
    expect_refused(code, "argument", paste(name, "does not go with model"))
  }
  says(fit(hidden_units = 3), "hidden_units")
  says(fit(activation = "tanh"), "activation")
  says(fit(dropout = 0.5), "dropout")
  says(fit(bias = FALSE), "bias")
  says(fit(members = 2), "members")
  says(fit(norm = "layer_norm"), "norm")
  says(fit(residual = TRUE), "residual")
  says(fit(skip = TRUE), "skip")
  says(fit(init = "zeros"), "init")
  says(fit(max_norm = 1), "max_norm")
  expect_s3_class(fit(members = 1), "nn_fit")
  says(nn_cv(mpg ~ wt, mtcars, model = torch$nn$Linear(1L, 1L), dropout = 0.5), "dropout")
  defaults <- fit(
    hidden_units = integer(), activation = NULL, dropout = 0, bias = TRUE, norm = NULL,
    residual = FALSE, skip = FALSE, init = NULL, max_norm = NULL
  )
  expect_s3_class(defaults, "nn_fit")
  # `- 1` says which columns there are
  own <- nn_fit(mpg ~ factor(cyl) - 1, mtcars, model = torch$nn$Linear(3L, 1L), epochs = 1)
  expect_identical(own$columns$number, 3L)
})

test_that("what needs hidden layers is refused without", {
  refused(
    nn_fit(mpg ~ wt, mtcars, activation = "tanh"), "activation needs hidden layers",
    "Give their sizes as hidden_units"
  )
  refused(nn_fit(mpg ~ wt, mtcars, dropout = 0.1), "dropout needs hidden layers")
  refused(nn_fit(mpg ~ wt, mtcars, members = 3), "members needs hidden layers")
  refused(nn_fit(mpg ~ wt, mtcars, norm = "batch_norm"), "norm needs hidden layers")
  refused(nn_fit(mpg ~ wt, mtcars, residual = TRUE), "residual needs hidden layers")
  refused(nn_fit(mpg ~ wt, mtcars, skip = TRUE), "skip needs hidden layers")
  refused(nn_fit(mpg ~ wt, mtcars, max_norm = 1), "max_norm needs hidden layers")
  refused(
    nn_fit(mpg ~ wt, mtcars, activation = list("relu", inplace = TRUE)), "activation needs hidden"
  )
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, activation = "tanh", epochs = 2)
  expect_refused(update(network, hidden_units = integer()), "argument", "activation needs hidden")
  linear <- nn_fit(mpg ~ wt, mtcars, hidden_units = integer(), activation = NULL, dropout = 0)
  expect_equal(coef(linear), coef(lm(mpg ~ wt, mtcars)))
})
