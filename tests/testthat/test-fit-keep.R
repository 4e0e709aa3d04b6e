saved_size <- function(fit, ...) {
  path <- withr::local_tempfile()
  saveRDS(fit, path, ...)
  file.size(path)
}

rows_of <- function(n) {
  withr::with_seed(1, data.frame(
    y = rnorm(n), a = runif(n), g = factor(sample(c("u", "v", "w"), n, TRUE)), w = runif(n)
  ))
}

# A function whose place holds what no file should: each makes one kind of fit.
small_fits <- function(n) {
  burden <- rnorm(1e5)
  d <- rows_of(n)
  z <- d$a
  fit <- function(...) nn_fit(..., keep_data = FALSE, seed = 1)
  made <- list(
    linear = fit(y ~ a + g, d, weights = w),
    workspace = fit(y ~ z, d),
    network = fit(y ~ a, d, hidden_units = 8, epochs = 5, validation = 0.2),
    classes = fit(g ~ a, d, hidden_units = 8, epochs = 5),
    columns = fit(d["a"], d$y),
    matrix = fit(as.matrix(d["a"]), d$y),
    built = do.call(nn_fit, list(y ~ a, data = d, keep_data = FALSE, seed = 1)),
    family = fit(abs(y) ~ a, d, family = Gamma("log")),
    own = fit(y ~ a, d, loss = function(p, t) mean(abs(p - t)^1.5))
  )
  if (requireNamespace("recipes", quietly = TRUE)) {
    recipe <- recipes::recipe(y ~ a, d)
    made$recipe <- fit(recipes::step_normalize(recipe, recipes::all_predictors()), d)
  }
  vapply(made, saved_size, 0, compress = FALSE)
}

test_that("a fit without data is small, however many rows it has seen and wherever it was made", {
  skip_if_no_torch()
  withr::local_envvar(TZ = "UTC") # recipes asks for it
  few <- suppressMessages(small_fits(60))
  many <- suppressMessages(small_fits(2000))
  expect_true(all(many < 50e3))
  # Digits of the rows' counts are what grows; text of numbers, in calls, may differ.
  expect_lt(max(abs(many - few)), 500)
})

predict_some <- function(fit) {
  new <- data.frame(a = c(0.1, 0.9), g = c("u", "w"))
  predict(fit, new, interval = "confidence", level = 0.9)
}

test_that("of a fit without data the same is said, but for what its rows say", {
  skip_if_no_torch()
  d <- rows_of(100)
  d$y[3] <- NA
  d$w[1:5] <- 0
  whole <- nn_fit(y ~ a + g, d, weights = w, seed = 1)
  small <- nn_fit(y ~ a + g, d, weights = w, seed = 1, keep_data = FALSE)
  said <- function(fit) sub("[0-9.e-]+ s$", "", capture.output(print(fit)))
  expect_equal(said(small), said(whole))
  expect_equal(nobs(small), 95) # without those of weight 0, of which one lacks its outcome
  asked <- list(coef, vcov, confint, nobs, tidy, loss_table, model.frame, predict_some, family)
  for (ask in asked) {
    expect_equal(ask(small), ask(whole))
  }
  expect_named(small, c(names(whole), "rows"))
  expect_equal(glance(small)$r.squared, glance(whole)$r.squared)
  expect_equal(glance(small)$AIC, NA_real_)
  expect_equal(coef(update(small, y ~ a)), coef(update(whole, y ~ a)))
})

test_that("what needs the rows of a fit without data is refused by name", {
  skip_if_no_torch()
  d <- rows_of(100)
  d$y[3] <- NA
  fit <- nn_fit(y ~ a, d, weights = w, seed = 1, keep_data = FALSE)
  for (ask in list(fitted, residuals, predict, logLik, AIC, augment, hatvalues, case.names)) {
    expect_refused(
      ask(fit), "argument", "A fit with keep_data = FALSE holds no predictions for its rows",
      "predict(fit, newdata)"
    )
  }
  expect_refused(plot(fit, "observed"), "argument", "keep_data = FALSE", from = "plot")
  expect_refused(
    weights(fit), "argument", "keep_data = FALSE does not hold its weights", from = "weights"
  )
  expect_refused(na.action(fit), "argument", "which rows were left out", from = "na.action")
  expect_refused(nn_diagnose(fit), "argument", "keep_data = FALSE does not hold its rows")
  expect_s3_class(nn_diagnose(fit, d), "nn_diagnose")
  plain <- nn_fit(y ~ a, d[-3, ], seed = 1, keep_data = FALSE)
  expect_null(weights(plain))
  expect_null(na.action(plain))
})

