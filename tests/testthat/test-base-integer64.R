# The bits of whole numbers up to 2^53 as doubles that are not normal.
bits <- function(n) structure(n * 2^-1074, class = "integer64")

test_that("bits become the numbers that they mean", {
  small <- c(0, 1, 2, 2^31 - 1, 2^31, 2^32, 2^32 + 5, 2^52)
  expect_identical(integer64_to_double(bits(small)), small)
  # All ones are -1; the least is the missing value.
  minus_one <- readBin(rep(as.raw(255), 8), "double")
  least <- readBin(as.raw(c(rep(0, 7), 128)), "double")
  x <- structure(c(minus_one, least), class = "integer64")
  expect_identical(integer64_to_double(x), c(-1, NA))
})

test_that("names and dimensions stay", {
  expect_identical(integer64_to_double(bits(c(a = 1, b = 2))), c(a = 1, b = 2))
  x <- structure(matrix(1:4 * 2^-1074, 2), class = "integer64")
  expect_identical(integer64_to_double(x), matrix(c(1, 2, 3, 4), 2))
})

test_that("numbers that doubles do not tell apart give nothing", {
  beyond <- readBin(as.raw(c(1, 0, 0, 0, 0, 0, 32, 0)), "double") # one more than 2^53
  expect_null(integer64_to_double(structure(beyond, class = "integer64")))
})
