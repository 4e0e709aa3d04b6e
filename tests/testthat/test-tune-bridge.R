skip_if_no_torch()

refused <- function(code, words) expect_refused(code, "argument", words, from = "nn_tune")

test_that("the ways to search are checked", {
  refused(search_of(penalty = tune(), method = "gird"), "method must be random, grid or")
  refused(search_of(penalty = tune(), candidates = 0), "candidates must be a whole number")
  refused(search_of(penalty = tune(), folds = 1), "folds must be a whole number from 2")
  refused(search_of(penalty = tune(), repeats = 0), "repeats must be a whole number")
  refused(search_of(penalty = tune(), metric = "rsme"), "metric")
  refused(search_of(penalty = tune(), metric = "accuracy"), "metric names")
  refused(search_of(penalty = tune(), select = "first"), "select must be best or")
  refused(search_of(penalty = tune(), factor = 1), "factor must be a whole number")
  refused(search_of(penalty = tune(), min_epochs = 0), "min_epochs must be a whole number")
  refused(search_of(penalty = tune(), validation = 0.2), "folds does not go with validation")
  refused(search_of(penalty = tune(), validation = 0.2, folds = NULL, repeats = 2),
    "repeats does not go with validation"
  )
  refused(search_of(penalty = tune(), validation = 0, folds = NULL), "validation must hold out")
  refused(search_of(penalty = tune(), method = "grid"), "candidates must be NULL with")
})

test_that("what is for one fit is refused", {
  refused(search_of(penalty = tune(), bootstrap = 5), "bootstrap does not go with a search")
  refused(search_of(penalty = tune(), restarts = 5), "restarts does not go with a search")
  refused(search_of(penalty = tune(), callback = function(state) TRUE), "callback is not an option")
  refused(search_of(penalty = tune(), metrics = "rmse"), "metrics is not an option")
  refused(search_of(penalty = tune(), learn_rate = "find"), "learn_rate find is for one fit")
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(search_of(penalty = tune(), start = fit), "start is not an option")
})

test_that("what candidates are can be refused by the core, and names the option", {
  refused(search_of(loss = list("mse", "l1")), "metric is the loss, and candidates differ in it")
  refused(
    search_of(learn_rate = list(1e30, 1e31), optimizer = "sgd"),
    "learn_rate is too large, as it seems: all 2 candidates diverged"
  )
  for (option in list(list(schedule = "cosine"), list(stop_iter = 3), list(members = 2))) {
    refused(
      rlang::inject(search_of(penalty = tune(), method = "halving", !!!option)), names(option)
    )
  }
})

test_that("Ctrl-C gives what was done", {
  skip_on_cran()
  found <- interrupted(function() {
    tryCatch(
      nn_tune(mpg ~ wt, mtcars,
        hidden_units = 3, epochs = 20, batch_size = list(8, 16), learn_rate = tune(), folds = 2,
        candidates = 300, seed = 1, engine = "autograd"
      ),
      interrupt = function(condition) condition$fit
    )
  })
  search <- found$value
  expect_s3_class(search, "nn_tune")
  expect_null(search$fit)
  expect_lt(nrow(search$results), 300)
  expect_match(found$said, "The search was interrupted: ")
  expect_refused(predict(search), "interrupt", "There is no fit to predict by")
  expect_output(print(search), "nothing is fitted to all rows")
})
