skip_if_no_torch()

six_digits <- function(x) signif(unname(x), 6)

test_that("untuned linear fits agree with lm() to 6 significant digits", {
  agrees <- function(formula, data) {
    expect_equal(
      six_digits(coef(nn_fit(formula, data))), six_digits(coef(lm(formula, data))),
      tolerance = 1e-12
    )
  }
  agrees(c ~ u, thermometer)
  agrees(mpg ~ ., mtcars)
  agrees(mpg ~ wt * factor(cyl) + log(hp), mtcars)
  agrees(mpg ~ wt - 1, mtcars)
  agrees(Sepal.Length ~ Species - 1, iris)
  agrees(Sepal.Length ~ Species * Petal.Width, iris)
})

test_that("weights count as they do in lm(), also as a column's name", {
  expected <- coef(lm(mpg ~ wt + qsec, mtcars, weights = hp))
  expect_equal(coef(nn_fit(mpg ~ wt + qsec, mtcars, weights = hp)), expected, tolerance = 1e-8)
  expect_equal(
    coef(nn_fit(mpg ~ wt + qsec, mtcars, weights = mtcars$hp)), expected, tolerance = 1e-8
  )
})

test_that("an untuned logistic or Poisson model agrees with glm()", {
  binary <- nn_fit(factor(am) ~ wt, mtcars)
  expect_equal(coef(binary), coef(glm(factor(am) ~ wt, binomial, mtcars)), tolerance = 1e-5)
  counts <- nn_fit(carb ~ hp, mtcars, loss = "poisson_nll")
  expect_equal(coef(counts), coef(glm(carb ~ hp, poisson, mtcars)), tolerance = 1e-5)
})

test_that("losses of ours do what every loss does", {
  cars <- transform(mtcars, heavy = pmax(wt, 3))
  losses <- list(
    mpg = "gamma_nll", carb = list("negative_binomial_nll", dispersion = 0.2),
    qsec = "gaussian_nll"
  )
  for (outcome in names(losses)) {
    formula <- stats::reformulate(c("wt", "hp"), outcome)
    fit <- nn_fit(formula, cars, loss = losses[[outcome]], hidden_units = 4, weights = heavy,
      validation = 0.25, stop_iter = 20, learn_rate = 0.05, bootstrap = 3, seed = 1)
    expect_output(print(fit), paste("Loss", losses[[outcome]][[1]]))
    expect_identical(fit$stopped, "early")
    expect_equal(predict(fit, cars), fitted(fit), tolerance = 1e-6)
    expect_equal(residuals(fit), setNames(cars[[outcome]], rownames(cars)) - fitted(fit))
    limits <- predict(fit, cars[1:2, ], interval = "confidence")
    expect_true(all(limits[, "lwr"] <= limits[, "upr"]))
    again <- update(fit, optimizer = "sgd", reduction = "sum", learn_rate = 1e-5, bootstrap = 0)
    expect_lt(tail(loss_table(again)$train_loss, 1), loss_table(again)$train_loss[1])
    cv <- nn_cv(formula, cars, loss = losses[[outcome]], folds = 4, seed = 1)
    expect_identical(dim(cv$predicted), c(32L, 1L, 1L))
    expect_true(all(is.finite(cv$losses$valid_loss)))
    for (which in c("observed", "residuals", "network")) {
      expect_silent({
        grDevices::pdf(NULL)
        plot(fit, which)
        grDevices::dev.off()
      })
    }
  }
  expect_refused(
    nn_fit(carb ~ wt, mtcars, loss = list("negative_binomial_nll", dispersion = -1)), "argument",
    "negative_binomial_nll takes a dispersion that is a number of at least 1e-8", from = "nn_fit"
  )
})

test_that("an untuned network classifies at least 97% of iris", {
  set.seed(1)
  fit <- nn_fit(Species ~ ., iris, hidden_units = 16)
  expect_gte(mean(predict(fit, iris, "class") == iris$Species), 0.97)
})

test_that("a small network goes through the data in few epochs of Levenberg and Marquardt's", {
  fit <- nn_fit(c ~ u, thermometer,
    hidden_units = 13, activation = "tanh", optimizer = "Levenberg-Marquardt", seed = 1
  )
  expect_identical(fit$options$optimizer, "levenberg_marquardt")
  expect_identical(fit$stopped, "converged")
  expect_output(print(fit), "levenberg_marquardt, all rows a step", fixed = TRUE)
  expect_lt(nrow(loss_table(fit)), 200)
  expect_equal(unname(fitted(fit)), thermometer$c, tolerance = 1e-4)
  expect_refused(
    nn_fit(Species ~ ., iris, optimizer = "levenberg_marquardt"), "argument",
    "optimizer", "is for the loss", "mse", from = "nn_fit"
  )
})

test_that("the two-layer example gives all 500 losses that it is known for", {
  torch$manual_seed(0L)
  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  fit <- nn_fit(x, y,
    hidden_units = 100, activation = "relu", loss = "mse", reduction = "sum",
    optimizer = "sgd", learn_rate = 1e-4, epochs = 500, scale = FALSE, seed = NA
  )
  expect_identical(loss_table(fit)$epoch, 1:500)
  expect_identical(
    signif(loss_table(fit)$train_loss, 3), fixture("two-layer-loss.csv")$train_loss
  )
})

