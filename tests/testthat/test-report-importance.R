skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("importances are those of nn_importance(), the same each time", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = 30, seed = 4)
  about <- about_fit_of(fit)
  set.seed(1)
  before <- .Random.seed
  text <- made_text(report_importance(about))
  expect_identical(.Random.seed, before)
  found <- nn_importance(fit, mtcars, seed = 4)
  for (k in 1:2) {
    expect_match(text, paste(found$term[k], table_text(found$importance[k])), fixed = TRUE)
  }
  expect_match(text, "on the rows that were trained on, so that what was learnt by heart counts")
  expect_identical(importance_of_report(about)$importance, found$importance)
})

test_that("it says of which rows it is", {
  held <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, validation = 0.3, seed = 1)
  expect_match(made_text(report_importance(about_fit_of(held))), "other rows, on rows held out.")
  new <- made_text(report_importance(about_fit_of(held, mtcars[1:20, ])))
  expect_match(new, "on the rows that were given.")
})

test_that("a fit that diverged, or without rows, says why there is none", {
  about <- about_fit_of(nn_fit(mpg ~ wt, mtcars))
  about$fit$fitted[1] <- Inf
  expect_error(report_importance(about), class = "nnfit_error_data", "not finite")
  about$seen <- list(why = "No rows.")
  expect_identical(made_text(report_importance(about)), "No rows.")
})
