# "Tensors in R": what its tables say where R and torch differ.

test_that("what the article on tensors says of missing values and zero is so", {
  skip_if_no_torch()
  back <- function(x) as.vector(x)

  # "integers and logicals with an NA become float64"
  expect_identical(format(as_tensor(c(TRUE, NA))$dtype), "torch.float64")
  expect_identical(back(as_tensor(c(TRUE, NA))), c(1, NA))
  expect_identical(format(as_tensor(c(1L, NA))$dtype), "torch.float64")
  # "in float64 it prints and comes back as NA, in float32 as NaN"
  expect_false(is.nan(back(as_tensor(c(1, NA)))[2]))
  expect_match(capture.output(print(as_tensor(c(1, NA)))), "NA", all = FALSE)
  expect_true(is.nan(back(as_tensor(c(1, NA), "float32"))[2]))
  expect_match(capture.output(print(as_tensor(c(1, NA), "float32"))), "NaN", all = FALSE)
  # whole numbers by zero: NaN of both kinds of whole division, Inf of the plain one
  expect_true(is.nan(back(as_tensor(1L) %/% 0L)))
  expect_true(is.nan(back(as_tensor(1L) %% 0L)))
  expect_identical(back(as_tensor(1L) / 0L), Inf)
})

test_that("of a vector beside a matrix, and of functions that ask the first argument, too", {
  skip_if_no_torch()
  square <- matrix(c(1, 2, 3, 4), 2)
  x <- as_tensor(square)
  v <- as_tensor(c(10, 20))

  expect_error(square + array(c(10, 20), 2), "non-conformable")
  expect_equal(as.array(x + v), square + rep(c(10, 20), each = 2))
  expect_equal(as.array(x + as.vector(v)), square + c(10, 20))
  expect_equal(as.array(x + v$reshape(c(-1L, 1L))), square + c(10, 20))

  expect_type(c(1, x), "list")
  expect_error(max(1, x), "invalid 'type'")
  expect_identical(dim(c(as_tensor(1), x)), 5L)
})
