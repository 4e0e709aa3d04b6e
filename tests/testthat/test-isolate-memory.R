# The memory of both processes while many fits are trained in one of them. Some fits here,
# NNFIT_ISOLATED = 1000 of them by hand.
skip_if_no_isolation()
skip_if_not(file.exists("/proc/self/statm"), "/proc")
withr::defer(end_idle_worker(), teardown_env())

megabytes <- function(pid) {
  status <- readLines(sprintf("/proc/%d/status", pid))
  # Without the pages of files (libraries), which the system takes and gives as it likes.
  as.numeric(gsub("[^0-9]", "", grep("^RssAnon:", status, value = TRUE))) / 1024
}

test_that("memory is flat over many isolated fits and predictions", {
  fits <- as.integer(Sys.getenv("NNFIT_ISOLATED", "40"))
  folder <- withr::local_tempdir()
  rows <- rows_to_kill()
  calls <- list(
    function(i) nn_fit(y ~ ., rows, seed = i, isolate = TRUE),
    function(i) {
      nn_fit(y ~ ., rows, hidden_units = 8, epochs = 5, batch_size = 32, seed = i, isolate = TRUE,
        callback = list(function(state) TRUE, every = 2), checkpoint = folder
      )
    },
    function(i) {
      nn_cv(y ~ ., rows, hidden_units = 4, epochs = 3, folds = 3, seed = i, isolate = TRUE)
    }
  )
  fit <- NULL
  train <- function(number) {
    for (i in seq_len(number)) {
      made <- calls[[i %% 3 + 1]](i)
      if (inherits(made, "nn_fit")) fit <<- made
      for (j in 1:10) predict(fit, rows[1:5, ])
    }
    invisible(gc())
    c(session = megabytes(Sys.getpid()), process = megabytes(idle_worker()))
  }
  # R's heap grows to what the work needs at most.
  for (i in 1:2) warm <- train(max(30, fits / 10))
  begun <- idle_worker()
  files <- list.files(tempdir(), recursive = TRUE, all.files = TRUE)
  # The heap of a session that has done much else may grow once more; what leaks does so each time.
  for (round in 1:3) {
    after <- train(fits)
    grown <- max(after - warm)
    if (fits > 100) message(
      fits, " fits, MB before: ", toString(round(warm, 1)), "; after: ", toString(round(after, 1))
    )
    if (grown < 15) break
    warm <- after
  }
  expect_lt(grown, 15)
  expect_identical(idle_worker(), begun)
  expect_identical(list.files(tempdir(), recursive = TRUE, all.files = TRUE), files)
  descriptors <- function(pid) length(list.files(sprintf("/proc/%d/fd", pid)))
  expect_lt(descriptors(begun), 60)
})
