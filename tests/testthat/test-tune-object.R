skip_if_no_torch()

test_that("there is a row for each candidate, and one for each of its fits", {
  found <- search_of(hidden_units = list(2, c(3, 2)), penalty = tune(), repeats = 2, candidates = 4)
  expect_named(found$results, c(
    "rank", "candidate", "penalty", "hidden_units", "mean", "std_error", "trained", "stage",
    "stopped", "chosen"
  ))
  expect_type(found$results$hidden_units, "list")
  expect_type(found$results$penalty, "double")
  expect_identical(nrow(found$scores), 16L)
  expect_identical(found$scores$repetition, rep(rep(1:2, each = 2), 4))
  means <- tapply(found$scores$score, found$scores$candidate, mean)
  expect_equal(as.vector(means[found$results$candidate]), found$results$mean)
  expect_identical(dim(found$folds), c(32L, 2L))
})

test_that("options of one kind are columns of that kind", {
  column <- function(...) axis_column(new_choice(list(...), "x"), seq_len(...length()) - 1)
  expect_identical(column(4, 8), c(4L, 8L))
  expect_identical(column(0.5, 8), c(0.5, 8))
  expect_identical(column("relu", "tanh"), c("relu", "tanh"))
  expect_identical(column(TRUE, FALSE), c(TRUE, FALSE))
  expect_identical(column(Inf, 3), c(Inf, 3))
  expect_identical(column(NULL, "cosine"), list(NULL, "cosine"))
  expect_identical(column(8, c(8, 4)), list(8, c(8, 4)))
  expect_identical(column("mse", list("huber", delta = 2)), list("mse", list("huber", delta = 2)))
})

test_that("a candidate that diverged is the last, and told", {
  found <- search_of(learn_rate = list(0.01, 1e30), optimizer = "sgd")
  last <- found$results[2, ]
  expect_identical(last$mean, NA_real_)
  expect_identical(last$stopped, "diverged")
  expect_false(last$chosen)
  expect_output(print(found), "of which 1 failed: a loss is not finite")
})

test_that("the simplest within one standard error may be taken", {
  found <- search_of(penalty = list(0.5, 0.01, 0.1), select = "one_std_err", epochs = 60)
  best <- found$results[1, ]
  near <- found$results[found$results$mean <= best$mean + best$std_error, ]
  expect_identical(found$best$penalty, max(near$penalty))
  expect_output(print(found), "Simplest within one standard error of the best: penalty")
})

test_that("the epochs are searched as any option is", {
  found <- search_of(epochs = list(2, 6, 4), candidates = NULL, method = "grid")
  expect_setequal(found$results$epochs, c(2, 6, 4))
  expect_identical(found$results$trained, as.integer(found$results$epochs))
  expect_identical(nrow(loss_table(found$fit)), as.integer(found$best$epochs))
  drawn <- nn_tune(mpg ~ wt, mtcars, hidden_units = 2, epochs = tune(2, 9), candidates = 3,
    folds = 2, seed = 1
  )
  expect_true(all(drawn$results$epochs %in% 2:9))
})
