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

test_that("a line of blocks shows how the loss falls, on the rows held out where there are some", {
  withr::local_options(cli.unicode = TRUE)
  line <- function(train, valid = NA_real_) {
    sparkline(list(epoch = seq_along(train), train = train, valid = rep_len(valid, length(train))))
  }
  expect_identical(line(c(8, 1)), "\u2588\u2581")
  expect_identical(line(c(8, 1), c(1, 8)), "\u2581\u2588")
  expect_identical(line(8), "")
  expect_identical(line(c(NaN, 8)), "")
  expect_identical(nchar(line(c(2, 2, 2))), 3L)
  expect_identical(nchar(line(100:1)), 12L)
  # By powers of ten each step is as high as the others.
  expect_identical(line(10^(7:0)), intToUtf8(0x2588:0x2581))
  withr::local_options(cli.unicode = FALSE)
  expect_identical(validUTF8(line(c(8, 1))) && Encoding(line(c(8, 1))) == "unknown", TRUE)
})

test_that("of many losses every second is kept, and the last", {
  losses <- seen_losses()
  for (epoch in 1:3000) losses <- add_losses(losses, epoch, epoch / 2, if (epoch > 2) 1)
  expect_lte(length(losses$epoch), most_seen)
  expect_identical(utils::tail(losses$epoch, 1), 3000)
  expect_identical(losses$train, losses$epoch / 2)
  expect_false(is.unsorted(losses$epoch, strictly = TRUE))
})
