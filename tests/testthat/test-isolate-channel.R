skip_if_no_isolation()
withr::defer(end_idle_worker(), teardown_env())

test_that("the user's function sees and changes what is here, and ends the training", {
  losses <- NULL
  watch <- list(function(state) losses <<- c(losses, state$train_loss), every = 5)
  fit <- short_fit(callback = watch)
  expect_equal(losses, loss_table(fit)$train_loss[c(5, 10, 15, 20)])
  there <- losses
  losses <- NULL
  nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 20, seed = 1, callback = watch)
  expect_identical(there, losses)
  stopped <- endless_fit(callback = list(function(state) state$epoch < 50, every = 10))
  expect_identical(stopped$stopped, "callback")
  expect_identical(nrow(loss_table(stopped)), 50L)
  # by the clock
  calls <- 0
  clock <- endless_fit(callback = function(state) (calls <<- calls + 1) < 3)
  expect_identical(calls, 3)
  expect_identical(clock$stopped, "callback")
})

test_that("an error in it is told from the user's call, and the fit is kept", {
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  error <- expect_error(
    endless_fit(callback = function(state) stop("no {luck}")), class = "nnfit_error_callback"
  )
  expect_match(conditionMessage(error), "no {luck}", fixed = TRUE)
  expect_s3_class(nn_last_fit(), "nn_fit")
  expect_s3_class(short_fit(), "nn_fit")
})

test_that("progress is shown here", {
  shown <- list()
  args <- core_arguments(
    as.matrix(mtcars[-1]), as_outcome(mtcars$mpg, "y", NULL),
    nn_options(hidden_units = 8, epochs = 1e6, seed = 1)
  )
  args$progress <- function(...) {
    shown[[length(shown) + 1]] <<- list(...)
    length(shown) < 4
  }
  made <- train_core("fit", args, NULL, isolate = TRUE)
  expect_identical(made$stopped, "interrupted") # by the FALSE, as an interrupt is told
  epochs <- vapply(shown, `[[`, 1, 1)
  expect_false(is.unsorted(epochs, strictly = TRUE))
  expect_equal(shown[[1]][[3]], as.double(made$history$train_loss)[epochs[1]])
  said <- in_new_session(function() {
    options(cli.progress_show_after = 0, cli.dynamic = TRUE, nnfit.isolate = TRUE)
    utils::capture.output(type = "message", {
      nn_fit(c ~ u, thermometer,
        hidden_units = 4, epochs = 60000, seed = 1, progress = TRUE, batch_size = 4
      )
    })
  })
  expect_match(cli::ansi_strip(paste(said, collapse = "")), "/60000 | loss ", fixed = TRUE)
})

test_that("nothing is left of a channel", {
  before <- list.files(tempdir(), recursive = TRUE)
  channel <- open_channel(list(callback = function(state) TRUE))
  expect_true(file.exists(channel$file))
  close_channel(channel)
  expect_identical(list.files(tempdir(), recursive = TRUE), before)
  expect_null(open_channel(list()))
  expect_invisible(close_channel(NULL))
})
