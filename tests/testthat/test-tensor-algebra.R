test_that("%*%, crossprod() and tcrossprod() promote vectors as R does", {
  skip_if_no_torch()
  m <- matrix(c(2, 1, 0, 1, 3, 5), 2)
  x <- as_tensor(m)
  expect_identical(as.array(x %*% 1:3), m %*% 1:3)
  expect_identical(as.array(1:2 %*% x), 1:2 %*% m)
  expect_identical(as.array(crossprod(x)), crossprod(m))
  expect_identical(as.array(tcrossprod(x, x)), tcrossprod(m))
  expect_refused(x %*% x, "tensor", "non-conformable arguments: 2 x 3 and 2 x 3", from = "%*%")
})

test_that("more dimensions are torch's batches", {
  skip_if_no_torch()
  x <- torch$ones(5L, 2L, 3L)
  expect_identical(dim(x %*% torch$ones(3L, 4L)), c(5L, 2L, 4L))
})

test_that("everything but tensors goes to R's own", {
  m <- matrix(1:4, 2, dimnames = list(c("a", "b"), NULL))
  expect_identical(nnfit_function("%*%")(m, m), base::`%*%`(m, m))
  expect_identical(nnfit_function("crossprod")(m), base::crossprod(m))
  expect_identical(nnfit_function("tcrossprod")(m, m), base::tcrossprod(m, m))
})

test_that("solve(), chol() and det() are R's", {
  skip_if_no_torch()
  a <- matrix(c(4, 1, 2, 1, 5, 3, 2, 3, 6), 3)
  x <- as_tensor(a)
  expect_equal(as.array(solve(x)), solve(a))
  expect_equal(as.vector(solve(x, 1:3)), solve(a, 1:3))
  expect_equal(as.array(solve(x, diag(3))), solve(a))
  expect_equal(as.array(chol(x)), chol(a))
  expect_equal(as.vector(det(x)), det(a))
  expect_equal(as.vector(determinant(x)$modulus), as.vector(determinant(a)$modulus))
  expect_identical(as.vector(determinant(x)$sign), 1)
  expect_s3_class(determinant(x), "det")
  expect_identical(as.vector(diag(x)), diag(a))
  expect_error(solve(as_tensor(matrix(0, 2, 2))), class = "nnfit_error_tensor")
})

test_that("solve() of a qr() is least squares", {
  skip_if_no_torch()
  x <- cbind(1, mtcars$wt, mtcars$hp)
  fit <- solve(qr(as_tensor(x)), mtcars$mpg)
  expect_equal(as.vector(fit), unname(coef(lm(mpg ~ wt + hp, mtcars))))
})

test_that("what R does not dispatch answers in R", {
  skip_if_no_torch()
  x <- as_tensor(matrix(c(2, 1, 1, 3), 2))
  expect_equal(svd(x)$d, svd(as.array(x))$d)
  expect_identical(as_tensor(1:3) %o% 1:2, outer(1:3, 1:2) * 1L)
  expect_equal(sd(as_tensor(c(1, 2, 4))), sd(c(1, 2, 4)))
})

test_that("a singular matrix is refused in plain words", {
  skip_if_no_torch()
  error <- expect_error(solve(as_tensor(matrix(0, 2, 2))), class = "nnfit_error_tensor")
  expect_match(flat_message(error), "^linalg.*singular")
})

test_that("an integer tensor takes the dtype of the floating one beside it", {
  skip_if_no_torch()
  whole <- as_tensor(matrix(c(2L, 1L, 1L, 3L), 2))
  for (dtype in c("float32", "float64", "complex64")) {
    x <- as_tensor(diag(2), dtype)
    products <- list(
      whole %*% x, x %*% whole, crossprod(whole, x), tcrossprod(x, whole), solve(x, whole),
      solve(whole, x), x + whole, whole / x, c(x, whole), cbind(whole, x)
    )
    for (product in products) expect_identical(product$dtype, x$dtype)
  }
  expect_identical(solve(qr(torch$eye(2L)), whole)$dtype, torch$float32)
  expect_identical((whole %*% whole)$dtype, torch$float64)
})

test_that("wrong operands are refused by name", {
  skip_if_no_torch()
  x <- torch$ones(2L, 2L)
  for (wrong in list("a", list(1), mean, globalenv(), mtcars, as.raw(1), y ~ x, quote(abc))) {
    expect_refused(x %*% wrong, "tensor", "non-numeric argument to %*%", from = "%*%")
    expect_refused(wrong %*% x, "tensor", "non-numeric argument to %*%")
    expect_refused(crossprod(x, wrong), "tensor", "argument to crossprod", from = "crossprod")
    expect_refused(tcrossprod(x, wrong), "tensor", "argument to tcrossprod")
    expect_refused(determinant(x, wrong), "tensor", "logarithm must be TRUE or FALSE")
  }
  expect_identical(as.vector(determinant(torch$eye(2L) * 2, FALSE)$modulus), 4)
})
