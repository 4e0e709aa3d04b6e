test_that("positions count from 1 and dimensions drop", {
  skip_if_no_torch()
  m <- matrix(1:12, 3)
  x <- as_tensor(m)
  expect_identical(as.array(x[2, ]), array(m[2, ]))
  expect_identical(as.array(x[2, , drop = FALSE]), m[2, , drop = FALSE])
  expect_identical(as.array(x[2, 3]), 8L)
  expect_identical(as.array(x[[2, 3]]), 8L)
  expect_identical(as.vector(x[m > 6]), m[m > 6])
  expect_identical(as.vector(x[x > 6]), m[m > 6])
  expect_identical(as.array(x[]), m)
  i <- 2
  expect_identical(as.vector((function(k) x[k, -1])(i)), m[2, -1])
})

test_that("out of range is refused in R's words", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:12, 3))
  expect_refused(x[4, 1], "subscript", "subscript out of bounds", from = "[")
  expect_refused(x[[13]], "subscript", "subscript out of bounds", from = "[[")
  expect_refused(x[1, 1, 1], "subscript", "incorrect number of dimensions")
  expect_refused(x[rep(TRUE, 4), 1], "subscript", "(subscript) logical subscript too long")
  expect_refused(x[c(-1, 1), 1], "subscript")
  expect_refused(x["a", 1], "subscript", "subscript out of bounds")
  expect_refused(x[list(1), 1], "subscript", "invalid subscript type list")
  expect_refused(x[[1:2]], "subscript", "more than one element")
  expect_refused(x[13], "tensor", "no NA")
})

test_that("beyond the end a floating tensor has NaN", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 2))
  expect_identical(as.vector(x[c(2, 5, NA)]), c(2, NaN, NaN))
  expect_identical(as.vector(torch$zeros(0L)[1]), NaN)
  expect_identical(as.array(as_tensor(diag(2))[c(2, NA), ]), rbind(c(0, 1), NaN))
  expect_identical(as.array(torch$zeros(0L, 2L)[NA_integer_, ]), array(c(NaN, NaN)))
})

test_that("assignment writes into the tensor itself", {
  skip_if_no_torch()
  x <- torch$zeros(2L, 3L)
  same <- x
  x[1, ] <- 1:3
  x[[2, 1]] <- 9
  x[x == 0] <- -1
  expect_identical(as.array(same), rbind(1:3, c(9, -1, -1)))
  expect_refused(x[1, ] <- 1:2, "tensor", "not a multiple of replacement length")
  expect_warning(x[1:3] <- 1:2, "not a multiple", class = "nnfit_warning_tensor")
  expect_refused(x[7] <- 1, "subscript", "a tensor does not grow")
  expect_refused(x[1] <- numeric(), "tensor", "replacement has length zero")
})

test_that("what `[` gives is a copy", {
  skip_if_no_torch()
  x <- torch$zeros(2L, 3L)
  for (part in list(x[1, ], x[1, 1], x[, ], x[1:2, ], x[[1, 1]], x[1])) part$add_(1)
  expect_identical(as.array(x), matrix(0, 2, 3))
})

test_that("diag(x) <- value goes through", {
  skip_if_no_torch()
  x <- torch$zeros(2L, 2L)
  diag(x) <- 1:2
  expect_identical(as.array(x), diag(c(1, 2)))
})

test_that("a dtype that can not hold the values refuses them", {
  skip_if_no_torch()
  x <- as_tensor(1:3, dtype = "uint8")
  x[1] <- 7
  expect_identical(as.vector(x), c(7L, 2L, 3L))
  expect_refused(x[1] <- 0.5, "tensor", "uint8 can not hold")
  expect_refused(x[1] <- 300L, "tensor", "uint8 can not hold")
  expect_refused(x[1] <- NA, "tensor", "uint8 can not hold")
})

test_that("a name asks for a property", {
  skip_if_no_torch()
  expect_identical(torch$zeros(2L)[["is_sparse"]], FALSE)
})

