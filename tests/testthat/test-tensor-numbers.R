# The integers n as bit64 keeps them: their bits in the memory of doubles.
integer64 <- function(...) {
  bits <- vapply(list(...), function(text) {
    reticulate::py_eval(paste0(
      "__import__('struct').unpack('<d', __import__('struct').pack('<q', ", text, "))[0]"
    ))
  }, 0)
  structure(bits, class = "integer64")
}
python_values <- function(x) {
  reticulate::py_eval("lambda x: str(x.tolist())")(x)
}

test_that("integer64 is int64, to the last digit", {
  skip_if_no_torch()
  x <- as_tensor(integer64("1", "-1", "2**53 + 1", "-(2**63) + 1"))
  expect_identical(x$dtype, torch$int64)
  expect_identical(python_values(x), "[1, -1, 9007199254740993, -9223372036854775807]")
  single <- as_tensor(integer64("2**40"))
  expect_null(dim(single))
  expect_identical(as.array(single), 2^40)
  bits <- integer64("1", "2", "3", "4", "5", "6")
  dim(bits) <- c(2L, 3L)
  expect_identical(as.array(as_tensor(bits)), matrix(1:6, 2))
  expect_identical(as.array(as_tensor(integer64("3", "4"), "float32")), array(c(3, 4)))
  expect_identical(dim(as_tensor(structure(numeric(), class = "integer64"))), 0L)
})

test_that("an NA of integer64 is NaN, where doubles hold the others", {
  skip_if_no_torch()
  expect_identical(as.array(as_tensor(integer64("-(2**63)", "-7"))), array(c(NaN, -7)))
  expect_identical(as.array(as_tensor(integer64("-(2**63)"))), NaN)
  expect_identical(as.array(as_tensor(integer64("-(2**63)", "2**53"))), array(c(NaN, 2^53)))
  expect_refused(
    as_tensor(integer64("-(2**63)", "2**53 + 1")), "tensor", "integer64 beyond 2^53",
    from = "as_tensor"
  )
})

test_that("integer64 is its numbers beside a tensor, in it and as an index", {
  skip_if_no_torch()
  x <- as_tensor(matrix(c(1, 2, 3, 4), 2))
  two <- integer64("1", "2")
  expect_identical(as.array(x + two), matrix(c(1, 2, 3, 4), 2) + 1:2)
  expect_identical(as.array(two * x), matrix(c(1, 2, 3, 4), 2) * 1:2)
  expect_identical((torch$ones(2L) + two)$dtype, torch$float32)
  expect_identical(python_values(as_tensor(1:2) + integer64("2**60", "1")), paste0(
    "[", "1152921504606846977", ", 3]"
  ))
  expect_identical(as.vector(x == integer64("1")), c(TRUE, FALSE, FALSE, FALSE))
  expect_identical(as.array(x %*% two), matrix(c(7, 10)))
  expect_identical(as.vector(c(x, two)), c(1, 2, 3, 4, 1, 2))
  expect_identical(c(as_tensor(1L), two)$dtype, torch$int64)
  expect_identical(as.array(cbind(two, x)), cbind(c(1, 2), c(1, 2), c(3, 4)))
  expect_identical(as.vector(x[integer64("2", "3")]), c(2, 3))
  expect_identical(as.vector(x[integer64("-1"), 1]), 2)
  expect_identical(as.array(x[[integer64("3")]]), 3)
  x[1, ] <- integer64("8", "9")
  x[integer64("2")] <- integer64("-(2**63)")
  expect_identical(as.array(x), rbind(c(8, 9), c(NaN, 4)))
  expect_identical(as.vector(as_tensor(c(TRUE, TRUE)) & integer64("0", "5")), c(FALSE, TRUE))
  expect_refused(as_tensor(TRUE) & integer64("-(2**63)"), "tensor", "& with NA", from = "&")
})

test_that("a data frame may have integer64 columns", {
  skip_if_no_torch()
  d <- data.frame(a = 1:2)
  d$b <- integer64("2**53 + 1", "-2")
  expect_identical(python_values(as_tensor(d["b"])), "[[9007199254740993], [-2]]")
  expect_refused(as_tensor(d), "tensor", "integer64 beyond 2^53", from = "as_tensor")
  d$b <- integer64("7", "-(2**63)")
  expect_identical(as.array(as_tensor(d)), cbind(c(1, 2), c(7, NaN)))
})

