test_that("every field of a fit has a reader, and every fit has the fields it must have", {
  fields <- table_of_core("model", "fit_fields")
  expect_setequal(setdiff(fields$kind, names(field_readers)), character())
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 2,
    seed = 1, optimizer = "lbfgs"
  )
  expect_true(all(fields$name[fields$always] %in% names(fit)))
  expect_false(any(fields$name[!fields$always] %in% names(fit)))
  expect_identical(fit$schema, 4L)
})

test_that("fields come in R's own types", {
  read <- read_fit(list(
    schema = 1, parameters = list(`0.weight` = matrix(1)), buffers = list("a", "b"),
    unscaled = NULL, layers = list(), scaling = NULL,
    history = list(train_loss = c(2, 1), valid_loss = NULL), stopped = "epochs",
    best_epoch = 3, validation_rows = array(c(0, 4)), fitted = matrix(1), options = list(),
    seconds = 0.5, rows = list(train = 5, validation = 0)
  ))
  expect_identical(read$buffers, c("a", "b"))
  expect_identical(read$best_epoch, 3L)
  expect_identical(read$validation_rows, c(1L, 5L))
  expect_identical(read$rows, c(train = 5, validation = 0))
  expect_identical(read$history$train_loss, c(2, 1))
  expect_null(read$scaling)
  expect_true("scaling" %in% names(read))
  expect_false("replicates" %in% names(read))
})

test_that("a fit of an earlier version, without what newer ones keep, says the same", {
  skip_if_no_torch()
  earlier <- function(fit) {
    fit[c("schema", "unscaled")] <- NULL
    if (!is.null(fit$replicates)) fit$replicates$unscaled <- NULL
    fit
  }
  line <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 4, seed = 1)
  net <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, hidden_units = 3, epochs = 5, seed = 1)
  expect_equal(coef(earlier(line)), coef(line))
  expect_equal(confint(earlier(line)), confint(line))
  expect_equal(coef(earlier(net)), coef(net))
  expect_output(print(earlier(line)), "Coefficients")
  expect_equal(predict(earlier(line), mtcars), predict(line, mtcars))
})

test_that("a fit of a later version is refused where it is used", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, seed = 1)
  fit$schema <- 99L
  expect_refused(predict(fit, thermometer), "argument", "later version", "Update nnfit")
})

test_that("whole numbers beyond R's integers come back as they were", {
  skip_if_no_torch()
  fit <- nn_fit(
    c ~ u, thermometer, batch_size = 1e15, stop_iter = 1e14, seed = 2^50, hidden_units = 2,
    epochs = 3
  )
  expect_identical(fit$options$batch_size, 1e15)
  expect_identical(fit$options$stop_iter, 1e14)
  expect_identical(fit$options$seed, 2^50)
  expect_length(predict(fit, thermometer), 11)
  expect_refused(
    nn_fit(c ~ u, thermometer, batch_size = 1e19), "argument", "batch_size must be a whole number"
  )
})