test_that("drop and names are refused by name", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:6, 2))
  for (wrong in list("a", NA, NULL, 1:2, list(TRUE), mean)) {
    expect_refused(x[1, , drop = wrong], "tensor", "drop must be TRUE or FALSE", from = "[")
  }
  # what is given is taken as it is, and not run
  mean_of <- 5
  expect_refused(x[[1]] <- quote(mean_of), "tensor", "non-numeric argument", "a symbol")
  for (wrong in list(mean, globalenv(), quote(abc), y ~ x, as.raw(1), 1i)) {
    expect_refused(x[wrong], "subscript", "invalid subscript")
    expect_refused(x[[wrong]], "subscript", "invalid subscript", from = "[[")
    expect_refused(x[wrong] <- 1L, "subscript", "invalid subscript")
  }
  expect_refused(x[[c("shape", "dtype")]], "subscript", "out of bounds")
  expect_refused(x[[]], "subscript", "invalid subscript", from = "[[")
  expect_identical(as.array(x[2, , drop = 0]), matrix(c(2L, 4L, 6L), 1))
})

test_that("a matrix of places may have missing ones and zeros, as in R", {
  skip_if_no_torch()
  m <- matrix(c(1.5, 2, 3, 4, 5, 6), 2)
  x <- as_tensor(m)
  for (places in list(
    cbind(c(1, NA, 2), c(2, 1, 3)), cbind(c(1, 0), c(3, 1)), cbind(c(0, 2), c(NA, 3)),
    cbind(1.9, 2.9), cbind(NA, 1)
  )) {
    expected <- m[places]
    expect_identical(as.vector(x[places]), replace(expected, is.na(expected), NaN))
  }
  for (wrong in list(cbind(3, 1), cbind(1, 4), cbind(c(NA, 3), 1))) {
    expect_refused(x[wrong], "subscript", "subscript out of bounds")
  }
  expect_refused(x[cbind(c(NA, -1), 1)], "subscript", "negative values are not allowed")
})

test_that("one value may be written where a position is missing, as in R", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 2, 3))
  x[c(1, NA)] <- 9
  expect_identical(as.vector(x), c(9, 2, 3))
  m <- matrix(1:6, 3)
  expect_identical(as.vector(as_tensor(m)[c(TRUE, FALSE, TRUE), 2]), m[c(TRUE, FALSE, TRUE), 2])
})

test_that("a property is set by its name", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 2))
  x[["requires_grad"]] <- TRUE
  expect_true(x$requires_grad)
})

test_that("single places are taken in one crossing, with the same answers and refusals", {
  skip_if_no_torch()
  m <- matrix(c(1, NaN, 3:6), 2)
  x <- as_tensor(m)
  for (drop in c(TRUE, FALSE)) {
    expect_identical(as.array(x[2, , drop = drop]), as.array(x[c(FALSE, TRUE), , drop = drop]))
    expect_identical(as.array(x[, 3, drop = drop]), as.array(x[, c(FALSE, FALSE, TRUE), drop = drop]))
    expect_identical(as.array(x[1.9, 2L, drop = drop]), as.array(x[1, 2, drop = drop]))
  }
  expect_identical(as.vector(x[, ]), as.vector(m))
  x[1, ]$fill_(9) # a copy, not a view
  expect_identical(as.array(x), m)
  refused <- function(code, ...) expect_refused(code, "subscript", ...)
  refused(x[3, ], "subscript out of bounds")
  refused(x[1, 1e10], "subscript out of bounds")
  refused(x[1, 1, 1], "incorrect number of dimensions")
  refused(as_tensor(1:3)[1, ], "incorrect number of dimensions")
  refused(x["a", ], "subscript out of bounds")
  expect_identical(dim(x[0, ]), c(0L, 3L))
  expect_identical(as.array(x[-1, ]), array(m[2, ]))
  expect_true(all(is.nan(as.array(x[NA_integer_, ]))))
})