test_that("formula, data frame, matrix, tensor and recipe give the same fit", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  fit <- function(...) unname(coef(nn_fit(..., seed = 1)))
  expected <- fit(mpg ~ wt + hp, mtcars)
  expect_equal(fit(x, mtcars$mpg), expected)
  expect_equal(fit(mtcars[c("wt", "hp")], mtcars["mpg"]), expected)
  tensor <- torch$tensor(x, dtype = torch$float64)
  expect_equal(fit(tensor, mtcars$mpg), expected)
  expect_equal(fit(tensor, torch$tensor(mtcars$mpg, dtype = torch$float64)), expected)
  skip_if_no_recipes()
  expect_equal(fit(recipes::recipe(mpg ~ wt + hp, mtcars), mtcars), expected)
})

test_that("data may come first, from a pipe", {
  piped <- nn_fit(mtcars, mpg ~ wt, weights = hp)
  expect_equal(coef(piped), coef(nn_fit(mpg ~ wt, mtcars, weights = hp)), tolerance = 1e-8)
  expect_identical(piped$call, quote(nn_fit(formula = mpg ~ wt, data = mtcars, weights = hp)))
  expect_named(coef(update(piped, . ~ . + qsec)), c("(Intercept)", "wt", "qsec"))
  named <- nn_fit(data = mtcars, formula = mpg ~ wt, weights = hp)
  expect_equal(coef(named), coef(lm(mpg ~ wt, mtcars, weights = hp)), tolerance = 1e-8)
  expect_equal(coef(update(named, . ~ . + qsec)),
    coef(lm(mpg ~ wt + qsec, mtcars, weights = hp)), tolerance = 1e-8)
})

test_that("a formula without data takes its variables from the workspace", {
  u <- thermometer$u
  temperature <- thermometer$c
  expect_equal(unname(coef(nn_fit(temperature ~ u))), unname(coef(nn_fit(c ~ u, thermometer))))
})

test_that("a diverging fit stops where its loss is not finite, and says so", {
  expect_warning(
    fit <- nn_fit(c ~ u, thermometer, optimizer = "sgd", learn_rate = 1, scale = FALSE),
    "diverged.*epoch \\d+", class = "nnfit_warning_diverged"
  )
  losses <- loss_table(fit)$train_loss
  expect_false(is.finite(losses[length(losses)]))
  expect_true(all(is.finite(losses[-length(losses)])))
  expect_lt(length(losses), 500)
})

test_that("early stopping returns the best epoch's model", {
  fit <- nn_fit(mpg ~ ., mtcars, hidden_units = 32, validation = 0.3, stop_iter = 15, seed = 2,
    epochs = 2000, learn_rate = 0.05)
  expect_identical(fit$stopped, "early")
  losses <- loss_table(fit)$valid_loss
  expect_identical(fit$best_epoch, which.min(losses))
  held_out <- mtcars[fit$validation_rows, ]
  expect_equal(mean((predict(fit, held_out) - held_out$mpg)^2), min(losses), tolerance = 1e-5)
})

test_that("a module of the user's own is trained in a copy", {
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(1L, 4L), nn$Tanh(), nn$BatchNorm1d(4L), nn$Linear(4L, 1L))
  before <- module$state_dict()[["0.weight"]]$tolist()
  fit <- nn_fit(c ~ u, thermometer, model = module, epochs = 50, seed = 1)
  expect_identical(module$state_dict()[["0.weight"]]$tolist(), before)
  expect_equal(predict(fit, thermometer), fitted(fit), tolerance = 1e-5)

  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, file)
  there <- in_new_session(function(file) {
    fit <- readRDS(file)
    nn <- torch$nn
    module <- nn$Sequential(nn$Linear(1L, 4L), nn$Tanh(), nn$BatchNorm1d(4L), nn$Linear(4L, 1L))
    list(
      error = tryCatch(predict(fit, thermometer), error = class),
      predicted = predict(fit, thermometer, model = module)
    )
  }, list(file))
  expect_true("nnfit_error_module" %in% there$error)
  expect_identical(there$predicted, predict(fit, thermometer))
})

test_that("x of another kind is refused", {
  refused <- function(...) expect_refused(..., from = "nn_fit")
  refused(nn_fit(1:3, 1:3), "argument", "x must be a formula, data frame, matrix, tensor or recipe")
  refused(nn_fit(), "argument", "x must be a formula", "not missing")
  refused(nn_fit(as.matrix(thermometer)), "argument", "y, the outcome, is missing")
  skip_if_no_torch()
  refused(
    nn_fit(torch$ones(3L, 2L, 2L), 1:12), "data", "x must have rows and columns", "3 dimensions"
  )
})

test_that("what is given in the place of a formula or data has the hint that fits it", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")
  refused(nn_fit("mpg ~ wt", mtcars), "A formula has no quotes", "as.formula(x)")
  refused(nn_fit(list(a = 1), 1), "as.data.frame(x)")
  refused(nn_fit(1:3, 1:3), "For one predictor: as.matrix(x)")
  for (code in expression(nn_fit(), nn_fit(NULL, 1), nn_fit(mean, 1))) {
    error <- expect_error(eval(code), class = "nnfit_error_argument")
    expect_no_match(flat_message(error), "as.matrix", label = deparse1(code))
  }
  refused(nn_fit(x = mpg ~ wt, data = mtcars), "Give it as formula, or first and without a name")
  refused(nn_fit(x = mpg ~ wt, mtcars), "formula is given as formula, or first and without a name")
  expect_refused(nn_fit(mpg ~ wt, "mtcars"), "data", "without quotes: mtcars")
  error <- expect_error(nn_fit(mpg ~ wt, "no/such.parquet"), class = "nnfit_error_data")
  expect_no_match(flat_message(error), "without quotes")
})
