test_that("texts and numbers come back as they were", {
  texts <- c("", "a\"b\\c", "\u00e9\u6f22", "a\nb\tc\001", "{\"a\": [1]}", "\\u0041")
  expect_identical(unlist(read_json(json_array(json_texts(texts)))), texts)
  latin <- "\xe9"
  Encoding(latin) <- "latin1"
  expect_identical(read_json(json_array(json_texts(latin)))[[1]], "\u00e9")
  broken <- "\xff"
  Encoding(broken) <- "UTF-8"
  expect_error(json_texts(broken), "no known encoding")
  numbers <- c(0.1, 1 / 3, 1e300, 5e-324, -2, 2^53, 123456789)
  expect_identical(unlist(read_json(json_array(json_numbers(numbers)))), numbers)
  expect_identical(json_numbers(c(1, 1e20, 1e-7)), c("1.0", "1e+20", "9.9999999999999995e-08"))
  expect_identical(read_json("[1, 1.0]"), list(1L, 1))
  expect_identical(json_object(c(a = "1")), "{\"a\":1}")
  expect_identical(json_object(character()), "{}")
})

test_that("what is no JSON, or too much of it, is refused", {
  expect_unreadable <- function(text, message) {
    expect_error(read_json(text), message, class = "nnfit_unreadable")
  }
  broken <- "\xff"
  Encoding(broken) <- "UTF-8"
  expect_unreadable("{", "is no JSON|no JSON")
  expect_unreadable("{\"a\": NaN}", "no JSON")
  expect_unreadable("{\"a\": 1e400}", "too large")
  expect_unreadable("{\"a\": 1, \"a\": 2}", "'a' twice")
  expect_unreadable("[{\"b\": {\"a\": 1, \"a\": 2}}]", "'a' twice")
  expect_unreadable(broken, "no UTF-8")
  expect_unreadable(strrep("[", 1e6), "more than 64 levels")
  expect_unreadable(paste0(strrep("[", 65), strrep("]", 65)), "more than 64 levels")
  # Brackets in texts are none.
  text <- paste0(strrep("[", 1000), "\"")
  expect_identical(read_json(json_array(json_texts(text)))[[1]], text)
  expect_identical(read_json("{}"), structure(list(), names = character()))
})
