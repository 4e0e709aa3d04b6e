skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("what nn_diagnose() finds is there, the useless first", {
  deep <- suppressWarnings(nn_fit(
    mpg ~ wt + hp, mtcars, hidden_units = rep(4, 8), activation = "sigmoid", epochs = 5, seed = 1
  ))
  found <- nn_diagnose(deep)$checks
  bad <- found[found$verdict != "ok" & found$verdict != "unknown", ]
  expect_gt(nrow(bad), 0)
  text <- made_text(report_diagnosis(about_fit_of(deep)))
  for (title in check_title(bad$check)) expect_match(text, title, fixed = TRUE)
  expect_match(text, "layer 1: ")
})

test_that("a good fit has nothing to be looked at, and what was not known is said", {
  text <- made_text(report_diagnosis(about_fit_of(nn_fit(mpg ~ wt, mtcars))))
  expect_match(text, "Nothing was found that should be looked at. Looked at and well: ")
  expect_match(text, "Rise of the validation loss: not known: no rows were held out (validation).",
    fixed = TRUE)
})

test_that("without rows it says why", {
  about <- about_fit_of(nn_fit(mpg ~ wt, mtcars))
  about$seen <- list(why = "No rows.")
  expect_identical(made_text(report_diagnosis(about)), "No rows.")
})
