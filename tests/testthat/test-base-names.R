test_that("case and separators do not matter, and all else does", {
  expect_identical(
    canonical_name(c("Leaky_ReLU", "leaky-relu", "LEAKY.relu ")), rep("leakyrelu", 3)
  )
  other <- c("relu!", "relu\t", "relu6", "re/lu", "r\u00e9lu", "\u212arelu\u00c9")
  expect_identical(canonical_name(other), other)
})

test_that("bytes that are no UTF-8 are no error", {
  latin1 <- "z\xe9ro"
  expect_identical(canonical_name(latin1), "z<e9>ro")
  expect_identical(nearest(latin1, c("one", "zero")), "zero")
  expect_identical(nearest("zero", c("one", latin1)), latin1)
})

test_that("edits are counted: letters left out, put in, replaced, swapped", {
  words <- c("relu", "rleu", "rlu", "rellu", "ralu", "")
  expect_identical(edits("relu", words), c(0, 1, 1, 1, 1, 4))
  expect_identical(edits("ca", "abc"), 3)
  expect_identical(edits("kitten", "sitting"), 3)
  expect_identical(edits("", c("", "abc")), c(0L, 3L))
  expect_length(edits("a", character()), 0)
})

test_that("without swaps edits are those that adist() counts", {
  words <- c("", "a", "aa", "ab", "aab", "abb", "abc", "cca", "bacb", "aabbcc")
  plain <- function(word) as.double(utils::adist(word, words))
  for (word in words) expect_true(all(edits(word, words) <= plain(word)))
  apart <- c("aaaa", "bbb", "aac")
  for (word in apart) expect_identical(as.double(edits(word, apart)), c(utils::adist(word, apart)))
})

test_that("the nearest choice: by its beginning, by a part, by edits, or none", {
  choices <- c("end", "beginning")
  expect_identical(nearest("begin", choices), "beginning")
  expect_identical(nearest("nin", choices), "beginning")
  expect_identical(nearest("edn", choices), "end")
  expect_identical(nearest("E-N-D", choices), "end")
  expect_null(nearest("middle", choices))
  expect_null(nearest("", choices))
  expect_null(nearest("end", character()))
})

test_that("of equals the first is taken", {
  expect_identical(nearest("ac", c("ab", "aa")), "ab")
  expect_identical(nearest("ac", c("aa", "ab")), "aa")
})

test_that("a long name and many choices take no time", {
  many <- sprintf("column number %d", 1:1e4)
  expect_null(nearest(strrep("ab", 1e6), many)) # uncut, it would take minutes
})
