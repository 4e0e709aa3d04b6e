test_that("numbers stay tensors, all() and any() answer in R", {
  skip_if_no_torch()
  x <- as_tensor(c(3, 1, 2))
  for (f in list(sum, prod, max, min, mean, median)) {
    expect_s3_class(f(x), "torch.Tensor")
    expect_null(dim(f(x)))
  }
  expect_identical(all(x > 0), TRUE)
  expect_identical(if (any(x > 2)) "yes", "yes")
  expect_identical(as.array(range(x)), array(c(1, 3)))
})

test_that("missing values count as in R", {
  skip_if_no_torch()
  x <- as_tensor(c(1, NaN, 3))
  expect_identical(as.vector(sum(x)), NaN)
  expect_identical(as.vector(sum(x, na.rm = TRUE)), 4)
  expect_identical(as.vector(mean(x, na.rm = TRUE)), 2)
  expect_identical(as.vector(median(x, na.rm = TRUE)), 2)
  expect_identical(any(as_tensor(c(0, NaN))), NA)
  expect_identical(any(as_tensor(c(1, NaN))), TRUE)
  expect_identical(all(as_tensor(c(1, NaN)), na.rm = TRUE), TRUE)
})

test_that("several arguments are taken together", {
  skip_if_no_torch()
  x <- as_tensor(1:3)
  expect_identical(as.vector(sum(x, 10, x)), 22)
  expect_identical(as.vector(max(x, matrix(5:8, 2))), 8L)
})

test_that("nothing has a sum and extremes as in R", {
  skip_if_no_torch()
  nothing <- torch$zeros(0L)
  expect_identical(as.vector(sum(nothing)), 0)
  expect_identical(as.vector(max(nothing)), -Inf)
  expect_identical(as.vector(range(nothing)), c(Inf, -Inf))
})

test_that("summary(), quantile() and unique() describe the values", {
  skip_if_no_torch()
  m <- matrix(c(1, 2, 2, 5), 2)
  expect_identical(summary(as_tensor(m)), summary(m))
  expect_identical(quantile(as_tensor(m), 0.3), quantile(m, 0.3))
  expect_identical(as.vector(unique(as_tensor(c(1, 2, 2, 5)))), c(1, 2, 5))
})

test_that("wrong arguments are refused by name", {
  skip_if_no_torch()
  x <- as_tensor(c(3, 1, 2))
  for (wrong in list("a", NA, 1:2, list(TRUE), NULL, Sys.Date(), mean)) {
    for (f in list(sum, max, all, range, mean, median)) {
      expect_refused(f(x, na.rm = wrong), "tensor", "na.rm must be TRUE or FALSE")
    }
  }
  for (wrong in list("a", NA, 1:2, list(0), NULL, Sys.Date())) {
    expect_refused(mean(x, trim = wrong), "tensor", "trim must be a number", from = "mean")
  }
  expect_refused(quantile(x, 2), "tensor", "probs", from = "quantile")
  expect_identical(as.vector(sum(x, na.rm = 1)), 6)
})
