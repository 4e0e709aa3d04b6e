small <- function(...) {
  nn_fit(c ~ u, thermometer, ..., hidden_units = 3, activation = "tanh", epochs = 30, seed = 1)
}

test_that("what can not be is refused before Python", {
  bad <- list(-1, 1, 2.5, NA, "a", c(10, 10), Inf)
  for (bootstrap in bad) {
    expect_refused(
      small(bootstrap = bootstrap), "argument", "bootstrap must be 0, or", from = "nn_fit"
    )
  }
  expect_refused(small(restarts = 0), "argument", "restarts must be a whole number")
  both <- function() small(restarts = 2, bootstrap = 2)
  expect_refused(both(), "argument", "restarts does not go with bootstrap")
})

test_that("what Python says of replicates becomes R's numbers", {
  counts <- list(asked = 3, diverged = 1, dead = 0, interrupted = 0)
  made <- new_replicates(c(list(seeds = list(4, 5), train_loss = list(1L, 2L)), counts))
  expect_identical(made$seeds, 4:5)
  expect_identical(made$train_loss, c(1, 2))
  expect_null(made$valid_loss)
  expect_identical(unlist(made[names(counts)]), unlist(lapply(counts, as.integer)))
  held_out <- new_replicates(
    c(list(seeds = 4, train_loss = 1L, valid_loss = list(3L)), counts)
  )
  expect_identical(held_out$valid_loss, 3)
  expect_null(new_replicates(NULL))
})

test_that("replicates are plain data, and a fit without them has none", {
  skip_if_no_torch()
  fit <- small(bootstrap = 5)
  made <- fit$replicates
  expect_identical(made$kind, "bootstrap")
  expect_type(made$seeds, "integer")
  expect_length(unique(made$seeds), 5)
  expect_identical(lapply(made$parameters, dim), lapply(fit$parameters, function(p) c(5L, dim(p))))
  expect_identical(dim(made$scaling$x_center), c(5L, 1L))
  expect_length(made$train_loss, 5)
  expect_null(small()$replicates)
  expect_equal(coef(small()), coef(fit))
  file <- withr::local_tempfile()
  saveRDS(fit, file)
  again <- readRDS(file)
  expect_identical(again$replicates, made)
  new <- data.frame(u = c(20, 50))
  expect_identical(
    predict(again, new, interval = "confidence"), predict(fit, new, interval = "confidence")
  )
})

test_that("a replicate is the fit to its rows under its seed", {
  skip_if_no_torch()
  fit <- small(bootstrap = 3)
  seeds <- fit$replicates$seeds
  resample <- reticulate::import("numpy")$random$default_rng
  for (i in seq_along(seeds)) {
    drawn <- resample(seeds[i])$integers(11L, size = 11L)
    one <- nn_fit(c ~ u, thermometer,
      weights = tabulate(drawn + 1, 11), hidden_units = 3,
      activation = "tanh", epochs = 30, seed = seeds[i]
    )
    expect_equal(one_replicate(fit, i)$parameters, one$parameters, tolerance = 1e-4)
    expect_equal(fit$replicates$scaling$x_scale[i], as.vector(one$scaling$x_scale))
    expect_equal(fit$replicates$scaling$y_scale[i], one$scaling$y_scale)
    last <- utils::tail(one$history$train_loss, 1)
    expect_equal(fit$replicates$train_loss[i], last, tolerance = 1e-4)
  }
})

test_that("set.seed() governs replicates too", {
  skip_if_no_torch()
  fits <- lapply(1:2, function(i) {
    withr::with_seed(3, nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 5, bootstrap = 3))
  })
  expect_identical(fits[[1]]$replicates$parameters, fits[[2]]$replicates$parameters)
})

