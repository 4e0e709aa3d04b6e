test_that("settings are the options of nn_fit()", {
  expect_identical(
    settings_options(start_settings()),
    list(hidden_units = 4, activation = "tanh", epochs = 500, seed = 1)
  )
  asked <- settings_options(play_settings(
    units_1 = 3, units_2 = 2, optimizer = "sgd", learn_rate = 0.1, penalty = 0.01, scale = FALSE,
    validation = 0.25
  ), held = list(momentum = 0.5))
  expect_identical(asked, list(
    hidden_units = c(3, 2), activation = "tanh", optimizer = "sgd", learn_rate = 0.1,
    penalty = 0.01, epochs = 500, scale = FALSE, validation = 0.25, seed = 1, momentum = 0.5
  ))
})

test_that("without a first layer there is none", {
  asked <- settings_options(play_settings(units_1 = 0, units_2 = 3))
  expect_null(asked$hidden_units)
  expect_null(asked$activation)
})

test_that("a page begins with what is given, and holds the rest", {
  begun <- begin_settings(
    list(hidden_units = c(5L, 3L), learn_rate = 0.02, epochs = 20L, momentum = 0.9, scale = FALSE),
    TRUE, environment()
  )
  expect_identical(begun$start[c("data", "units_1", "units_2", "learn_rate", "epochs", "scale")],
    list(data = "own", units_1 = 5, units_2 = 3, learn_rate = 0.02, epochs = 20, scale = FALSE))
  expect_identical(begun$held, list(momentum = 0.9))
  expect_identical(begin_settings(list(penalty = NULL), FALSE, environment())$start,
    start_settings())
  linear <- begin_settings(list(hidden_units = integer()), FALSE, environment())$start
  expect_identical(linear$units_1, 0)
})

test_that("what a page can not move or write down is refused by name", {
  refused <- function(..., words) {
    expect_refused(begin_settings(list(...), FALSE, environment()), "argument", words)
  }
  refused(hidden_units = c(3, 3, 3), words = "hidden_units has 3 layers, and the page moves two")
  refused(hidden_units = -1, words = "hidden_units must be")
  refused(learn_rate = "find", words = "learn_rate must be one value here")
  refused(learn_rate = -1, words = "learn_rate must be")
  refused(activation = c("relu", "tanh"), words = "activation must be one name here")
  refused(callback = function(state) TRUE, words = "callback has no place on the page")
  refused(bootstrap = 10, words = "bootstrap has no place on the page")
  refused(loss = function(y, f) 1, words = "loss must be a plain value here")
  refused(learnrate = 1, words = "learnrate")
})

test_that("an epoch or a seed that is left empty is refused", {
  expect_refused(settings_options(play_settings(seed = NA_real_)), "argument",
    "seed must be a whole number")
})
