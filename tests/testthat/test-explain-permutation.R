terms <- list(
  players = list(a = "a", b = "b", both = c("c", "d")), wanted = c("a", "both"),
  columns = list(1L, 2L, 3L, 3L, 1:2, c(1L, 3L))
)

test_that("what is moved, and what is made anew, follows from the columns", {
  plan <- permutation_plan(terms, list(1:2))
  moves <- lapply(plan$moves, function(move) lapply(move, as.vector))
  expect_identical(moves, list(
    list(0L, 4:5), list(2:3, 5L), list(1L, 4L), list(c(0L, 1L, 4L), 5L)
  ))
  expect_identical(plan$together, list("a", c("c", "d"), "b", c("a", "b")))
  expect_identical(lapply(plan$terms, `[[`, 1), list("a", "both", "a:b"))
  expect_identical(as.vector(plan$terms[[3]][[2]]), c(0L, 2L, 3L))
  expect_identical(as.vector(plan$terms[[3]][[3]]), c(1L, 1L, -1L))
})

test_that("an error in the making of columns is the one that is seen", {
  plan <- permutation_plan(terms, list())
  cross <- function(made) {
    said <- made(0L, 0L, 0:1)
    expect_match(said$error, "object 'rows_that_are_not'")
    stop("what Python says of it")
  }
  expect_error(
    crossed_with_rows(NULL, rows_that_are_not, plan, cross), "object 'rows_that_are_not' not found"
  )
  expect_error(crossed_with_rows(NULL, NULL, plan, function(made) stop("another")), "another")
})

test_that("the most important come first, and pairs behind", {
  found <- list(
    term = list("a", "b", "a:b"), importance = list(1, 2, 3), std_error = list(0, NaN, 0),
    conf_low = list(0, 0, 0), conf_high = list(1, 1, 1), metric = "rmse", baseline = 2,
    repeats = 3
  )
  rows <- list(x = matrix(0, 4, 1), part = "new")
  table <- new_importance(found, NULL, rows, 2, list(level = 0.9))
  expect_identical(table$term, c("b", "a", "a:b"))
  expect_identical(table$std.error, c(NA, 0, 0))
  expect_identical(attr(table, "pairs"), "a:b")
  expect_identical(attr(table, "label"), "rmse")
  expect_identical(attr(table, "level"), 0.9)
})

test_that("rows of no weight have no part, where columns follow from two variables too", {
  d <- mtcars[c("mpg", "wt", "hp")]
  d$times <- rep(c(0, 1, 2, 1), 8)
  fit <- nn_fit(mpg ~ wt * hp, d, weights = times)
  found <- nn_importance(fit, d, repeats = 31, seed = 1)
  expect_identical(attr(found, "rows"), 24L)
  # All pairs of rows that count, by hand
  counts <- d[d$times > 0, ]
  loss <- function(rows) (counts$mpg - predict(fit, rows))^2
  rises <- vapply(2:24, function(k) {
    moved <- counts
    moved$wt <- counts$wt[c(k:24, seq_len(k - 1))]
    weighted.mean(loss(moved) - loss(counts), counts$times)
  }, 0)
  expect_equal(found$importance[found$term == "wt"], mean(rises), tolerance = 1e-8)
})
