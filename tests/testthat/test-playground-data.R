test_that("data are as their code makes them, and R's random numbers as they were", {
  set.seed(5)
  before <- .Random.seed
  for (name in names(made_outcomes)) {
    for (noise in c(0, 0.5)) {
      settings <- play_settings(n = 20, noise = noise, data_seed = 3)
      made <- prepared_data(playground_datasets()[[name]], settings)
      expect_identical(.Random.seed, before)
      there <- new.env()
      for (line in made$code) eval(line, there)
      expect_identical(made$data, there$d)
      expect_identical(nrow(made$data), 20L)
      assign(".Random.seed", before, globalenv())
    }
  }
})

test_that("without noise the outcome is the function", {
  made <- prepared_data(playground_datasets()$parabola, play_settings(noise = 0))$data
  expect_identical(made$y, made$x^2)
})

test_that("noise has the standard deviation that it says", {
  made <- prepared_data(playground_datasets()$line, play_settings(noise = 0.5, n = 5000))$data
  expect_equal(sd(made$y - 1 - 2 * made$x), 0.5, tolerance = 0.05)
})

test_that("a seed that is none is refused by the name of its control", {
  run <- play_run(data = "sine", data_seed = NA_real_)
  expect_null(run$fit)
  expect_identical(run$refusal$control, "data_seed")
  expect_match(run$refusal$message, "must be a whole number", fixed = TRUE)
})

test_that("own data keep their names, and what has none is called d", {
  own <- own_dataset(mpg ~ wt, mtcars, quote(mtcars), environment())
  expect_identical(own$name, quote(mtcars))
  expect_null(own$code)
  part <- own_dataset(mpg ~ wt, mtcars[1:9, ], quote(mtcars[1:9, ]), environment())
  expect_identical(part$code, list(quote(d <- mtcars[1:9, ])))
  expect_identical(part$name, quote(d))
})

test_that("without data the variables are where the formula is from", {
  here <- c(1, 2, 3, 4)
  there <- c(2, 4, 5, 9)
  own <- own_dataset(there ~ here, NULL, NULL, environment())
  expect_null(own$name)
  expect_identical(own$data, data.frame(there, here))
  expect_refused(own_dataset(a_ ~ b_, NULL, NULL, environment()), "data", "must be there by name")
})

test_that("what is no curve of one number over one other is refused", {
  refused <- function(formula, ..., kind, data = mtcars) {
    expect_refused(own_dataset(formula, data, quote(data), environment()), kind, ...)
  }
  refused("mpg ~ wt", kind = "argument", "formula must be a formula")
  refused(~wt, kind = "argument", "formula has no outcome")
  refused(mpg ~ wt + hp, kind = "argument", "one numeric predictor", "It has 2 predictors")
  refused(mpg ~ ., kind = "argument", "It has 10 predictors")
  refused(Species ~ Sepal.Width, data = iris, kind = "argument", "The outcome is")
  refused(Sepal.Width ~ Species, data = iris, kind = "argument",
    "Species is an object of"
  )
  refused(mpg ~ nowhere, kind = "data", "nowhere")
  refused(mpg ~ wt, data = 1, kind = "data", "data must be a data frame")
})

test_that("formulas of one variable in several columns are taken", {
  expect_no_error(own_dataset(mpg ~ poly(wt, 2), mtcars, quote(mtcars), environment()))
  expect_no_error(own_dataset(log(mpg) ~ log(wt), mtcars, quote(mtcars), environment()))
})