# Values that are doubles or integers underneath, and something else to R.
meaningful <- list(
  Date = as.Date("2024-01-01") + 0:1, POSIXct = as.POSIXct(c(0, 1), origin = "1970-01-01"),
  difftime = as.difftime(c(1, 2), units = "hours"), factor = factor(c("a", "b")),
  octmode = as.octmode(8:9), hexmode = as.hexmode(8:9), roman = utils::as.roman(1:2),
  numeric_version = numeric_version(c("1.0", "2.0")),
  haven_labelled = structure(c(1, 2), class = c("haven_labelled", "vctrs_vctr", "double")),
  units = structure(c(1, 2), class = "units"), unknown = structure(c(1, 2), class = "money"),
  dist = stats::dist(c(1, 2, 4)), POSIXlt = as.POSIXlt("2024-01-01", tz = "UTC"),
  raw = as.raw(1:2), text = c("a", "b"), list = list(1, 2), `function` = mean
)

test_that("as_tensor() and c() refuse what means something else, by name", {
  skip_if_no_torch()
  for (value in meaningful) {
    expect_refused(
      as_tensor(value), "tensor", "x must be numeric, logical or complex, not", from = "as_tensor"
    )
    expect_refused(c(torch$ones(2L), value), "tensor", "argument 2 of c() must be numeric")
  }
  expect_refused(cbind(torch$ones(2L), 1, "a"), "tensor", "argument 3 of cbind() must be")
  expect_refused(as_tensor(meaningful$difftime), "tensor", "as.numeric(x, units = secs)")
  expect_refused(as_tensor(meaningful$hexmode), "tensor", "as.integer(x) is its number")
})

test_that("products, assignments and indices refuse it too", {
  skip_if_no_torch()
  x <- torch$ones(2L, 2L)
  for (name in setdiff(names(meaningful), "POSIXlt")) {
    value <- meaningful[[name]]
    expect_refused(x %*% value, "tensor", "non-numeric argument to %*%", "It is", from = "%*%")
    expect_refused(crossprod(x, value), "tensor", "non-numeric argument to crossprod")
    expect_refused(x[1, ] <- value, "tensor", "non-numeric argument to [<-", from = "[<-")
    expect_refused(solve(x, value), "tensor", "non-numeric argument to solve")
    if (name != "text") expect_refused(x[value], "subscript", "invalid subscript")
  }
  expect_identical(as.array(x), matrix(1, 2, 2))
})

test_that("operators refuse it on either side", {
  skip_if_no_torch()
  x <- torch$ones(2L)
  # Before R 4.3, R itself refuses what has operators of its own.
  own <- c("Date", "POSIXct", "difftime", "factor", "octmode", "hexmode", "roman",
    "numeric_version", "POSIXlt", "haven_labelled")
  for (name in names(meaningful)) {
    class <- if (getRversion() < "4.3" && name %in% own) "error" else "nnfit_error_tensor"
    words <- if (class == "error") NULL else "non-numeric argument to"
    for (operator in c("+", "==", "&", "^")) {
      use <- function(...) suppressWarnings(do.call(operator, list(...)))
      expect_error(use(x, meaningful[[name]]), words, class = class)
      expect_error(use(meaningful[[name]], x), words, class = class)
    }
  }
})

test_that("a data frame names the column", {
  skip_if_no_torch()
  d <- data.frame(a = 1:2, when = meaningful$Date)
  expect_refused(as_tensor(d), "tensor", "column when of x must be numeric", from = "as_tensor")
  expect_refused(c(torch$ones(1L), d), "tensor", "column when of argument 2 of c() must be")
  expect_identical(
    as.array(as_tensor(data.frame(a = I(c(1, 2)), b = c(TRUE, FALSE)))), cbind(c(1, 2), c(1, 0))
  )
  d <- data.frame(a = 1:2)
  d$m <- stats::poly(1:2, 1)
  expect_equal(as.array(as_tensor(d)), unname(as.matrix(data.frame(a = 1:2, d$m[, 1]))))
})

test_that("classes that change nothing are the numbers that they show", {
  skip_if_no_torch()
  counts <- table(c(1, 1, 2), c(1, 2, 2))
  expect_identical(as.array(as_tensor(counts)), matrix(as.integer(counts), 2))
  expect_identical(as.array(as_tensor(stats::ts(c(1.5, 2)))), array(c(1.5, 2)))
  expect_identical(as.array(as_tensor(I(c(1, 2)))), array(c(1, 2)))
  smooth <- stats::poly(1:4, 2)
  expect_identical(as.array(as_tensor(smooth)), matrix(as.vector(smooth), 4))
  expect_identical(as.array(torch$ones(2L) %*% counts), matrix(c(1, 2), 1))
  x <- torch$zeros(2L)
  x[] <- stats::ts(1:2)
  expect_identical(as.vector(x[I(2)]), 2)
  expect_identical(as.array(as_tensor(c(a = 1, b = 2))), array(c(1, 2)))
  expect_identical(as.array(as_tensor(c(a = 1))), 1)
})
