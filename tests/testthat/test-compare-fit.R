skip_if_no_torch()

reference <- function(formula = c ~ u, data = thermometer) read_reference(lm(formula, data), NULL)

verdict_of <- function(..., formula = c ~ u, data = thermometer) {
  fit <- nn_fit(formula, data, ..., seed = 1)
  fit_record(fit, "fit", reference(formula, data), NULL)$verdict
}

test_that("a descent of nn_fit() is certified as it was scaled", {
  said <- verdict_of(optimizer = "sgd", learn_rate = 0.01, epochs = 100)
  expect_match(said, "^not there yet: six digits need about 8[0-9]0 epochs at this rate, ran 100")
  needed <- prescribed(said)$epochs$epochs
  expect_identical(
    verdict_of(optimizer = "sgd", learn_rate = 0.01, epochs = needed), "there: six digits"
  )
  expect_identical(
    verdict_of(optimizer = "sgd", learn_rate = 0.5, epochs = 12), "there: six digits"
  )
})

test_that("one that has diverged is told the limit, which is right", {
  expect_warning(
    said <- verdict_of(optimizer = "sgd", learn_rate = 0.01, epochs = 100, scale = FALSE),
    class = "nnfit_warning_diverged"
  )
  expect_match(
    said, "^diverged: learn_rate 0.01 is above 0.00034.*`scale = TRUE`, or at most 0.0003"
  )
  expect_match(
    verdict_of(optimizer = "sgd", learn_rate = 0.0003, epochs = 100, scale = FALSE),
    "^not there yet"
  )
})

test_that("momentum has its own limit", {
  run <- function(rate) {
    fit <- nn_fit(c ~ u, thermometer, optimizer = "sgd", learn_rate = rate, momentum = 0.8,
      epochs = 50, seed = 1)
    fit_record(fit, "fit", reference(), NULL)
  }
  # A standard deviation divides by 10 for 11 rows, and the intercept's curvature is 2.
  expect_equal(run(0.1)$certificate$largest_learn_rate, 1.8)
  expect_match(suppressWarnings(run(2)$verdict), "is above 1.8")
  expect_false(grepl("diverge", run(1.7)$verdict))
})

test_that("what keeps a fit from lm()'s answer on purpose is said", {
  expect_match(verdict_of(penalty = 0.1), "^not there: its penalty draws")
  expect_match(verdict_of(validation = 0.3), "^not there: it holds rows out")
  expect_match(
    verdict_of(batch_size = 4, optimizer = "sgd", epochs = 3),
    "^not there: its steps are on batches"
  )
  expect_match(verdict_of(optimizer = "rmsprop", epochs = 3), "^not there yet, after 3 epochs")
})

test_that("what is no such model has no gap", {
  network <- fit_record(
    nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 5, seed = 1), "net", reference(), NULL
  )
  expect_null(network$coefficients)
  expect_match(network$verdict, "^another model: a hidden layer, with 10 parameters")
  counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  other <- fit_record(counts, "counts", reference(carb ~ wt, mtcars), NULL)
  expect_match(other$verdict, "^another scale")
  terms <- fit_record(nn_fit(carb ~ hp, mtcars), "hp", reference(carb ~ wt, mtcars), NULL)
  expect_match(terms$verdict, "^another model: it has other terms")
})
