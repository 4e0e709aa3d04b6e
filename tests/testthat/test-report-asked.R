skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("the call is there, and each option in it with what it means", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = c(4, 2), epochs = 7, seed = 1)
  text <- made_text(report_asked(about_fit_of(fit)))
  expect_match(text, "nn_fit(mpg ~ wt, data = mtcars, hidden_units = c(4, 2)", fixed = TRUE)
  expect_match(text, "epochs 7 Passes over the data at most.", fixed = TRUE)
  expect_match(text, "Formula mpg ~ wt Trained Loss mse (mean), adam", fixed = TRUE)
})

test_that("without options it says so", {
  text <- made_text(report_asked(about_fit_of(nn_fit(mpg ~ wt, mtcars))))
  expect_match(text, "No option was given")
})

test_that("a call that holds the data themselves is cut short", {
  fit <- do.call(nn_fit, list(mpg ~ wt, mtcars))
  fit$call$data <- structure(as.list(1:1e5), class = "data.frame")
  lines <- strsplit(call_lines(fit$call), "\n")[[1]]
  expect_lte(length(lines), most_lines + 1)
  expect_identical(lines[length(lines)], "...")
  expect_lte(nchar(option_text(quote(c(a, b, c)))), 60)
  expect_lte(max(nchar(call_lines(call("f", strrep("a", 1e4))))), 500)
})

test_that("a formula is there for fits that have one, and factors that are embedded", {
  d <- data.frame(y = 1:32 / 32, g = factor(rep(letters[1:16], 2)))
  fit <- nn_fit(y ~ g, d, hidden_units = 2, epochs = 2, embed = "g", seed = 1)
  expect_identical(asked_items(fit)[["Factors"]], "Embedded: g (16 levels as 8 numbers)")
  expect_null(formula_words(nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg)))
})

test_that("of a fit from Python the options that it was fitted with are there, and no call", {
  fit <- nn_load(test_path("fixtures", "fit-python.safetensors"))
  text <- made_text(report_asked(about_fit_of(fit)))
  expect_match(text, "made in Python, and its file does not hold the call", fixed = TRUE)
  expect_no_match(text, "No option was given", fixed = TRUE)
  expect_no_match(text, "nnfit.core.fit(x, y)", fixed = TRUE)
  expect_match(text, paste("epochs", fit$options$epochs, "Passes over the data"), fixed = TRUE)
  again <- made_text(report_again(about_fit_of(fit)))
  expect_match(again, "not in the fit's file", fixed = TRUE)
  expect_no_match(again, "nnfit.core.fit(x, y)", fixed = TRUE)
})

test_that("values have the digits that one reads", {
  expect_identical(option_text(0.018335780361), "0.0183358")
  expect_identical(option_text(numeric()), "none")
  expect_identical(option_text(quote(c(8, 4))), "c(8, 4)")
  expect_identical(option_text(1L), "1L")
})
