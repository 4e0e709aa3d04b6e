test_that("a tensor shows shape, dtype, device and values", {
  skip_if_no_torch()
  expect_output(
    print(as_tensor(matrix(1:4, 2))),
    "# A torch tensor: 2 x 2, int64, cpu\n     [,1] [,2]", fixed = TRUE
  )
  expect_output(
    print(torch$tensor(0.1, requires_grad = TRUE)),
    "# A torch tensor: a number, float32, cpu, requires grad\n[1] 0.1", fixed = TRUE
  )
  expect_output(print(as_tensor(0.1, "float16")), "[1] 0.1", fixed = TRUE)
  expect_output(print(torch$zeros(2L, device = "meta")), "# A torch tensor: 2, float32, meta$")
  expect_output(print(torch$zeros(0L, 3L)), "0 x 3")
})

test_that("of a large tensor the beginning is shown", {
  skip_if_no_torch()
  shown <- capture.output(print(torch$zeros(1000L, 30L), n = 3))
  expect_length(shown, 6L)
  expect_identical(shown[6], "# ... the first 3 x 3")
  expect_output(print(torch$zeros(5L, 4L, 9L)), "# ... the first 5 x 4 x 3", fixed = TRUE)
})

test_that("str() takes one line, format() the values", {
  skip_if_no_torch()
  expect_output(str(list(a = as_tensor(1:3))), " $ a: torch int64 [1:3] 1 2 3", fixed = TRUE)
  expect_identical(capture.output(str(as_tensor(10:1))), " torch int64 [1:10] 10 9 8 7 6 5 4 3 2 1")
  expect_identical(
    capture.output(str(as_tensor(11:1))), " torch int64 [1:11] 11 10 9 8 7 6 5 4 3 2 ..."
  )
  expect_identical(capture.output(str(torch$tensor(pi))), " torch float32 3.14")
  expect_identical(format(as_tensor(c(1, 2.5))), format(array(c(1, 2.5))))
  expect_identical(paste("loss", torch$tensor(0.5)), "loss 0.5")
})

test_that("wrong arguments are refused by name", {
  skip_if_no_torch()
  x <- as_tensor(c(1, 2))
  for (wrong in list(NA, NaN, "a", NULL, -1, 0, 1:1e5 + 0.5, list(3), factor("a"), mean)) {
    expect_refused(print(x, digits = wrong), "tensor", "digits must be a number", from = "print")
    expect_refused(print(x, n = wrong), "tensor", "n must be a number from 1", from = "print")
  }
  # the borders
  expect_output(print(as_tensor(0.123456), n = 1, digits = 1), "[1] 0.1", fixed = TRUE)
  expect_output(print(as_tensor(0.5), digits = 22), "[1] 0.5", fixed = TRUE)
  expect_refused(print(x, digits = 23), "tensor", "digits must be a number from 1 to 22")
  expect_refused(print(x, digits = 1e300), "tensor", "digits must be a number from 1 to 22")
  expect_refused(suppressWarnings(format(x, nsmall = "a")), "tensor", "nsmall")
})
