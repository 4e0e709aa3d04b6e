skip_if_no_torch()
skip_if_not_installed("htmltools")

text_of <- function(fit) made_text(report_coefficients(about_fit_of(fit)))

test_that("the table is that of tidy(), with its limits", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  limits <- signif(confint(lm(mpg ~ wt, mtcars))["wt", ], 4)
  text <- text_of(fit)
  expect_match(text, "Term Estimate Standard error Statistic p-value 95% from to", fixed = TRUE)
  expect_match(text, paste0("wt -5.344 0.5591 -9.559 <0.001 ", limits[1], " ", limits[2]),
    fixed = TRUE)
  expect_match(text_of(nn_fit(cbind(mpg, qsec) ~ wt, mtcars)), "Outcome Term Estimate")
})

test_that("where nothing is known of how sure they are, coefficients stand alone", {
  fit <- nn_fit(mpg ~ wt, mtcars, loss = "l1", seed = 1, epochs = 20)
  expect_match(text_of(fit), "Term Estimate (Intercept)", fixed = TRUE)
  several <- matrix(1:4, 2, dimnames = list(c("a", "b"), c("y", "z")))
  expect_match(made_text(plain_coefficients(several)), "y: a 1 y: b 2 z: a 3")
})

test_that("a network has none", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2)
  expect_null(report_coefficients(about_fit_of(network)))
})
