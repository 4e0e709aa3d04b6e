test_that("a module is recalled in its session, or from the user, else asked for", {
  fit <- list(module_key = remember_module("stands for a module"))
  expect_identical(recall_module(fit, NULL, NULL), "stands for a module")
  expect_refused(recall_module(fit, "another", NULL), "argument", "model must be a torch module")
  expect_null(recall_module(list(), NULL, NULL))
  expect_refused(
    recall_module(list(module_key = "of another session"), NULL, NULL), "module",
    "needs the torch module", "predict(fit, newdata, model = module)"
  )
})

test_that("two modules of one moment have their own keys", {
  expect_false(remember_module("a") == remember_module("b"))
})

test_that("a module is refused where the fit has none, and what is none everywhere", {
  skip_if_no_torch()
  plain <- nn_fit(mpg ~ wt, mtcars)
  for (wrong in list(3, "net", torch$nn$Linear(1L, 1L))) {
    expect_refused(
      predict(plain, mtcars, model = wrong), "argument", "model must be NULL", from = "predict"
    )
    expect_refused(predict(plain, model = wrong), "argument", "model must be NULL")
  }
  own <- nn_fit(mpg ~ wt, mtcars, model = torch$nn$Linear(1L, 1L), epochs = 2)
  for (wrong in list(3, "net", torch$nn$Linear)) {
    expect_refused(
      predict(own, mtcars, model = wrong), "argument", "model must be a torch module",
      from = "predict"
    )
  }
})

test_that("a module is kept as long as a fit that carries its key, or a copy of it", {
  fit <- list(module_key = remember_module("stands for a module"))
  key <- as.vector(fit$module_key)
  copy <- utils::modifyList(fit, list(seed = 1))
  expect_identical(copy$module_key, fit$module_key)
  rm(fit)
  gc()
  expect_identical(recall_module(copy, NULL, NULL), "stands for a module")
  rm(copy)
  gc()
  expect_false(key %in% names(live_modules$held))
})

test_that("a fit that was saved is the same, and asks for its module in another session", {
  skip_if_no_torch()
  module <- torch$nn$Linear(1L, 1L)
  fit <- nn_fit(c ~ u, thermometer, model = module, epochs = 3, seed = 1)
  file <- withr::local_tempfile()
  saveRDS(fit, file)
  again <- readRDS(file)
  expect_equal(again, fit)
  expect_identical(rlang::hash(again$module_key), rlang::hash(fit$module_key))
  expect_identical(predict(again, thermometer), predict(fit, thermometer))
  key <- as.vector(fit$module_key)
  rm(fit)
  gc()
  expect_false(key %in% names(live_modules$held))
  expect_refused(predict(again, thermometer), "module", "needs the torch module")
  expect_length(predict(again, thermometer, model = module), 11)
  # the rows of the fit need none
  expect_identical(predict(again), predict(again, model = module))
  expect_refused(predict(again, model = "net"), "argument", "model must be a torch module")
})

test_that("fits on modules of one's own, one after another, take no more and more memory", {
  skip_if_no_torch()
  skip_if_not(file.exists("/proc/self/status"), "a system that tells a process's memory")
  resident <- function() {
    line <- grep("^VmRSS", readLines("/proc/self/status"), value = TRUE)
    as.numeric(gsub("[^0-9]", "", line)) / 1024
  }
  nn <- torch$nn # 1e6 parameters: 4 MB each
  one <- function() {
    module <- nn$Sequential(nn$Linear(1L, 1e3L), nn$Linear(1e3L, 1e3L), nn$Linear(1e3L, 1L))
    nn_fit(c ~ u, thermometer, model = module, epochs = 1, seed = 1)
  }
  for (i in 1:30) one()
  before <- resident()
  for (i in 1:60) one()
  gc()
  expect_lt(resident() - before, 120) # where all were kept: 240 MB
})
