test_that("dim() and length() are R's, a 0-d tensor being a number", {
  skip_if_no_torch()
  x <- torch$zeros(2L, 3L)
  expect_identical(dim(x), c(2L, 3L))
  expect_identical(c(nrow(x), ncol(x), length(x)), c(2L, 3L, 6L))
  expect_null(dim(torch$tensor(1)))
  expect_identical(length(torch$tensor(1)), 1L)
})

test_that("a new dim() keeps R's order", {
  skip_if_no_torch()
  x <- as_tensor(1:6)
  dim(x) <- c(2, 3)
  expect_identical(as.array(x), matrix(1:6, 2))
  expect_refused(dim(x) <- c(4, 2), "tensor", "dims [product 8] do not match the length of")
})

test_that("c(), cbind() and rbind() take R data along", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 2))
  expect_identical(as.vector(c(x, 3, NULL, 4:5)), c(1, 2, 3, 4, 5))
  expect_identical(as.array(cbind(1, x)), unname(cbind(1, c(1, 2))))
  expect_identical(as.array(rbind(x, matrix(3:6, 2))), rbind(c(1, 2), matrix(3:6, 2)))
  expect_refused(cbind(matrix(1, 3, 1), torch$ones(2L, 2L)), "tensor", "number of rows")
  expect_identical(c(as_tensor(TRUE), FALSE)$dtype, torch$bool)
  expect_refused(c(x, "a"), "tensor", "must be numeric")
})

test_that("head() and tail() take an end of each dimension", {
  skip_if_no_torch()
  m <- matrix(1:60, 10)
  x <- as_tensor(m)
  expect_identical(as.array(head(x, c(2, 3))), head(m, c(2, 3)))
  expect_identical(as.array(tail(x, c(NA, -4))), unname(tail(m, c(NA, -4), keepnums = FALSE)))
  expect_identical(as.vector(head(as_tensor(1:10), 3)), 1:3)
})

test_that("sort() and order() go by the values", {
  skip_if_no_torch()
  x <- as_tensor(c(3, 1, 2))
  expect_identical(as.vector(sort(x, decreasing = TRUE)), c(3, 2, 1))
  expect_identical(order(x), c(2L, 3L, 1L))
})
