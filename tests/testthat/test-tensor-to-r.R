test_that("every dtype comes back exactly", {
  skip_if_no_torch()
  m <- matrix(c(0, 1, 1, 2, 3, 5), 2)
  for (dtype in c("float16", "bfloat16", "float32", "float64")) {
    expect_identical(as.array(as_tensor(m, dtype)), m)
  }
  for (dtype in c("uint8", "int8", "int16", "int32", "int64")) {
    expect_identical(as.array(as_tensor(m, dtype)), matrix(as.integer(m), 2))
  }
  expect_identical(as.array(as_tensor(m > 1)), m > 1)
  expect_identical(as.array(as_tensor(m + 2i, "complex64")), m + 2i)
})

test_that("64-bit integers become doubles where they do not fit", {
  skip_if_no_torch()
  big <- as_tensor(c(1, 2^31), dtype = "int64")
  expect_identical(as.array(big), array(c(1, 2^31)))
  # R's smallest integer is its NA.
  expect_identical(as.array(as_tensor(-2^31, dtype = "int32")), -2^31)
  expect_warning(as.array(as_tensor(2^60, dtype = "int64")), class = "nnfit_warning_tensor")
})

test_that("all shapes, strides and owners come back", {
  skip_if_no_torch()
  a <- array(rnorm(24), 2:4)
  x <- as_tensor(a)
  expect_identical(as.array(x$permute(2L, 0L, 1L)), aperm(a, c(3, 1, 2)))
  expect_identical(as.array(x$mT), aperm(a, c(1, 3, 2)))
  expect_identical(as.array(torch$zeros(0L, 3L)), matrix(0, 0, 3))
  expect_identical(as.array(torch$zeros(0L)), array(0, 0))
  expect_identical(as.array(torch$tensor(2)), 2)
  expect_identical(as.array(torch$nn$Parameter(x)), a)
  expect_identical(as.array(torch$eye(2L)$to_sparse()), diag(2))
})

test_that("what comes back is R's own", {
  skip_if_no_torch()
  x <- torch$zeros(3L)
  before <- as.array(x)
  x$add_(1)
  expect_identical(before, array(c(0, 0, 0)))
})

test_that("vectors, matrices and data frames of every type come out", {
  skip_if_no_torch()
  m <- matrix(c(0, 1, 2.5, 3), 2)
  x <- as_tensor(m)
  expect_identical(as.matrix(x), m)
  expect_identical(as.matrix(as_tensor(1:2)), matrix(1:2))
  expect_identical(as.vector(x), as.vector(m))
  expect_identical(as.vector(x, "list"), as.list(m))
  for (name in c("numeric", "double", "integer", "logical", "complex", "character", "list")) {
    f <- get(paste0("as.", name))
    expect_identical(f(x), f(m))
  }
  expect_identical(as.data.frame(x), as.data.frame(m))
  expect_identical(tibble::as_tibble(x), tibble::as_tibble(as.data.frame(m)))
})

test_that("all.equal() goes by the coarser dtype's precision", {
  skip_if_no_torch()
  x <- as_tensor(c(0.1, 0.2), "float32")
  expect_true(all.equal(x, c(0.1, 0.2)))
  expect_true(all.equal(as_tensor(c(0.1, 0.2)), x))
  expect_match(all.equal(x, c(0.1, 0.3)), "difference")
  expect_match(all.equal(as_tensor(0.1), 0.1 + 1e-6), "difference")
  expect_true(all.equal(as_tensor(0.1), 0.1 + 1e-6, tolerance = 1e-3))
  # code is compared, not run
  expect_type(all.equal(x, quote(nowhere)), "character")
})

test_that("wrong arguments are refused in R's words, from the user's call", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:6, 2))
  expect_refused(as.vector(x, "nope"), "tensor", "mode", from = "as.vector")
})

test_that("as.data.frame() takes what it takes of a matrix", {
  skip_if_no_torch()
  m <- matrix(c(0, 1, 2.5, 3), 2)
  x <- as_tensor(m)
  expect_identical(as.data.frame(x, optional = TRUE), as.data.frame(m, optional = TRUE))
  expect_identical(
    as.data.frame(x, row.names = c("a", "b")), as.data.frame(m, row.names = c("a", "b"))
  )
  for (wrong in list(c("a", "a"), "a", 1:3, matrix(c("a", "b")), c("a", NA))) {
    expect_refused(as.data.frame(x, row.names = wrong), "tensor", "row.names must be")
  }
  expect_refused(as.data.frame(x, optional = NA), "tensor", "optional must be")
})
