skip_if_no_torch()

test_that("fitted values and residuals are lm()'s, with its names", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  reference <- lm(mpg ~ wt, mtcars)
  expect_equal(fitted(fit), fitted(reference), tolerance = 1e-8)
  expect_equal(residuals(fit), residuals(reference), tolerance = 1e-7)
})

test_that("the residual of a class is its indicator minus its probability", {
  two <- nn_fit(factor(am) ~ wt, mtcars)
  expect_equal(residuals(two), mtcars$am - fitted(two), ignore_attr = TRUE)
  three <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 5, seed = 1)
  expect_equal(
    residuals(three)[51, ], c(setosa = 0, versicolor = 1, virginica = 0) - fitted(three)[51, ]
  )
  expect_equal(unname(rowSums(residuals(three))), rep(0, 150), tolerance = 1e-6)
})

test_that("nobs() counts the rows trained on", {
  expect_identical(nobs(nn_fit(mpg ~ wt, mtcars)), 32L)
  expect_identical(nobs(nn_fit(mpg ~ wt, mtcars, validation = 0.25)), 24L)
})

test_that("the formula is the user's, and NULL where there is none", {
  expect_equal(formula(nn_fit(c ~ ., thermometer)), c ~ ., ignore_formula_env = TRUE)
  expect_null(formula(nn_fit(as.matrix(thermometer["u"]), thermometer$c)))
})

test_that("print() says what was fitted, how and how well, and gives the fit back", {
  fit <- nn_fit(c ~ u, thermometer)
  text <- capture.output(back <- withVisible(print(fit)))
  expect_identical(back$value, fit)
  expect_false(back$visible)
  expect_match(text[1], "Linear model 1 -> 1, 2 parameters", fixed = TRUE)
  expect_match(text[2], "c ~ u on 11 rows", fixed = TRUE)
  expect_match(text[3], "Loss mse (mean), lbfgs", fixed = TRUE)
  expect_match(text[4], "Loss 2\\.928.* after \\d+ epochs \\(converged\\)")
  expect_match(paste(text, collapse = " "), "(Intercept)", fixed = TRUE)

  network <- nn_fit(mpg ~ ., mtcars, hidden_units = c(8, 4), activation = c("relu", "tanh"),
    validation = 0.25, stop_iter = 3, batch_size = 8, seed = 1)
  text <- paste(capture.output(print(network)), collapse = "\n")
  expect_match(text, "Neural network 10 -> 8 relu -> 4 tanh -> 1, 129 parameters", fixed = TRUE)
  expect_match(text, "24 rows, 8 held out", fixed = TRUE)
  expect_match(text, "8 rows a step", fixed = TRUE)
  expect_match(text, "on validation .* at its best epoch, \\d+ of \\d+")

  once <- nn_fit(c ~ u, thermometer[1, ], hidden_units = 1, epochs = 1)
  text <- paste(capture.output(print(once)), collapse = "\n")
  expect_match(text, "on 1 row\n.* after 1 epoch,")

  own <- nn_fit(c ~ u, thermometer, model = torch$nn$Linear(1L, 1L), epochs = 2, seed = 1)
  expect_match(
    capture.output(print(own))[1], "A torch module of your own, 2 parameters", fixed = TRUE
  )
})

test_that("counts have their commas where the decimal mark is one, too", {
  withr::local_options(OutDec = ",")
  expect_silent(expect_identical(counted(12345L, "row"), "12,345 rows"))
})
