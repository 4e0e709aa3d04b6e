effects_of_numbers <- function(...) {
  about <- utils::modifyList(list(
    type = "partial", variables = "wt", by = NULL, y = "mpg", source = "replicates", level = 0.95,
    rows = 1032L, missing = 0L, weighted = FALSE
  ), list(...))
  table <- tibble::tibble(wt = 2:3, effect = c(21, 18.5))
  structure(table, class = c("nn_effects", class(table)), about = about)
}

test_that("it is said what was computed, over which rows, and how sure it is", {
  expect_prints("explain-print", {
    print(effects_of_numbers())
    print(effects_of_numbers(type = "ice", missing = 3L, by = "cyl"))
    print(effects_of_numbers(type = "ale", variables = c("wt", "hp"), source = "likelihood"))
    print(effects_of_numbers(
      type = "average", variables = c("wt", "hp", "cyl", "am"), source = "none", weighted = TRUE
    ))
  })
})

test_that("it prints as it was given, and what has lost what it is of as a table", {
  effects <- effects_of_numbers()
  utils::capture.output(given <- withVisible(print(effects)))
  expect_identical(given, list(value = effects, visible = FALSE))
  attr(effects, "about") <- NULL
  expect_output(print(effects), "A tibble: 2")
  expect_identical(word_list(c("a", "b", "c")), "a, b and c")
})

test_that("several outcomes are named", {
  several <- function(names) effects_lines(attr(effects_of_numbers(
    y = "outcome", several = names
  ), "about"))[1]
  expect_identical(several(c("mpg", "hp")), "Mean prediction of mpg and hp along wt.")
  expect_identical(several(letters[1:4]), "Mean prediction of the outcomes along wt.")
  expect_identical(several(NULL), "Mean prediction of outcome along wt.")
})
