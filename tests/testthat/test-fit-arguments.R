test_that("a component crosses as its name, or as name and arguments", {
  expect_identical(as_pair(list("relu", list())), "relu")
  expect_identical(as_pair(list("huber", list(delta = 2))), list("huber", list(delta = 2)))
  expect_null(as_pair(NULL))
})

test_that("what crosses is plain data with the core's names", {
  outcome <- as_outcome(c("a", "b"), "y", NULL)
  args <- core_arguments(matrix(0, 2, 1), outcome, nn_options(c(3, 2), progress = FALSE, seed = 1))
  expect_identical(args$hidden_units, list(3L, 2L))
  expect_identical(args$activation, list("relu", "relu"))
  expect_identical(args$levels, list("a", "b"))
  expect_identical(args$y, 0:1)
  expect_null(args$progress)
  expect_false(anyDuplicated(names(args)) > 0)
})

test_that("numbers by name cross as a dictionary, or in the order of the outcomes", {
  loss <- list("cross_entropy", list(weight = c(b = 2, a = 1)))
  classes <- list(kind = "class", levels = c("a", "b"))
  expect_identical(named_numbers(loss, classes)[[2]], list(weight = list(b = 2, a = 1)))
  outcomes <- list(kind = "numeric", names = c("a", "b"))
  expect_identical(named_numbers(loss, outcomes)[[2]], list(weight = c(1, 2)))
  plain <- list("huber", list(delta = 2))
  expect_identical(named_numbers(plain, classes), plain)
  expect_null(named_numbers(NULL, classes))
})
