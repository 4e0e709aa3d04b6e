test_that("every member of R's groups has its rule", {
  skip_if_no_torch()
  for (group in c("Math", "Summary", "Complex")) {
    members <- methods::getGroupMembers(group)
    expect_identical(setdiff(members, ls(tensor_rules())), character())
  }
})

test_that("integers stay integers where R leaves them, and become doubles elsewhere", {
  skip_if_no_torch()
  x <- as_tensor(c(-2L, 3L), dtype = "int8")
  for (f in list(abs, sign, floor, ceiling, trunc, round, cumsum, cummax)) {
    expect_type(as.vector(f(x)), "integer")
  }
  for (f in list(exp, sqrt, cumprod, gamma)) expect_type(as.vector(f(x)), "double")
  expect_identical(as.vector(round(as_tensor(127L), -1)), 130)
})

test_that("log() takes a base, round() and signif() their digits", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 8, 100))
  expect_equal(as.vector(log(x, 2)), log(c(1, 8, 100), 2))
  expect_equal(as.vector(log(x, base = 10)), c(0, log10(8), 2))
  # R goes to the nearer candidate: 0.15 lies below its decimal.
  expect_identical(as.vector(round(as_tensor(c(0.15, 0.25, 2.5)), 1)), round(c(0.15, 0.25, 2.5), 1))
  expect_identical(as.vector(signif(as_tensor(c(123456, 0)), 2)), c(120000, 0))
})

test_that("trigamma() has all digits, and both ends", {
  skip_if_no_torch()
  x <- c(0.25, 3, 1e6, Inf, -0.5, -2.25, -2)
  expect_equal(as.vector(trigamma(as_tensor(x))), trigamma(x), tolerance = 1e-14)
})

test_that("R has no such function of complex numbers, and neither have tensors", {
  skip_if_no_torch()
  z <- as_tensor(1 + 2i)
  for (f in list(floor, sign, trunc, gamma, cummax)) {
    expect_error(f(z), class = "nnfit_error_tensor")
  }
  expect_identical(as.array(Conj(z)), 1 - 2i)
  expect_identical(as.array(round(z * 1.26, 1)), 1.3 + 2.5i)
})

test_that("is.na() and its kin answer element by element, anyNA() once", {
  skip_if_no_torch()
  x <- as_tensor(matrix(c(1, NaN, Inf, 2), 2))
  expect_identical(as.array(is.na(x)), is.na(as.array(x)))
  expect_identical(as.array(is.finite(x)), is.finite(as.array(x)))
  expect_true(anyNA(x))
})

test_that("digits and base are refused by name, or taken", {
  skip_if_no_torch()
  x <- as_tensor(c(1.25, 8))
  for (wrong in list("a", NA, 1:2, list(1), NULL, Sys.Date(), mean)) {
    expect_refused(round(x, wrong), "tensor", "digits must be a number", from = "round")
    expect_refused(signif(x, wrong), "tensor", "digits must be a number")
  }
  expect_refused(log(x, "a"), "tensor", "non-numeric argument to log", from = "log")
  expect_refused(log(x, torch$ones(3L)), "tensor", "size", from = "log")
  expect_refused(log(x, matrix(2, 3, 3)), "tensor", from = "log")
  expect_identical(as.vector(round(x, Inf)), c(1.25, 8))
  expect_identical(as.vector(round(x, -Inf)), c(0, 0))
  expect_equal(as.vector(log(x, 2L)), log(c(1.25, 8), 2))
  expect_equal(as.vector(log(x, c(2, 3))), log(c(1.25, 8), c(2, 3)))
  base <- as_tensor(c(2L, 3L))
  expect_equal(as.vector(log(x, base)), log(c(1.25, 8), c(2, 3)))
  expect_identical(log(torch$ones(2L), base)$dtype, torch$float32)
})
