skip_if_no_torch()
skip_if_not_installed("parameters")

# By name: set-up does not install it, so it is not among the packages that are suggested.
of_parameters <- function(name) getExportedValue("parameters", name)
d <- client_data()
local_workspace()
pairs <- client_pairs(where = globalenv())

test_that("tables of coefficients are those of lm() and glm()", {
  numbers <- function(table) as.data.frame(table)
  for (name in c("ci", "p_value", "standard_error", "dof")) {
    ask <- of_parameters(name)
    expect_same_answer(pairs, function(model) numbers(ask(model)))
  }
  table <- of_parameters("model_parameters")
  expect_same_answer(pairs, function(model) {
    suppressWarnings(numbers(table(model))) # one says that it is deficient
  }, ignore_attr = TRUE)
  expect_same_answer(pairs["poisson"], function(model) numbers(table(model, exponentiate = TRUE)))
  both <- of_parameters("compare_parameters")(table(pairs$lm[[2]]), table(pairs$padded[[2]]))
  expect_identical(nrow(both), 8L)
})
