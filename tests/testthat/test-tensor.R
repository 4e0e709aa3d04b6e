test_that("a call that torch refuses is a classed error from the user's call", {
  skip_if_no_torch()
  x <- as_tensor(matrix(1:6, 2))
  error <- expect_error(x + as_tensor(1:4), class = "nnfit_error_tensor")
  expect_identical(conditionCall(error), quote(x + as_tensor(1:4)))
  expect_match(conditionMessage(error), "must match the size")
})

test_that("in-place change of a tracked leaf is refused in R's words", {
  skip_if_no_torch()
  p <- torch$nn$Parameter(torch$zeros(3L))
  expect_refused(p[1] <- 2, "tensor", "leaf Variable", "with(torch$no_grad(), ...)")
  expect_refused(p[p == 0] <- 2, "tensor", "can not be changed in place")
  with(torch$no_grad(), p[1] <- 2)
  expect_identical(as.vector(p), c(2, 0, 0))
})

test_that("a tensor of another session says that it is gone", {
  skip_if_no_torch()
  file <- withr::local_tempfile()
  saveRDS(as_tensor(1:3), file)
  x <- readRDS(file)
  for (use in list(
    function() x + 1, function() -x, function() exp(x), function() dim(x),
    function() x[1], function() as.array(x), function() print(x), function() str(x),
    function() x %*% x, function() c(x, 1), function() format(x), function() length(x)
  )) {
    expect_refused(use(), "tensor", "This tensor is gone", "torch$save")
  }
  # R puts the tensor itself into the call of sum(x), which testthat would look at.
  gone <- tryCatch(sum(x), error = identity)
  expect_s3_class(gone, "nnfit_error_tensor")
})

test_that("tensors on two devices are never brought together silently", {
  skip_if_no_torch()
  x <- torch$zeros(3L)
  far <- torch$zeros(3L, device = "meta")
  for (use in list(
    function() x + far, function() far * x, function() x == far, function() x %*% far,
    function() c(x, far), function() cbind(far, x), function() x[1] <- far[1],
    function() x - torch$zeros(list(), device = "meta")
  )) {
    expect_refused(use(), "tensor", "cpu", "meta", "move one of them")
  }
  expect_identical((far + 1:3)$device$type, "meta")
})

test_that("$ gives what Python has", {
  skip_if_no_torch()
  x <- torch$ones(2L, requires_grad = TRUE)
  expect_null(x$grad)
  expect_s3_class(x$data, "torch.Tensor")
  expect_true(x$requires_grad)
  expect_identical(x$sum()$item(), 2)
  expect_identical((x + 1)$sum()$item(), 4)
  expect_error(x$nothing, "nothing")
})
