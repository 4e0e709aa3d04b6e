skip_if_no_isolation()
withr::defer(end_idle_worker(), teardown_env())

test_that("one process serves all calls, and a new one after it has died", {
  short_fit()
  first <- idle_worker()
  short_fit()
  expect_identical(idle_worker(), first)
  tools::pskill(first, tools::SIGKILL)
  expect_s3_class(short_fit(), "nn_fit")
  expect_false(identical(idle_worker(), first))
  expect_length(list.files(tempdir(), "^nnfit-isolate-"), 1)
})

test_that("it has this session's Python, folder and threads, and no profile", {
  folder <- withr::local_tempdir()
  writeLines("options(profile.was.read = TRUE)", file.path(folder, ".Rprofile"))
  withr::local_dir(folder)
  end_idle_worker()
  before <- torch$get_num_threads()
  withr::defer(torch$set_num_threads(before))
  torch$set_num_threads(1L)
  short_fit()
  there <- workers$idle$session$run(function() {
    list(
      python = reticulate::py_config()$python, folder = normalizePath(getwd()),
      threads = reticulate::import("torch")$get_num_threads(),
      nnfit = getNamespaceInfo("nnfit", "path"), profile = getOption("profile.was.read")
    )
  })
  expect_identical(there$python, reticulate::py_config()$python)
  expect_identical(there$folder, normalizePath(folder))
  expect_equal(there$threads, 1)
  expect_identical(there$nnfit, getNamespaceInfo("nnfit", "path"))
  expect_null(there$profile)
})

test_that("one that waits keeps nothing of large data", {
  x <- matrix(sin(seq_len(2e6)), ncol = 2)
  nn_fit(x, x[, 1], seed = 1, isolate = TRUE)
  first <- idle_worker()
  short_fit() # which waits until it has tidied
  expect_identical(idle_worker(), first)
  nn_fit(x, x[, 1], seed = 1, isolate = TRUE)
  expect_identical(workers$idle$session$get_state(), "busy")
  expect_false(is.null(attend(workers$idle, function(message) TRUE)))
  kept <- workers$idle$session$run(function() {
    c(is.null(get("cache", asNamespace("nnfit"))$answer), gc()["Vcells", 2] < 60)
  })
  expect_identical(kept, c(TRUE, TRUE))
})

test_that("a callback that fits in its turn has a process of its own", {
  inner <- NULL
  outer <- short_fit(callback = list(function(state) {
    if (is.null(inner)) inner <<- short_fit()
  }, every = 10))
  expect_identical(without_clock(inner)$parameters, without_clock(outer)$parameters)
  expect_length(list.files(tempdir(), "^nnfit-isolate-"), 1)
})

test_that("a forked process has its own, and leaves the session's alone", {
  skip_on_os("windows")
  short_fit()
  kept <- idle_worker()
  given <- parallel::mclapply(1:2, function(i) {
    list(fit = short_fit(), pid = idle_worker())
  }, mc.cores = 2)
  expect_s3_class(given[[1]]$fit, "nn_fit")
  pids <- c(given[[1]]$pid, given[[2]]$pid)
  expect_length(unique(c(pids, kept)), 3)
  await(function() !any(vapply(pids, runs, NA)), 20)
  expect_identical(short_fit()$parameters, given[[1]]$fit$parameters)
  expect_identical(idle_worker(), kept)
})

test_that("it ends with the session, however that ends", {
  skip_on_os("windows")
  source <- if (is_dev_package()) pkgload::pkg_path()
  for (way in c("quit", "kill idle", "kill at work")) {
    file <- withr::local_tempfile()
    session <- callr::r_bg(function(source, file, way) {
      if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
      fit <- function(...) {
        nn_fit(c ~ u, thermometer, hidden_units = 4, seed = 1, isolate = TRUE, ...)
      }
      fit(epochs = 10)
      pid <- get("workers", asNamespace("nnfit"))$idle$session$get_pid()
      writeLines(c(pid, tempdir()), paste0(file, ".new"))
      file.rename(paste0(file, ".new"), file)
      if (way == "quit") return()
      if (way == "kill at work") fit(epochs = 1e8)
      Sys.sleep(1000)
    }, list(source, file, way))
    await(function() file.exists(file) || !session$is_alive(), 60)
    said <- readLines(file)
    if (way != "quit") {
      expect_true(runs(said[1]))
      Sys.sleep(1)
      tools::pskill(session$get_pid(), tools::SIGKILL)
    }
    session$wait(20000)
    await(function() !runs(said[1]), 20)
    expect_false(runs(said[1]), label = way)
    # A session that is killed has no end: what it had of temporary files is there.
    if (way == "quit") expect_false(file.exists(said[2]))
    unlink(said[2], recursive = TRUE)
  }
})