test_that("the best of several starts is returned, with the losses of all", {
  skip_if_no_torch()
  fit <- small(restarts = 4)
  tried <- fit$restarts
  expect_s3_class(tried, "tbl_df")
  expect_named(tried, c("seed", "train_loss", "stopped", "best"))
  expect_identical(which(tried$best), which.min(tried$train_loss))
  expect_identical(tried$seed[1], 1L)
  expect_equal(utils::tail(fit$history$train_loss, 1), min(tried$train_loss))
  losses <- format(signif(range(fit$restarts$train_loss), 4), trim = TRUE)
  expect_identical(
    describe_replicates(fit),
    sprintf("Best of 4 starts, with losses from %s to %s\n", losses[1], losses[2])
  )
  expect_output(print(fit), "Best of 4 starts, with losses from")
  with_validation <- small(restarts = 3, validation = 0.3)$restarts
  expect_identical(which(with_validation$best), which.min(with_validation$valid_loss))
})

test_that("a module of one's own has replicates, and no restarts", {
  skip_if_no_torch()
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(1L, 2L), nn$Softsign(), nn$Linear(2L, 1L))
  fit <- nn_fit(c ~ u, thermometer, model = module, epochs = 5, bootstrap = 3, seed = 1)
  expect_length(fit$replicates$seeds, 3)
  expect_refused(
    nn_fit(c ~ u, thermometer, model = module, restarts = 2), "argument",
    "restarts must be 1 with a torch module of your own"
  )
})

test_that("print() mentions replicates", {
  skip_if_no_torch()
  expect_output(print(small(bootstrap = 3)), "3 bootstrap replicates")
})

test_that("data in files have no replicates", {
  expect_refused(
    nn_fit(c ~ u, "readings.parquet", bootstrap = 10), "argument",
    "bootstrap can not be used where data is a path"
  )
})

test_that("replicates that are missing are counted in a warning", {
  made <- list(asked = 10L, seeds = 1:10, diverged = 0L, dead = 0L, interrupted = 0L)
  expect_silent(warn_replicates(made, NULL))
  expect_silent(warn_replicates(NULL, NULL))
  made$diverged <- 2L
  made$seeds <- 1:8
  warning <- expect_warning(warn_replicates(made, NULL), class = "nnfit_warning_replicates")
  expect_match(flat_message(warning), "2 of 10 replicates diverged and are left out")
  # an interrupt is told of as such
  expect_silent(
    warn_replicates(
      list(asked = 10L, seeds = 1:6, diverged = 0L, dead = 0L, interrupted = 4L), NULL
    )
  )
})

test_that("a fit that diverged says that it has no replicates", {
  skip_if_no_torch()
  warnings <- capture_warnings(fit <- nn_fit(
    c ~ u, thermometer,
    optimizer = "sgd", learn_rate = 1e6, scale = FALSE, bootstrap = 3, seed = 1
  ))
  expect_match(warnings, "diverged: its loss is not finite", all = FALSE)
  expect_match(warnings, "No replicate was fitted, as the fit itself diverged", all = FALSE)
  expect_refused(
    predict(fit, thermometer, interval = "confidence"), "argument", "Training has diverged"
  )
})

test_that("starts of which none has a finite loss are printed so", {
  fit <- list(restarts = tibble::tibble(train_loss = c(Inf, NaN), valid_loss = NULL))
  expect_identical(describe_replicates(fit), "None of 2 starts has a finite loss\n")
})

test_that("a single replicate that failed is warned of", {
  made <- function(diverged = 0, dead = 0, seeds = 1:4) {
    list(asked = 4, diverged = diverged, dead = dead, interrupted = 0, seeds = seeds)
  }
  expect_silent(warn_replicates(made(), NULL))
  expect_silent(warn_replicates(NULL, NULL))
  expect_warning(
    warn_replicates(made(diverged = 1, seeds = 1:3), NULL), "1 of 4 replicates diverged"
  )
  expect_warning(warn_replicates(made(dead = 1), NULL), "1 of 4 replicates learned nothing")
  expect_warning(warn_replicates(made(seeds = 1:3), NULL), "No replicate was fitted")
})
