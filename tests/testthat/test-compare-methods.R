skip_if_no_torch()

# As a user may call it from a function of his own: the error names lm_compare().
by <- function(...) lm_compare(c ~ u, thermometer, ...)

refused <- function(code, ...) expect_refused(code, "argument", ..., from = "lm_compare")

test_that("an option is one value for all that take it, or values by name", {
  asked <- asked_methods(c("qr", "sgd", slow = "sgd", "lbfgs"), list(
    epochs = 5, learn_rate = c(sgd = 0.1, slow = 0.01), momentum = 0.5
  ), NULL)
  expect_identical(asked$qr, list(method = "qr"))
  expect_identical(asked$sgd, list(method = "sgd", epochs = 5, learn_rate = 0.1, momentum = 0.5))
  expect_identical(asked$slow, list(method = "sgd", epochs = 5, learn_rate = 0.01, momentum = 0.5))
  expect_identical(asked$lbfgs, list(method = "lbfgs", epochs = 5))
})

test_that("FALSE and TRUE beside numbers mean what they say", {
  asked <- asked_methods(c(a = "sgd", b = "sgd"), list(scale = c(a = FALSE, b = 0.1)), NULL)
  expect_identical(asked$a$scale, FALSE)
  expect_identical(asked$b$scale, 0.1)
  asked <- asked_methods(c(a = "sgd", b = "sgd"), list(scale = list(a = TRUE, b = 0.1)), NULL)
  expect_identical(asked$a$scale, TRUE)
  methods <- c(a = "sgd", b = "sgd")
  refused(by(methods = methods, scale = c(a = TRUE, b = 0.1)), "scale must be a list")
})

test_that("a seed is drawn where there is a network, and nowhere else", {
  set.seed(1)
  before <- .Random.seed
  asked_methods("sgd", list(), NULL)
  expect_identical(.Random.seed, before)
  drawn <- asked_methods(c("network", "sgd"), list(), NULL)
  expect_false(identical(.Random.seed, before))
  set.seed(1)
  expect_identical(asked_methods("network", list(), NULL)$network$seed, drawn$network$seed)
  expect_identical(asked_methods("network", list(seed = 3), NULL)$network$seed, 3)
})

test_that("what is wrong is refused by name", {
  refused(by(methods = "sdg"), "methods must be of", "sdg", "Did you mean sgd?")
  refused(by(methods = character()), "methods must be names of methods")
  refused(by(methods = 3), "methods must be names of methods", "not 3")
  refused(by(methods = c("sgd", "sgd")), "a name of its own", "sgd is there twice", "slow")
  refused(by(methods = "sgd", lern_rate = 1), "lern_rate is not an option", "learn_rate?")
  refused(by(methods = "sgd", optimizer = "adam"), "optimizer is not an option", "Options:")
  refused(by(methods = "sgd", 3), "Every option must be named")
  refused(by(methods = "adam", momentum = 0.9), "momentum is not an option of adam", "sgd")
  refused(by(methods = "sgd", epochs = c(adam = 3)), "epochs must be named by", "adam")
  refused(by(methods = "sgd", learn_rate = 0), "learn_rate must be a number above 0, not 0")
  refused(by(methods = "sgd", epochs = 1.5), "epochs must be a whole number")
  refused(by(methods = "sgd", scale = "x"), "scale must be TRUE, FALSE, or a number")
  refused(by(methods = "sgd", momentum = 1), "momentum must be")
  refused(by(methods = "sgd", dtype = "float16"), "dtype must be float64 or float32")
  refused(by(methods = "sgd", start = NA), "start must be a finite number")
  refused(by(methods = "sgd", start = 1:3), "start must be a number, or one for each of the 2")
  refused(by(methods = "network", hidden_units = 0), "hidden_units must be")
  refused(by(methods = "network", seed = "a"), "seed must be")
})
