test_that("the callback takes what the core sends, with and without validation", {
  callback <- progress_callback()
  expect_true(callback(10L, 100L, 0.5, NULL))
  expect_true(callback(50L, 100L, 0.4, 0.6))
  expect_true(callback(100L, 100L, 0.3, 0.5))
})

test_that("the bar is there from the first call to the last epoch", {
  before <- cli::cli_progress_num()
  callback <- progress_callback()
  callback(10L, 100L, 0.5, NULL)
  callback(99L, 100L, 0.4, NULL)
  expect_identical(cli::cli_progress_num(), before + 1L)
  callback(100L, 100L, 0.3, NULL)
  expect_identical(cli::cli_progress_num(), before)
})

test_that("FALSE, which an interrupt becomes, stops the fit with what it has", {
  skip_if_no_torch()
  options <- nn_options(hidden_units = 8, epochs = 1e6, seed = 1)
  args <- core_arguments(as.matrix(mtcars[-1]), as_outcome(mtcars$mpg, "y", NULL), options)
  args$progress <- function(...) FALSE
  result <- call_core("fit", args, NULL)
  expect_identical(result$stopped, "interrupted")
  expect_gt(length(result$history$train_loss), 0)
})

test_that("the core calls it by the clock, not per epoch", {
  skip_if_no_torch()
  calls <- list()
  options <- nn_options(hidden_units = 8, epochs = 20000, seed = 1)
  args <- core_arguments(as.matrix(mtcars[-1]), as_outcome(mtcars$mpg, "y", NULL), options)
  args$progress <- function(epoch, epochs, train_loss, valid_loss) {
    calls[[length(calls) + 1]] <<- c(epoch, epochs, train_loss)
    NULL
  }
  result <- call_core("fit", args, NULL)
  expect_gt(length(calls), 0)
  expect_lte(length(calls), 10 * result$seconds + 1)
  epochs <- vapply(calls, `[[`, 1, 1)
  expect_false(is.unsorted(epochs, strictly = TRUE))
  expect_equal(calls[[1]][3], result$history$train_loss[epochs[1]])
})

test_that("the bar says how far it is, and the loss of the rows held out, where there are some", {
  withr::local_options(cli.progress_show_after = 0, cli.dynamic = TRUE)
  callback <- progress_callback()
  Sys.sleep(0.3) # cli draws a few times a second
  said <- capture.output(callback(10L, 100L, 0.51234, 0.61234), type = "message")
  end_progress(callback)
  expect_match(cli::ansi_strip(paste(said, collapse = "")), "10/100 | loss 0.612 |", fixed = TRUE)
})
