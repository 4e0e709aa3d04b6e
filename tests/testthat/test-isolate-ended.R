test_that("a status is told in words", {
  expect_match(how_ended(-9L), "by signal 9 (SIGKILL). Most often that is the system", fixed = TRUE)
  expect_match(how_ended(-11L), "signal 11 (SIGSEGV). That is a fault in compiled", fixed = TRUE)
  expect_identical(how_ended(-63L), "It was ended by signal 63.")
  expect_identical(how_ended(3L), "It ended with the status 3.")
  expect_identical(how_ended(NA_integer_), "How it ended is not known.")
  for (name in names(reasons)) expect_true(name %in% signals)
})

test_that("the data are told by their size", {
  expect_identical(
    size_of_data(list(x = matrix(0, 1500, 2))), "Its data: 1,500 rows of 2 columns, 24 kB."
  )
  expect_null(size_of_data(list("a path")))
})

test_that("the last lines are told, without R's own calls after a fault", {
  said <- c("", "loading", " *** caught segfault ***", "address 0x1", "", "Traceback:", " 1: f()")
  lines_of <- function(text) strsplit(last_lines(text), "\f", fixed = TRUE)[[1]][-1]
  expect_identical(
    lines_of(paste(said, collapse = "\n")),
    c("loading", " *** caught segfault ***", "address 0x1")
  )
  expect_identical(lines_of("Traceback:\n  File x\nValueError: {no}"), c(
    "Traceback:", "  File x", "ValueError: {no}"
  ))
  expect_identical(lines_of(as.character(1:20)), as.character(15:20))
  expect_identical(nchar(lines_of(strrep("a", 1000))), 200L)
  fatal <- c(" *** caught segfault ***", "address 0x1", "Fatal Python error: Aborted", 1:20)
  expect_identical(
    lines_of(fatal), c(" *** caught segfault ***", "Fatal Python error: Aborted", 17:20)
  )
  expect_null(last_lines(""))
  error <- expect_error(
    stop_ended(list(status = -6L, stderr = "what(): {stop()} {.code x}"), list(), quote(nn_fit())),
    class = "nnfit_error_isolate"
  )
  expect_match(conditionMessage(error), "what(): {stop()} {.code x}", fixed = TRUE)
  expect_identical(error$status, -6L)
})

test_that("a checkpoint is told of where there is one", {
  folder <- withr::local_tempdir()
  said <- function(path) {
    tryCatch(
      stop_ended(list(status = -9L), list(checkpoint = list(path = path)), quote(nn_fit())),
      error = conditionMessage
    )
  }
  writeLines("", file.path(folder, "nnfit-checkpoint.lock"))
  expect_match(said(folder), "Nothing was written to its checkpoint yet", fixed = TRUE)
  expect_no_match(interrupted_process(folder), "checkpoint")
  writeLines("", file.path(folder, "nnfit-checkpoint.npz"))
  expect_match(said(folder), "the same call goes on from there")
  expect_match(interrupted_process(folder), "nothing is kept but its checkpoint[.]")
  expect_match(said(NULL), "With `checkpoint")
})

test_that("a process that is killed leaves the session standing, with words", {
  skip_if_no_isolation()
  skip_on_os("windows")
  withr::defer(end_idle_worker())
  # after SIGSEGV the handlers of R and of Python run, and now and then they abort themselves
  kills <- c(
    KILL = "signal 9 [(]SIGKILL[)].*no memory", ABRT = "SIGABRT",
    SEGV = "(SIGSEGV|SIGABRT).*(caught segfault|Fatal Python error)"
  )
  for (signal in names(kills)) {
    whole <- short_fit()
    signal_soon(signal)
    error <- expect_error(endless_fit(), class = "nnfit_error_isolate")
    expect_match(flat_message(error), kills[[signal]])
    expect_match(flat_message(error), "11 rows of 1 column")
    expect_match(flat_message(error), "With checkpoint = folder the same call goes on")
    expect_identical(rlang::call_name(conditionCall(error)), "nn_fit")
    expect_identical(short_fit()$parameters, whole$parameters)
  }
})

test_that("what was written down goes on, to the same bits", {
  skip_if_no_isolation()
  skip_on_os("windows")
  withr::defer(end_idle_worker())
  folder <- withr::local_tempdir()
  begun <- NULL
  fit <- function(...) {
    nn_fit(y ~ ., rows_to_kill(),
      hidden_units = 8, epochs = 5000, batch_size = 16, dropout = 0.2, seed = 2, isolate = TRUE,
      callback = list(function(state) if (is.null(begun)) begun <<- state$epoch, every = 10), ...
    )
  }
  short_fit()
  set_often <- function() {
    workers$idle$session$run(function() {
      module <- reticulate::import_from_path(
        "nnfit.core.training.checkpoint", path = system.file("python", package = "nnfit")
      )
      module$EVERY <- 0.05
      module$SPARING <- 1
    })
  }
  if (is_dev_package()) skip("the sources, which another process does not have as a package")
  set_often()
  signal_soon("KILL", 2)
  error <- expect_error(fit(checkpoint = folder), class = "nnfit_error_isolate")
  expect_match(flat_message(error), "checkpoint is in .*: the same call goes on from there")
  expect_true("nnfit-checkpoint.npz" %in% list.files(folder))
  begun <- NULL
  resumed <- fit(checkpoint = folder)
  expect_gt(begun, 10)
  expect_identical(without_clock(resumed), without_clock(fit()))
  expect_length(list.files(folder, all.files = TRUE, no.. = TRUE), 0)
})
