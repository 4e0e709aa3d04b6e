skip_if_no_isolation()
withr::defer(end_idle_worker(), teardown_env())

# The same call in the session and in a process of its own.
expect_same <- function(code, ignore = character()) {
  code <- substitute(code)
  user <- parent.frame()
  made <- function(isolate) {
    withr::local_options(nnfit.isolate = isolate)
    set.seed(1)
    made <- eval(code, user)
    made <- if (inherits(made, "nn_fit")) without_clock(made) else unclass(made)
    made[setdiff(names(made), c("seconds", ignore))]
  }
  there <- made(TRUE)
  expect_identical(there, made(FALSE), label = deparse1(code))
}

test_that("fits are those of the session, bit for bit", {
  rows <- rows_to_kill()
  expect_same(nn_fit(y ~ ., rows))
  expect_same(nn_fit(a > 0 ~ b + c, rows, seed = 2))
  expect_same(nn_fit(y ~ ., rows, hidden_units = 8, epochs = 30, batch_size = 16, dropout = 0.1,
    validation = 0.2, metrics = c("rmse", "rsq"), schedule = "cosine", seed = 3
  ))
  expect_same(nn_fit(Species ~ ., iris, hidden_units = 4, members = 2, epochs = 20, seed = 4))
  expect_same(nn_fit(y ~ ., rows, hidden_units = 3, epochs = 20, bootstrap = 4, seed = 5))
  expect_same(nn_fit(y ~ ., rows, hidden_units = 3, epochs = 20, restarts = 3, seed = 6))
  expect_same(nn_fit(y ~ ., rows, hidden_units = 6, seed = 7)) # a penalty is chosen
  expect_same(nn_fit(as.matrix(rows[1:3]), rows$y, validation = list(as.matrix(rows[1:3]), rows$y)))
  first <- nn_fit(y ~ ., rows, hidden_units = 3, epochs = 20, seed = 8)
  expect_same(nn_fit(y ~ ., rows, hidden_units = 3, epochs = 20, seed = 8, start = first))
  expect_same(nn_fit(factor(am) ~ wt, mtcars, class_weights = c("0" = 1, "1" = 3), seed = 1))
})

test_that("so are cross-validations, comparisons, and fits made anew", {
  expect_same(nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 20, folds = 3, seed = 1))
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 20, seed = 1)
  expect_same(update(fit, epochs = 10))
  methods <- c("qr", "sgd", "lbfgs")
  compared <- lapply(c(TRUE, FALSE), function(isolate) {
    lm_compare(mpg ~ wt, mtcars, methods = methods, isolate = isolate)
  })
  expect_identical(tidy(compared[[1]]), tidy(compared[[2]]))
  pairs <- lapply(c(TRUE, FALSE), function(isolate) lm_compare(mpg ~ wt, mtcars, isolate = isolate))
  expect_identical(tidy(pairs[[1]]), tidy(pairs[[2]]))
  expect_refused(
    lm_compare(mpg ~ wt, mtcars, methods = methods, isolate = 1), "argument", "isolate must be"
  )
})

test_that("so are fits to files, by paths from where the session is", {
  skip_if_no_pyarrow()
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  write_parquet(rows_to_kill(), file.path(folder, "rows.parquet"))
  expect_same(nn_fit(y ~ a + b, "rows.parquet", hidden_units = 3, epochs = 3, batch_size = 20,
    seed = 1, validation = "rows.parquet"
  ))
  expect_refused(
    nn_fit(y ~ z, "rows.parquet", isolate = TRUE), "data", "Not found: z", from = "nn_fit"
  )
})

