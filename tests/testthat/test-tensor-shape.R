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
  none <- torch$zeros(0L)
  dim(none) <- c(0, 3)
  expect_identical(dim(none), c(0L, 3L))
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

test_that("the first tensor says the device of c(), cbind() and rbind()", {
  skip_if_no_torch()
  far <- torch$zeros(2L, device = "meta")
  for (join in list(c, cbind, rbind)) {
    expect_identical(join(far, 1:2)$device$type, "meta")
    expect_identical(join(far, far, 1)$device$type, "meta")
    expect_refused(join(torch$zeros(2L), 1, far), "tensor", "cpu", "meta", "move one of them")
    expect_refused(join(far, 1, torch$zeros(2L)), "tensor", "meta", "cpu", "move one of them")
  }
  # No data in front decides: R's own c(), cbind() and rbind() dispatch on any of them.
  expect_identical(cbind(1, far)$device$type, "meta")
  expect_identical(rbind(1:2, far)$device$type, "meta")
})

test_that("dim() may be taken away", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:6, 2))
  dim(x) <- NULL
  expect_identical(as.array(x), array(1:6))
})

test_that("wrong arguments are refused by name", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:6, 2))
  refused <- function(code, ...) expect_refused(code, "tensor", ...)
  for (wrong in list("a", NA, -1, 1.5, list(1), mean, Sys.Date(), factor("a"))) {
    refused(dim(x) <- wrong, "value must be whole numbers")
    refused(aperm(x, wrong), "perm must be an order of the dimensions")
  }
  refused(aperm(x, c(1, 1)), "perm must be an order")
  for (wrong in list("a", numeric(), 1:3, list(1), NULL, Sys.Date())) {
    refused(head(x, wrong), "n must be a number for each dimension", from = "head")
    refused(tail(x, wrong), "n must be a number for each dimension")
  }
  refused(suppressWarnings(rep(x, times = "a")), "invalid", from = "rep")
  refused(rep(x, each = -2), "invalid each")
})