test_that("callr is asked for by name", {
  for (missing in c("callr", "processx")) {
    expect_refused(
      need_callr(quote(nn_fit()), function(package, ...) package != missing), "argument",
      paste0("isolate = TRUE needs the package ", missing, ", which is not installed"),
      from = "nn_fit"
    )
  }
  expect_null(need_callr(NULL))
})

test_that("one that can not be started is an error, and leaves nothing", {
  worker <- workers$idle
  workers$idle <- NULL
  withr::defer(workers$idle <- worker)
  real <- attend
  withr::defer(utils::assignInNamespace("attend", real, "nnfit"))
  utils::assignInNamespace("attend", function(worker, ...) {
    worker$session$kill()
    list(code = 501, stderr = "no {room}")
  }, "nnfit")
  before <- list.files(tempdir(), "^nnfit-isolate-")
  error <- expect_error(short_fit(), class = "nnfit_error_isolate")
  expect_match(flat_message(error), "could not be started. .* no [{]room[}]")
  expect_identical(error$status, -9L)
  expect_identical(rlang::call_name(conditionCall(error)), "nn_fit")
  expect_identical(list.files(tempdir(), "^nnfit-isolate-"), before)
  # An interrupt while it is started is one before anything is done.
  utils::assignInNamespace("attend", function(...) NULL, "nnfit")
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  early <- suppressMessages(tryCatch(short_fit(), interrupt = identity))
  expect_match(conditionMessage(early), "before anything was done")
  expect_identical(list.files(tempdir(), "^nnfit-isolate-"), before)
})

test_that("nothing is left where callr fails to begin one", {
  worker <- workers$idle
  workers$idle <- NULL
  withr::defer(workers$idle <- worker)
  real <- begin_session
  withr::defer(utils::assignInNamespace("begin_session", real, "nnfit"))
  utils::assignInNamespace("begin_session", function(folder) {
    writeLines("", file.path(tempdir(), "callr-env-of-a-test"))
    stop("no {room}")
  }, "nnfit")
  before <- list.files(tempdir())
  left <- function() setdiff(list.files(tempdir()), before) # an earlier session's go as it does
  expect_refused(short_fit(), "isolate", "could not be started.", "no {room}", from = "nn_fit")
  expect_identical(left(), character())
  real_room <- has_room
  withr::defer(utils::assignInNamespace("has_room", real_room, "nnfit"))
  utils::assignInNamespace("has_room", function(folder) FALSE, "nnfit")
  expect_refused(short_fit(), "isolate", "The temporary folder", "is full", from = "nn_fit")
  expect_true(real_room(file.path(tempdir(), "any")))
  expect_false(real_room(file.path(tempdir(), "not", "there")))
  expect_identical(left(), character())
})

test_that("it ends with the package", {
  skip_on_os("windows")
  if (is_dev_package()) skip("the sources, which another process does not have as a package")
  runs_after <- callr::r(function() {
    nnfit::nn_fit(c ~ u, nnfit::thermometer, seed = 1, isolate = TRUE)
    pid <- get("workers", asNamespace("nnfit"))$idle$session$get_pid()
    unloadNamespace("nnfit")
    Sys.sleep(0.3)
    list(pid = pid, folders = list.files(tempdir(), "^nnfit-isolate-"))
  }, libpath = .libPaths())
  expect_length(runs_after$folders, 0)
  expect_false(runs(runs_after$pid))
})