test_that("the session needs no Python for it, and has the progress of R's random numbers", {
  found <- in_new_session(function() {
    options(nnfit.isolate = TRUE)
    untouched <- !exists(".Random.seed", globalenv())
    fixed <- nn_fit(c ~ u, thermometer, seed = 1)
    untouched <- untouched && !exists(".Random.seed", globalenv())
    set.seed(1)
    drawn <- nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 5)
    after <- runif(1)
    set.seed(1)
    seed <- sample.int(.Machine$integer.max, 1)
    list(
      python = isNamespaceLoaded("reticulate"), untouched = untouched,
      same = c(drawn$seed == seed, runif(1) == after), predicted = predict(fixed, thermometer)
    )
  })
  expect_false(found$python)
  expect_true(found$untouched)
  expect_identical(found$same, c(TRUE, TRUE))
  expect_length(found$predicted, 11)
})

test_that("errors and warnings are those of the session, from the user's call", {
  of <- function(isolate, code) {
    withr::local_options(nnfit.isolate = isolate)
    tryCatch(code(), condition = identity)
  }
  wrong <- list(
    function() nn_fit(c ~ u, thermometer, penalty = 1e300, hidden_units = 2, epochs = 2),
    function() nn_fit(c ~ u, thermometer, hidden_units = 2, engine = "reweighted", epochs = 2),
    function() nn_cv(c ~ u, thermometer, hidden_units = 2, device = "cuda:77", folds = 3),
    function() nn_fit(a ~ b, data.frame(a = rep(0:1, each = 5) > 0, b = 1:10), seed = 1),
    function() {
      nn_fit(c ~ u, thermometer, hidden_units = 3, learn_rate = 1e9, optimizer = "sgd",
        epochs = 50, seed = 1, scale = FALSE
      )
    }
  )
  for (code in wrong) {
    here <- of(FALSE, code)
    there <- of(TRUE, code)
    expect_identical(class(there), class(here), label = deparse1(body(code)))
    expect_identical(conditionMessage(there), conditionMessage(here))
    expect_identical(conditionCall(there), conditionCall(here))
  }
})

test_that("what the core can not do is told as in the session", {
  args <- list(x = matrix(1, 3, 1), nonsense = 1, seed = 1)
  here <- expect_error(train_core("fit", args, quote(nn_fit())), class = "nnfit_error_core")
  there <- expect_error(train_core("fit", args, quote(nn_fit()), TRUE), class = "nnfit_error_core")
  expect_identical(conditionMessage(there), conditionMessage(here))
  expect_identical(class(there$parent), class(here$parent))
})

test_that("a Python that does not serve is told as in the session", {
  python <- python_without_torch()
  source <- if (is_dev_package()) pkgload::pkg_path()
  said <- lapply(c(TRUE, FALSE), function(isolate) {
    callr::r(function(source, isolate) {
      if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
      error <- tryCatch(nn_fit(c ~ u, thermometer, seed = 1, isolate = isolate), error = identity)
      list(class(error), conditionMessage(error), conditionCall(error)[[1]], names(error$found))
    }, list(source, isolate), env = c(callr::rcmd_safe_env(), RETICULATE_PYTHON = python))
  })
  expect_identical(said[[1]], said[[2]])
  expect_true("nnfit_error_python" %in% said[[1]][[1]])
})

test_that("what lives in this session is refused by name", {
  model <- torch$nn$Linear(1L, 1L)
  expect_refused(
    nn_fit(c ~ u, thermometer, model = model, seed = 1, isolate = TRUE), "argument",
    "model is, or has, an object of Python", "isolate = FALSE", from = "nn_fit"
  )
  expect_refused(
    nn_fit(c ~ u, thermometer, seed = NA, isolate = TRUE), "argument", "seed can not be NA",
    from = "nn_fit"
  )
  expect_refused(
    nn_fit(c ~ u, thermometer, isolate = "yes"), "argument", "isolate must be TRUE or FALSE"
  )
  withr::local_options(nnfit.isolate = 3)
  expect_refused(nn_fit(c ~ u, thermometer), "argument", "isolate must be TRUE or FALSE")
})

test_that("tensors go by their values, and objects of torch's by their names", {
  x <- as_tensor(as.matrix(mtcars[2:3]))
  expect_same(nn_fit(x, as_tensor(mtcars$mpg), seed = 1))
  expect_same(nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, seed = 1,
    activation = torch$nn$Tanh(), loss = torch$nn$HuberLoss(delta = 2)
  ))
})

