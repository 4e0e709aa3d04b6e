skip_if_no_torch()
skip_if_not_installed("htmltools")

html_of <- function(about) as.character(htmltools::tagList(report_effects(about)))

test_that("the most important variables are drawn, with what they do in words", {
  fit <- nn_fit(mpg ~ wt + hp + factor(cyl), mtcars, hidden_units = 2, epochs = 30, seed = 4)
  about <- about_fit_of(fit)
  made <- html_of(about)
  expect_identical(leading_variables(about), importance_of_report(about)$term)
  for (variable in c("wt", "hp", "cyl")) {
    ends <- format(signif(range(nn_effects(fit, variable, mtcars)$effect)[1], 3))
    expect_match(made, paste0("along ", variable, ", between ", ends), fixed = TRUE)
  }
  expect_lte(lengths(gregexpr("<img", made)), most_effects)
})

test_that("limits are told of where there are some", {
  line <- nn_fit(mpg ~ wt, mtcars)
  expect_match(html_of(about_fit_of(line)), "with limits.", fixed = TRUE)
})

test_that("where there is nothing to move, it says so", {
  expect_match(html_of(about_fit_of(nn_fit(mpg ~ 1, mtcars))), "no variables to move")
  about <- about_fit_of(nn_fit(mpg ~ wt, mtcars))
  about$seen <- list(why = "No rows.")
  expect_match(html_of(about), "No rows.")
})

test_that("pictures of many classes are wide enough for their panels", {
  skip_if_no_torch()
  skip_if_not_installed("htmltools")
  skip_if_not_installed("MASS")
  fgl <- getExportedValue("MASS", "fgl")
  fit <- nn_fit(type ~ Mg, fgl, epochs = 2, optimizer = "adam")
  page <- as.character(htmltools::tagList(report_effects(about_fit_of(fit, fgl))))
  expect_match(page, "width=\"800\" height=\"620\"", fixed = TRUE)
})
