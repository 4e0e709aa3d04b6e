# What `processes` is from R for many fits to data in memory: the results of one process, with all
# that R does around them.

skip_if_no_torch()

rows <- 60
d <- withr::with_seed(1, data.frame(
  x = rnorm(rows), z = runif(rows), g = factor(sample(c("a", "b", "c"), rows, TRUE))
))
d$y <- d$x * 2 + d$z + (d$g == "b") + sin(seq_len(rows))

# What differs from one call to the next.
timeless <- function(object) {
  object <- unclass(object)
  object[c("call", "seconds", "memory", "searched")] <- NULL
  if (is.list(object[["fit"]])) object[["fit"]] <- timeless(object[["fit"]])
  object
}

test_that("set.seed() governs a search and folds, and goes on as after one process", {
  skip_on_cran() # processes are started
  skip_if_no_meeting()
  calls <- list(
    tune = function(...) {
      nn_tune(y ~ x + z, d,
        hidden_units = list(2, c(3, 2)), penalty = tune(0.001, 1), epochs = 20, candidates = 4,
        folds = 3, dtype = "float64", ...
      )
    },
    cv = function(...) {
      nn_cv(y ~ x * g + z, d,
        hidden_units = 3, epochs = 20, folds = 5, dtype = "float64", isolate = TRUE, ...
      )
    }
  )
  for (name in names(calls)) {
    set.seed(2)
    shared <- calls[[name]](processes = 2)
    after <- .Random.seed
    set.seed(2)
    one <- calls[[name]]()
    expect_identical(.Random.seed, after)
    expect_equal(timeless(shared), timeless(one), tolerance = 1e-8, label = name)
    expect_identical(shared$call$processes, 2)
  }
})

test_that("an interrupt gives what was done by then", {
  skip_on_cran()
  skip_if_no_meeting()
  fun <- function() NULL
  body(fun) <- bquote({
    options(cli.progress_show_after = 0)
    tryCatch(
      nn_fit(y ~ x, .(d), hidden_units = 2, batch_size = 8, epochs = 1e6, restarts = 4, seed = 1,
        processes = 2, progress = TRUE
      ),
      interrupt = function(condition) condition$fit
    )
  })
  withr::local_envvar(R_CLI_DYNAMIC = "true")
  # The bar is there once processes train; the fits of all are counted.
  got <- interrupted(fun, after = 0.2, ready = "/4000000")
  expect_s3_class(got$value, "nn_fit")
  expect_identical(got$value$stopped, "interrupted")
})

test_that("what does not go with processes is refused by name, and nothing is started", {
  refused <- function(...) expect_refused(..., from = "nn_fit")
  refused(
    nn_fit(y ~ x, d, processes = 2), "argument", "processes share the rows of Parquet files",
    "this is one fit, to data in memory"
  )
  refused(
    nn_fit(y ~ x, d, bootstrap = 2, processes = 2, callback = function(state) TRUE), "argument",
    "callback is a function of this session", "or processes out"
  )
  own <- function(prediction, truth) mean((prediction - truth)^2)
  refused(
    nn_fit(y ~ x, d, members = 2, hidden_units = 2, processes = 2, loss = own), "argument",
    "loss is a function of this session", "leave processes out"
  )
  for (wrong in list(0, 1.5, NULL, NA, "2", c(1, 2), TRUE)) {
    refused(nn_fit(y ~ x, d, processes = wrong), "argument", "processes must be a whole number")
  }
  expect_refused(
    nn_cv(y ~ x, d, processes = 0), "argument", "processes must be a whole number", from = "nn_cv"
  )
  expect_refused(
    nn_tune(y ~ x, d, penalty = tune(), loss = own, processes = 2), "argument",
    "loss is a function of this session", from = "nn_tune"
  )
  refused(
    nn_fit(y ~ x, d, cores = 2), "argument", "cores is not an option", "processes share many fits"
  )
})