test_that("in such a process nothing is isolated", {
  withr::defer(cache$isolated <- NULL)
  cache$isolated <- TRUE
  real <- call_isolated
  withr::defer(utils::assignInNamespace("call_isolated", real, "nnfit"))
  utils::assignInNamespace("call_isolated", function(...) stop("isolated"), "nnfit")
  expect_s3_class(nn_fit(c ~ u, thermometer, isolate = TRUE), "nn_fit")
  cache$isolated <- NULL
  expect_error(nn_fit(c ~ u, thermometer, isolate = TRUE), "isolated")
})

test_that("futures and background processes give fits that predict here", {
  here <- nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 10, seed = 1)
  job <- function() {
    nnfit::nn_fit(c ~ u, nnfit::thermometer, hidden_units = 2, epochs = 10, seed = 1)
  }
  environment(job) <- globalenv()
  if (is_dev_package()) skip("the sources, which other processes do not have")
  background <- callr::r_bg(job)
  background$wait()
  expect_identical(predict(background$get_result(), thermometer), predict(here, thermometer))
  # As mirai does: an expression, in an environment that is not the workspace.
  given <- callr::r(function(expression, objects) {
    serialize(eval(expression, list2env(objects, parent = globalenv())), NULL)
  }, list(
    quote({
      library(nnfit)
      nn_fit(c ~ u, data, hidden_units = 2, epochs = 10, seed = 1)
    }),
    list(data = thermometer)
  ))
  expect_identical(predict(unserialize(given), thermometer), predict(here, thermometer))
  skip_if_not_installed("future")
  for (plan in c("multisession", if (.Platform$OS.type == "unix") "multicore")) {
    withr::local_options(parallelly.fork.enable = TRUE)
    before <- future::plan(plan, workers = 2)
    for (isolate in c(FALSE, TRUE)) {
      made <- future::future({
        nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 10, seed = 1, isolate = isolate)
      }, packages = "nnfit", seed = TRUE)
      fit <- future::value(made)
      expect_s3_class(fit, "nn_fit")
      expect_identical(predict(fit, thermometer), predict(here, thermometer), label = plan)
    }
    future::plan(before)
  }
})

test_that("an answer that did not come is told as what it is", {
  expect_refused(
    stop_without_answer(list(message = "could not start R"), quote(nn_fit())), "isolate",
    "gave no answer", "could not write it to the temporary folder", "may be full", from = "nn_fit"
  )
  said <- tryCatch(
    stop_without_answer(list(parent = simpleError("no {package}")), quote(nn_fit())),
    error = conditionMessage
  )
  expect_match(said, "no {package}", fixed = TRUE)
  expect_no_match(said, "may be full")
})

test_that("in a working directory that was removed the session's fits are made", {
  skip_on_os("windows")
  found <- in_new_session(function() {
    folder <- tempfile()
    dir.create(folder)
    before <- setwd(folder)
    fit <- function(...) {
      nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 3, seed = 1, ...)$parameters
    }
    there <- fit(isolate = TRUE)
    unlink(folder, recursive = TRUE)
    again <- fit(isolate = TRUE)
    refused <- lapply(c(TRUE, FALSE), function(isolate) {
      tryCatch(fit(isolate = isolate, checkpoint = "ck"), error = function(error) {
        list(class(error)[1], conditionMessage(error))
      })
    })
    whole <- fit(isolate = TRUE, checkpoint = file.path(before, basename(tempfile("ck"))))
    setwd(before)
    list(same = c(identical(there, again), identical(there, whole)), refused = refused)
  })
  expect_identical(found$same, c(TRUE, TRUE))
  for (refused in found$refused) {
    expect_identical(refused[[1]], "nnfit_error_argument")
    expect_match(refused[[2]], "checkpoint` is a path from the working directory, which does not")
  }
})
