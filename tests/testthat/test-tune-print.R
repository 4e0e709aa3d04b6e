test_that("a search is printed so", {
  one <- fixed_search()
  simple <- one
  simple$select <- "one_std_err"
  simple$changed <- list(epochs = 131L, stop_iter = Inf)
  held <- one
  held["folds"] <- list(NULL)
  held$results$std_error <- NA_real_
  undone <- one
  undone["fit"] <- list(NULL)
  undone$candidates <- 40
  expect_prints("tune-print",
    print(one), print(simple, digits = 2), print(held), print(undone),
    print(fixed_search(stages = fixed_stages())), print(fixed_search(maximize = TRUE))
  )
})

test_that("values are written as one says them", {
  expect_identical(candidate_text(NULL), "NULL")
  expect_identical(candidate_text(0.0001234), "0.000123")
  expect_identical(candidate_text(c(32, 16)), "c(32, 16)")
  expect_identical(candidate_text(list("huber", delta = 0.5)), "huber(delta = 0.5)")
  expect_identical(candidate_text(TRUE), "TRUE")
  expect_identical(candidate_text(integer()), "linear")
})

test_that("where all combinations were tried, it is said", {
  listed <- fixed_search()
  listed$space <- listed$space["hidden_units"]
  listed$candidates <- 3
  expect_match(describe_candidates(listed), "3 candidates of all combinations")
})

test_that("tidy() gives the results, predict() and print() refuse what they do not know", {
  one <- fixed_search()
  expect_identical(tidy(one), one$results)
  expect_refused(print(one, digits = "a"), "argument", "digits")
  one["fit"] <- list(NULL)
  expect_refused(predict(one), "interrupt", "There is no fit to predict by")
  expect_refused(coef(one), "interrupt", "There is no fit to have coefficients of")
  expect_refused(fitted(one), "interrupt", "There is no fit to have predicted")
  expect_refused(residuals(one), "interrupt", "There is no fit to have residuals of")
})

test_that("coefficients, fitted values and residuals are those of the fit", {
  found <- nn_tune(mpg ~ wt, mtcars, penalty = list(0.1, 1), folds = 2, seed = 1)
  for (of in list(coef, fitted, residuals, deviance)) expect_identical(of(found), of(found$fit))
  found["fit"] <- list(NULL)
  expect_refused(coef(found), "interrupt", "the search was interrupted", from = "coef")
})
