test_that("the two-layer program runs as R users write it, to every printed digit", {
  skip_if_no_torch()
  torch$manual_seed(0)
  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  model <- torch$nn$Sequential(
    torch$nn$Linear(1000L, 100L), torch$nn$ReLU(), torch$nn$Linear(100L, 10L)
  )
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  learning_rate <- 1e-4
  losses <- numeric(500)
  for (t in 1:500) {
    loss <- loss_fn(model(x), y)
    losses[t] <- loss$item()
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), {
      for (param in iterate(model$parameters())) {
        param$data <- param$data - param$grad * learning_rate
      }
    })
  }
  printed <- fixture("two-layer-loss.csv")$train_loss
  # Half a unit of the last printed digit; the rest is the order of torch's sums.
  unit <- 10^(floor(log10(printed)) - 2)
  expect_lt(max(abs(losses - printed) / unit), 0.6)
})

test_that("R data on either side takes the tensor's floating dtype", {
  skip_if_no_torch()
  for (dtype in c("float16", "bfloat16", "float32", "float64")) {
    x <- torch$ones(2L, 3L, dtype = torch[[dtype]])
    for (data in list(1, 1L, TRUE, 1:2, matrix(1, 2, 3))) {
      expect_identical((x + data)$dtype, x$dtype)
      expect_identical((data / x)$dtype, x$dtype)
    }
  }
  expect_identical((torch$ones(2L) + 1i)$dtype, torch$complex64)
})

test_that("integers follow R: no wrapping, no truncation, doubles from `/` and `^`", {
  skip_if_no_torch()
  small <- as_tensor(c(200L, 100L), dtype = "uint8")
  expect_identical(as.vector(small + small), c(400L, 200L))
  expect_identical(as.vector(small + 0.5), c(200.5, 100.5))
  expect_identical(as.vector(small > 300), c(FALSE, FALSE))
  expect_identical(as.vector(as_tensor(7L) / 2L), 3.5)
  expect_identical(as.vector(as_tensor(2L)^as_tensor(-1L)), 0.5)
  expect_identical(as.vector(as_tensor(TRUE) + as_tensor(TRUE)), 2L)
  expect_identical(as.vector(as_tensor(5L) %/% 0L), NaN)
  expect_identical(as.vector(as_tensor(16777217L) > 16777216.5), TRUE)
})

test_that("plain vectors recycle down the columns, and R warns as usual", {
  skip_if_no_torch()
  m <- matrix(as.double(1:6), 2)
  x <- as_tensor(m)
  expect_identical(as.array(x + 1:2), m + 1:2)
  expect_identical(as.array(1:3 - x), 1:3 - m)
  expect_warning(x + 1:4, "longer object length", class = "nnfit_warning_tensor")
})

test_that("where R refuses, torch broadcasts", {
  skip_if_no_torch()
  column <- as_tensor(matrix(1:3))
  row <- matrix(1:4, 1)
  expect_identical(as.array(column * row), matrix(1:3, 3, 4) * matrix(1:4, 3, 4, TRUE))
  expect_identical(as.array(torch$zeros(3L, 4L) + as_tensor(1:4)), matrix(1:4 + 0, 3, 4, TRUE))
})

test_that("what is not a number is refused", {
  skip_if_no_torch()
  x <- torch$ones(2L)
  expect_refused(x + "a", "tensor", "non-numeric argument to +", from = "+")
  expect_refused(list(1) * x, "tensor", "non-numeric argument to *", from = "*")
  expect_refused(x & NA, "tensor", "no NA", from = "&")
  expect_identical(as.vector(x + NA), c(NaN, NaN))
  missing <- NA
  expect_identical(as.vector(x == missing), c(FALSE, FALSE))
})

test_that("an operand is copied, not shared", {
  skip_if_no_torch()
  w <- torch$ones(2L, 2L, dtype = torch$float64, requires_grad = TRUE)
  m <- matrix(2, 2, 2)
  loss <- sum(w * m)
  m[] <- 0
  loss$backward()
  expect_identical(as.array(w$grad), matrix(2, 2, 2))
})

test_that("& and | refuse a missing double as they do a missing logical", {
  skip_if_no_torch()
  x <- as_tensor(c(TRUE, FALSE))
  for (missing in list(NA, NA_integer_, NA_real_, NaN, c(1, NA))) {
    expect_refused(x & missing, "tensor", "a logical tensor has no NA", from = "&")
    expect_refused(missing | x, "tensor", "a logical tensor has no NA", from = "|")
  }
})

test_that("a vector that fits a whole number of times, or is longer, is no reason to warn", {
  skip_if_no_torch()
  x <- as_tensor(matrix(as.double(1:6), 2))
  for (n in c(1, 2, 3, 6)) expect_silent(x + seq_len(n))
  expect_silent(as_tensor(1:2) * 1:2)
})
