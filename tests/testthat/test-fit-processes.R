# What nn_fit(processes = 2) is from R: the fit of one process, with all that R does around it.

skip_if_no_pyarrow()
skip_on_cran() # processes are started

rows <- 400
d <- withr::with_seed(1, data.frame(
  x = rnorm(rows), z = runif(rows), g = sample(c("a", "b", "c"), rows, TRUE), w = runif(rows)
))
d$y <- d$x * 2 + d$z + (d$g == "b") + sin(seq_len(rows))

test_that("set.seed() governs, and gives the fit of one process", {
  path <- write_parquet(d)
  fit <- function(...) {
    set.seed(1)
    nn_fit(y ~ x * g + z, path,
      weights = w, hidden_units = 4, batch_size = 32, epochs = 3, validation = 0.2,
      dtype = "float64", ...
    )
  }
  one <- fit()
  two <- fit(processes = 2)
  after <- .Random.seed
  fit()
  expect_identical(.Random.seed, after)
  expect_equal(loss_table(two), loss_table(one), tolerance = 1e-10)
  expect_equal(coef(two), coef(one), tolerance = 1e-10)
  same <- c("rows", "seed", "columns", "outcome", "stopped", "engine", "weights")
  expect_identical(unclass(two)[same], unclass(one)[same])
  expect_identical(two$call$processes, 2)
})

test_that("a fit to start from goes on, there as here, and warnings are heard", {
  path <- write_parquet(transform(d, y = x > 0))
  before <- nn_fit(y ~ x, path, hidden_units = 2, epochs = 2, seed = 1, dtype = "float64")
  fit <- function(...) {
    nn_fit(y ~ x, path,
      hidden_units = 2, epochs = 2, seed = 2, dtype = "float64", start = before, ...
    )
  }
  expect_equal(loss_table(fit(processes = 2)), loss_table(fit()), tolerance = 1e-10)
  expect_warning(nn_fit(y ~ x, path, processes = 2), class = "nnfit_warning_separated")
})

test_that("an interrupt gives the fit as it was", {
  path <- write_parquet(d)
  fun <- function() NULL
  body(fun) <- bquote({
    options(cli.progress_show_after = 0)
    tryCatch(
      nn_fit(y ~ x, .(path), hidden_units = 2, epochs = 1e6, seed = 1, processes = 2,
        progress = TRUE
      ),
      interrupt = function(condition) condition$fit
    )
  })
  withr::local_envvar(R_CLI_DYNAMIC = "true")
  # The bar is there once processes train.
  got <- interrupted(fun, after = 0.2, ready = "/1000000")
  expect_s3_class(got$value, "nn_fit")
  expect_identical(got$value$stopped, "interrupted")
  expect_match(got$said, "The fit was interrupted", fixed = TRUE)
})

test_that("what does not go with processes is refused by name", {
  path <- write_parquet(d)
  refused <- function(...) expect_refused(..., from = "nn_fit")
  refused(
    nn_fit(y ~ x, path, processes = 2, callback = function(state) TRUE), "argument",
    "callback is a function of this session", "or processes out"
  )
  for (wrong in list(0, 1.5, NULL, NA, "2", c(1, 2), TRUE)) {
    refused(nn_fit(y ~ x, path, processes = wrong), "argument", "processes must be a whole number")
  }
  refused(nn_fit(y ~ x, path, processes = 2, bootstrap = 2), "argument", "bootstrap can not be")
  refused(
    nn_fit(y ~ x, path, processes = 2, fully_shard = TRUE), "argument",
    "fully_shard is for a model of your own"
  )
  refused(nn_fit(y ~ x, path, fully_shard = 1), "argument", "fully_shard must be")
})
