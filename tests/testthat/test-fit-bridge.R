skip_if_no_torch()

test_that("set.seed() governs, a seed rules alone, NA lets torch go on", {
  first <- function(...) {
    loss_table(nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 1, ...))$train_loss
  }
  set.seed(5)
  one <- c(first(), first())
  set.seed(5)
  expect_identical(c(first(), first()), one)
  expect_false(one[1] == one[2])

  set.seed(5)
  before <- .Random.seed
  expect_identical(first(seed = 7), first(seed = 7))
  expect_identical(.Random.seed, before)

  torch$manual_seed(3L)
  one <- first(seed = NA)
  first(seed = 9)
  two <- first(seed = NA)
  torch$manual_seed(3L)
  expect_identical(c(first(seed = NA), first(seed = NA)), c(one, two))
})

shapes <- list(
  linear = list(mpg ~ wt + hp, mtcars),
  deep = list(
    mpg ~ ., mtcars, hidden_units = c(8, 4), activation = c("relu", "tanh"), dropout = 0.1
  ),
  classes = list(Species ~ ., iris, hidden_units = 4),
  two_classes = list(factor(am) ~ wt, mtcars),
  outcomes = list(cbind(mpg, hp) ~ wt, mtcars, hidden_units = 3, bias = FALSE),
  unscaled = list(mpg ~ wt, mtcars, hidden_units = 3, scale = FALSE, loss = "huber"),
  prelu = list(mpg ~ wt, mtcars, hidden_units = 3, activation = "prelu")
)

test_that("a fit holds no Python object, and predicts the same bits in another process", {
  fits <- lapply(shapes, function(shape) do.call(nn_fit, c(shape, seed = 1)))
  expect_false(any(rapply(fits, function(x) typeof(x) %in% c("environment", "externalptr"),
    how = "unlist", classes = "ANY")))
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fits, file)
  data <- lapply(shapes, `[[`, 2)
  there <- in_new_session(function(file, data) {
    Map(function(fit, data) predict(fit, data), readRDS(file), data)
  }, list(file, data))
  expect_identical(there, Map(function(fit, data) predict(fit, data), fits, data))
  for (name in names(fits)) {
    expect_equal(predict(fits[[name]]), predict(fits[[name]], data[[name]]), tolerance = 1e-6)
  }
})

test_that("the call is one that a user can make again", {
  fit <- nn_fit(c ~ u, thermometer, seed = 1)
  expect_identical(fit$call, quote(nn_fit(c ~ u, data = thermometer, seed = 1)))
  expect_identical(coef(eval(fit$call)), coef(fit))
})

test_that("numbers beyond are right or refused by name", {
  skip_if_no_torch()
  tiny <- transform(thermometer, u = u * 1e-200)
  expect_equal(
    unname(coef(nn_fit(c ~ u, tiny)) * c(1, 1e-200)), unname(coef(lm(c ~ u, thermometer)))
  )
  expect_equal(
    coef(nn_fit(c ~ u, thermometer, weights = rep(1e-300, 11))), coef(lm(c ~ u, thermometer))
  )
  for (unit in c(1e160, 1e-160)) {
    far <- transform(thermometer, c = c * unit)
    expect_refused(nn_fit(c ~ u, far), "argument", "y has")
  }
  expect_refused(nn_fit(c ~ u, thermometer, hidden_units = 2^31 - 1), "argument", "hidden_units")
  expect_refused(nn_fit(c ~ u, thermometer, bootstrap = 2^31 - 1), "argument", "bootstrap asks for")
})

test_that("weights of classes multiply those of the rows, in the order of the levels", {
  outcome <- list(values = c(0L, 1L, 1L))
  expect_identical(class_weighted(NULL, outcome, list(2, 3)), c(2, 3, 3))
  expect_identical(class_weighted(c(1, 2, 0), outcome, list(2, 3)), c(2, 6, 0))
  expect_identical(class_weighted(4, outcome, NULL), 4)
})

test_that("the data of a call by a formula are named", {
  skip_if_no_torch()
  same <- function(call, named) expect_identical(with_named_data(call), named)
  same(quote(nn_fit(y ~ x, d, seed = 1)), quote(nn_fit(y ~ x, data = d, seed = 1)))
  same(quote(nn_fit(data = d, y ~ x)), quote(nn_fit(data = d, y ~ x)))
  same(quote(nn_fit(formula = y ~ x, d)), quote(nn_fit(formula = y ~ x, data = d)))
  same(quote(nn_fit(x = y ~ x, d)), quote(nn_fit(x = y ~ x, data = d)))
  same(quote(nn_fit(y ~ x)), quote(nn_fit(y ~ x)))
  same(quote(nn_fit(y ~ x, seed = 1)), quote(nn_fit(y ~ x, seed = 1)))
  fit <- nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg, seed = 1)
  expect_identical(fit$call, quote(nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg, seed = 1)))
})

test_that("one outcome trains every output of a module, each with a name", {
  skip_if_no_torch()
  three <- function(...) {
    nn_fit(mpg ~ wt + hp, mtcars, model = torch$nn$Linear(2L, 3L), epochs = 5, seed = 1, ...)
  }
  expect_warning(fit <- three(validation = mtcars[1:5, ]), class = "nnfit_warning_y")
  names <- paste0("mpg_", 1:3)
  expect_identical(colnames(predict(fit, mtcars)), names)
  expect_equal(unname(residuals(fit)), unname(mtcars$mpg - fitted(fit)))
  expect_identical(colnames(fitted(fit)), names)
  path <- withr::local_tempfile()
  nn_save(fit, path)
  loaded <- suppressMessages(nn_load(path))
  expect_equal(predict(loaded, mtcars, model = torch$nn$Linear(2L, 3L)), predict(fit, mtcars))
})

test_that("outcomes of very unequal spread are told of", {
  skip_if_no_torch()
  data <- data.frame(x = 1:20, narrow = sin(1:20), wide = 1e3 * cos(1:20))
  expect_warning(
    nn_fit(cbind(narrow, wide) ~ x, data, hidden_units = 2, epochs = 2, seed = 1),
    "unequal spread: column 2 has a standard deviation of 7e[+]02",
    class = "nnfit_warning_y"
  )
  expect_no_warning(nn_fit(cbind(narrow, wide) ~ x, data))
})