test_that("limits by rows that were held out need them", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, seed = 1, keep_data = FALSE)
  whole <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, seed = 1)
  new <- mtcars[1:3, ]
  expect_equal(
    predict(fit, new, interval = "confidence"), predict(whole, new, interval = "confidence")
  )
  expect_refused(
    predict(fit, new, interval = "prediction"), "argument", "With keep_data = TRUE",
    from = "predict"
  )
  classes <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 2, seed = 1, keep_data = FALSE)
  expect_refused(
    predict(classes, iris, type = "set"), "argument", "With keep_data = TRUE", from = "predict"
  )
})

test_that("a fit of censored times without data predicts curves, and counts its events", {
  skip_if_no_torch()
  skip_if_not_installed("survival")
  lung <- survival::lung
  whole <- nn_fit(Surv(time, status) ~ age, lung, seed = 1)
  fit <- nn_fit(Surv(time, status) ~ age, lung, seed = 1, keep_data = FALSE)
  curve <- function(fit) predict(fit, lung[1:2, ], type = "survival", times = c(100, 500))
  expect_equal(curve(fit), curve(whole))
  expect_equal(nobs(fit), nobs(whole))
  expect_equal(glance(fit)[c("n", "nevent", "nobs")], glance(whole)[c("n", "nevent", "nobs")])
  expect_equal(glance(fit)$concordance, NA_real_)
})

test_that("a fit without data goes on from where it stands, and goes through a file", {
  skip_if_no_torch()
  fit <- function(...) {
    nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 10, validation = 0.2, seed = 1, ...)
  }
  small <- fit(keep_data = FALSE)
  expect_equal(update(small, epochs = 5)$parameters, update(fit(), epochs = 5)$parameters)
  unseeded <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, epochs = 10, validation = 0.2, seed = NA, keep_data = FALSE
  )
  expect_false(can_go_on(unseeded)) # which rows were held out nobody knows
  path <- withr::local_tempfile(fileext = ".safetensors")
  nn_save(small, path)
  again <- nn_load(path)
  expect_equal(predict(again, mtcars), predict(small, mtcars))
  expect_equal(nobs(again), nobs(small))
  expect_refused(fitted(again), "argument", "keep_data = FALSE")
})

test_that("cross-validation and lm_compare() have no fit to make small", {
  skip_if_no_torch()
  expect_refused(
    nn_cv(mpg ~ wt, mtcars, folds = 2, keep_data = FALSE), "argument",
    "keep_data is not an option of nn_cv()", from = "nn_cv"
  )
  expect_refused(
    lm_compare(mpg ~ wt, mtcars, keep_data = FALSE), "argument", "keep_data must be TRUE",
    from = "lm_compare"
  )
})

test_that("a fit on files is as it was with keep_data = FALSE", {
  skip_if_no_pyarrow()
  path <- write_parquet(mtcars)
  fit <- nn_fit(mpg ~ wt, path, seed = 1, keep_data = FALSE)
  expect_equal(coef(fit), coef(nn_fit(mpg ~ wt, path, seed = 1)))
  expect_refused(fitted(fit), "argument", "A fit on files")
})

test_that("what is dropped from a fit others still have", {
  skip_if_no_torch()
  z <- mtcars$wt
  whole <- nn_fit(mpg ~ z, mtcars, seed = 1)
  small <- without_data(whole)
  expect_identical(environment(whole$blueprint$terms)$z, z)
  expect_null(environment(small$blueprint$terms)$z)
  expect_null(environment(small$formula)$z)
  expect_equal(coef(update(small, seed = 2)), coef(whole))
  expect_equal(predict(small, data.frame(z = 3)), predict(whole, data.frame(z = 3)))
})

test_that("butcher's generics make a fit small", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, seed = 1)
  small <- without_data(fit)
  expect_identical(without_data(small), small)
  place <- if (nzchar(system.file(package = "butcher"))) asNamespace("butcher") else globalenv()
  generics <- c("axe_call", "axe_data", "axe_env", "axe_fitted")
  if (identical(place, globalenv())) { # as they are there
    for (name in generics) {
      generic <- function(x, verbose = FALSE, ...) NULL
      body(generic) <- call("UseMethod", name)
      environment(generic) <- globalenv()
      assign(name, generic, globalenv())
    }
    withr::defer(rm(list = generics, envir = globalenv()))
    register_axes(globalenv())
  }
  for (name in generics) expect_equal(get(name, place)(fit, verbose = FALSE), small)
})
