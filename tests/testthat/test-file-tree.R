through <- function(x) {
  out <- new.env()
  out$arrays <- list()
  text <- encode_tree(x, "a", out)
  list(text = text, arrays = out$arrays, value = decode_tree(read_json(text), out$arrays))
}

test_that("plain values come back as reticulate would bring them", {
  value <- list(
    one = 1L, two = c(1.5, 2), text = "a", texts = c("a", "b"), flag = TRUE, flags = c(TRUE, FALSE),
    none = NULL, empty = list(), inner = list(a = 1, b = list(list(c = 1L))),
    array = array(1:2, 2), matrix = matrix(c(0.5, NA), 1), inf = Inf, strange = c(1, -Inf, NaN),
    mixed = list(1, "a", NULL)
  )
  expect_identical(through(value)$value, value)
  expect_identical(names(through(value)$arrays), c("a/array", "a/matrix"))
  expect_identical(through(structure(list(), names = character()))$text, "{}")
  expect_identical(through(c(train = 5))$value, list(train = 5))
})

test_that("names that could be taken for signs come back too", {
  value <- list(`$tensor` = "x", b = 1)
  expect_identical(through(value)$value, value)
  expect_identical(through(value["$tensor"])$value, value["$tensor"])
})

test_that("what is none is refused", {
  bad <- function(text, message) {
    expect_error(decode_tree(read_json(text), list()), message, class = "nnfit_unreadable")
  }
  bad("{\"$tensor\": \"b\"}", "lacks the array 'b'")
  bad("{\"$tensor\": 1}", "lacks the array")
  bad("{\"$number\": \"1\"}", "is none")
  bad("{\"$pairs\": [[\"a\"]]}", "pairs that are none")
  bad("{\"$pairs\": [[\"a\", 1], [\"a\", 2]]}", "pairs of one name")
  expect_error(through(list(f = mean)), "type closure")
})
