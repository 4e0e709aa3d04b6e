make <- function(k) function(p, t) mean(abs(p - t)^k)

test_that("it is of what a function finds, not of where", {
  expect_identical(fingerprint(make(2)), fingerprint(make(2)))
  expect_false(fingerprint(make(2)) == fingerprint(make(3)))
  expect_false(fingerprint(function(p, t) p) == fingerprint(function(p, t) t))
  by_default <- function(p, t, k = 2) p
  other <- function(p, t, k = 3) p
  expect_false(fingerprint(by_default) == fingerprint(other))
  # a sequence is its numbers, and code has no sources
  expect_identical(fingerprint(make(1:3)), fingerprint(make(c(1L, 2L, 3L))))
  kept <- function(keep, text) eval(parse(text = text, keep.source = keep))
  text <- "function(p, t) {\n  # a word\n  mean(p)\n}"
  expect_identical(fingerprint(kept(TRUE, text)), fingerprint(kept(FALSE, text)))
})

test_that("functions and environments are told apart by what they hold", {
  listed <- function(...) {
    listed <- list(...)
    function(p, t) listed[[1]](p, t)
  }
  f <- make(2)
  g <- make(3)
  all <- c(
    fingerprint(listed(f, g)), fingerprint(listed(g, f)), fingerprint(listed(f, g, f)),
    fingerprint(listed(f, g, g)), fingerprint(listed(f))
  )
  expect_length(unique(all), 5)
  holding <- function(value) {
    holder <- list2env(list(value = value))
    holder$self <- holder
    function(p, t) holder$value
  }
  expect_identical(fingerprint(holding(1)), fingerprint(holding(1)))
  expect_false(fingerprint(holding(1)) == fingerprint(holding(2)))
  expect_false(fingerprint(make(y ~ x)) == fingerprint(make(y ~ z)))
  expect_false(fingerprint(make(factor("a"))) == fingerprint(make(factor("b"))))
})

test_that("an option that it reads is of it", {
  loss <- function(p, t) getOption("nnfit.option.of.mine")
  withr::local_options(nnfit.option.of.mine = 1)
  before <- fingerprint(loss)
  options(nnfit.option.of.mine = 2)
  expect_false(fingerprint(loss) == before)
})

test_that("of a tensor its values count, of another object of Python its class", {
  skip_if_no_torch()
  expect_identical(fingerprint(make(as_tensor(1:2))), fingerprint(make(as_tensor(1:2))))
  expect_false(fingerprint(make(as_tensor(1:2))) == fingerprint(make(as_tensor(2:3))))
  expect_identical(
    fingerprint(make(torch$nn$Linear(1L, 1L))), fingerprint(make(torch$nn$Linear(1L, 1L)))
  )
})

test_that("it is the same in another session", {
  skip_on_cran()
  skip_if_not_installed("callr")
  if (is_dev_package()) skip("the sources, which another process does not have")
  code <- function() {
    make <- function(k) function(p, t) mean(abs(p - t)^k)
    getFromNamespace("fingerprint", "nnfit")(make(seq(0, 1, 0.1)))
  }
  environment(code) <- globalenv()
  expect_identical(callr::r(code, libpath = .libPaths()), code())
})
