test_that("R's data keeps its shape and its type", {
  skip_if_no_torch()
  kinds <- list(
    float64 = c(1.5, NaN, -Inf), int64 = 1:3, bool = c(TRUE, FALSE),
    complex128 = complex(real = c(1, Inf), imaginary = c(NaN, 2))
  )
  for (dtype in names(kinds)) {
    x <- as_tensor(kinds[[dtype]])
    expect_s3_class(x, "torch.Tensor")
    expect_identical(x$dtype, torch[[dtype]])
    expect_identical(as.array(x), array(kinds[[dtype]]))
  }
  m <- matrix(rnorm(6), 2)
  a <- array(1:24, 2:4)
  expect_identical(as.array(as_tensor(m)), m)
  expect_identical(as.array(as_tensor(a)), a)
  expect_true(as_tensor(m)$is_contiguous())
})

test_that("a plain number is a 0-d tensor, a one-element array a 1-d one", {
  skip_if_no_torch()
  for (x in list(2.5, 3L, TRUE, 2i)) {
    expect_null(dim(as_tensor(x)))
    expect_identical(as.array(as_tensor(x)), x)
  }
  expect_identical(dim(as_tensor(array(2.5))), 1L)
})

test_that("missing values become NaN, or are refused", {
  skip_if_no_torch()
  expect_identical(as.array(as_tensor(c(1L, NA))), array(c(1, NA)))
  expect_identical(as.array(as_tensor(c(TRUE, NA))), array(c(1, NA)))
  expect_refused(as_tensor(c(1L, NA), dtype = "int64"), "tensor", "no NaN", from = "as_tensor")
})

test_that("a dtype that is none is refused", {
  skip_if_no_torch()
  for (name in c("flot32", "ones")) {
    expect_refused(as_tensor(1, dtype = name), "tensor", "must be the name of a torch dtype", name)
  }
})

test_that("dtype, device and requires_grad are torch's", {
  skip_if_no_torch()
  x <- as_tensor(1:3, dtype = "float32", requires_grad = TRUE)
  expect_identical(x$dtype, torch$float32)
  expect_true(x$requires_grad)
  expect_identical(as_tensor(1:3, dtype = torch$uint8)$dtype, torch$uint8)
  expect_identical(as_tensor(1:3, device = "meta")$device$type, "meta")
  expect_identical(as_tensor(as_tensor(1:3), dtype = "float16")$dtype, torch$float16)
})

test_that("a data frame is a matrix, a factor or text an error", {
  skip_if_no_torch()
  expect_identical(dim(as_tensor(mtcars)), dim(mtcars))
  expect_refused(as_tensor(iris$Species), "tensor", "x must be numeric", "counts classes from 0")
  expect_refused(as_tensor("a"), "tensor", "x must be numeric", from = "as_tensor")
  expect_refused(as_tensor(iris), "tensor", "x must be numeric")
})

test_that("the tensor has its own memory", {
  skip_if_no_torch()
  m <- matrix(0, 2, 2)
  as_tensor(m)$add_(1)
  expect_identical(m, matrix(0, 2, 2))
})

test_that("a tensor that is given stays as it was", {
  skip_if_no_torch()
  x <- torch$zeros(2L)
  expect_true(as_tensor(x, requires_grad = TRUE)$requires_grad)
  expect_false(x$requires_grad)
})

# Values that are nothing of what an argument asks for.
wrong_values <- list(
  NA, NaN, 1.5, "", NA_character_, character(), list(), factor("a"), Sys.Date(), mean, globalenv(),
  mtcars, matrix(1:4, 2), 1i, as.raw(1), 1:1e5 + 0.5, y ~ x, c("a", "b"), quote(abc)
)

test_that("every argument of as_tensor() is checked by name", {
  skip_if_no_torch()
  for (wrong in wrong_values) {
    refused <- function(code, ...) expect_refused(code, "tensor", ..., from = "as_tensor")
    refused(as_tensor(1, dtype = wrong), "dtype must be the name of a torch dtype")
    refused(as_tensor(1, device = wrong), "device ")
    refused(as_tensor(1, requires_grad = wrong), "requires_grad must be TRUE or FALSE")
  }
  for (wrong in c("nope", "a\nb", "{x}", "cpu:x")) {
    expect_refused(as_tensor(1, device = wrong), "tensor", "device ", "can not be used")
  }
  expect_refused(as_tensor(1:2, requires_grad = TRUE), "tensor", "requires_grad needs a floating")
  expect_refused(as_tensor(torch$nn), "tensor", "x can not be made a tensor", from = "as_tensor")
  expect_identical(as_tensor(1, device = torch$device("meta"))$device$type, "meta")
})
