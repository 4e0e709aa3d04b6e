skip_if_no_torch()

# The core's module, to have it write all the time. Torch is loaded as nnfit does: with a
# BLAS of its own.
write_always <- function(every = 0) {
  get("core", asNamespace("nnfit"))()
  module <- reticulate::import_from_path(
    "nnfit.core.training.checkpoint", path = system.file("python", package = "nnfit")
  )
  module$EVERY <- every
  module$SPARING <- every
  invisible(module)
}

# What of a fit has to be the same, bit for bit.
bits <- function(fit) {
  fit[setdiff(names(fit), c("seconds", "call", "module_key"))]
}

new_folder <- function(env = parent.frame()) {
  folder <- withr::local_tempfile(.local_envir = env)
  folder
}

# Calls `code` in an R process of its own, which is killed as soon as it has written so
# often, or after so many seconds; again and again, until one is done. Gives the value of the
# last, and how many were killed.
killed <- function(code, folder, after) {
  kills <- 0L
  file <- file.path(folder, "nnfit-checkpoint.npz")
  repeat {
    process <- callr::r_bg(
      code, list(folder, write_always), libpath = .libPaths(), stdout = NULL, stderr = NULL
    )
    withr::defer(process$kill())
    if (kills < length(after)) {
      before <- file.mtime(file)
      ready <- function() !process$is_alive() || !file.exists(file) || file.mtime(file) > before
      if (kills == 0L) ready <- function() !process$is_alive() || file.exists(file)
      wait_until(ready)
      Sys.sleep(after[kills + 1L])
      if (process$is_alive()) {
        tools::pskill(process$get_pid(), tools::SIGKILL)
        process$wait()
        kills <- kills + 1L
        next
      }
    }
    process$wait(60000)
    return(list(value = process$get_result(), kills = kills))
  }
}

wait_until <- function(there, limit = 60) {
  end <- Sys.time() + limit
  while (!isTRUE(there())) {
    if (Sys.time() > end) stop("The process did not get ready.")
    Sys.sleep(0.01)
  }
}

# Long enough to be killed in.
long_fit <- function(folder, write_always) {
  library(nnfit)
  environment(write_always) <- globalenv()
  write_always(0.02)
  nn_fit(mpg ~ ., mtcars,
    hidden_units = 6, epochs = 6000, batch_size = 8, dropout = 0.1, validation = 0.2,
    optimizer = "adam", seed = 1, checkpoint = folder, progress = FALSE
  )
}

test_that("a fit that was killed goes on to the same bits, and leaves no file", {
  skip_on_cran()
  skip_if_not_installed("callr")
  folder <- new_folder()
  found <- killed(long_fit, folder, c(0.05, 0.3))
  expect_gt(found$kills, 0)
  whole <- nn_fit(mpg ~ ., mtcars,
    hidden_units = 6, epochs = 6000, batch_size = 8, dropout = 0.1, validation = 0.2,
    optimizer = "adam", seed = 1, progress = FALSE
  )
  expect_identical(bits(found$value)$parameters, bits(whole)$parameters)
  expect_identical(loss_table(found$value), loss_table(whole))
  expect_length(list.files(folder), 0)
})

test_that("a checkpoint changes nothing in a fit, and is removed", {
  folder <- new_folder()
  kept <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 5, seed = 1, checkpoint = folder)
  plain <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 5, seed = 1)
  expect_identical(bits(kept), bits(plain))
  expect_true(dir.exists(folder))
  expect_length(list.files(folder, all.files = TRUE, no.. = TRUE), 0)
})

# A function that ends the session's training by an error, after which the checkpoint stays.
stop_at <- function(epoch) {
  list(function(state) if (state$epoch == epoch) stop("enough") else TRUE, every = 1)
}

stopped_fit <- function(folder, ..., epochs = 8) {
  withr::defer(write_always(5))
  write_always()
  expect_error(
    nn_fit(mpg ~ wt, mtcars,
      hidden_units = 3, epochs = epochs, callback = stop_at(4), checkpoint = folder,
      optimizer = "adam", ...
    ),
    class = "nnfit_error_callback"
  )
  expect_true(file.exists(file.path(folder, "nnfit-checkpoint.npz")))
}

again <- function(folder, ..., data = mtcars, epochs = 8) {
  nn_fit(mpg ~ wt, data,
    hidden_units = 3, epochs = epochs, callback = list(function(state) TRUE, every = 1),
    checkpoint = folder, optimizer = "adam", ...
  )
}

test_that("the same call goes on after an error, and takes the seed that was drawn", {
  folder <- new_folder()
  set.seed(1)
  stopped_fit(folder)
  seen <- integer()
  fit <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 3, epochs = 8, checkpoint = folder, optimizer = "adam",
    callback = list(function(state) seen <<- c(seen, state$epoch), every = 1)
  )
  expect_identical(min(seen), 4L)
  set.seed(1)
  expect_identical(loss_table(fit), loss_table(again(NULL)))
  set.seed(1)
  expect_identical(fit$seed, again(NULL)$seed)
})

test_that("a checkpoint of another call or of other data is refused by name", {
  folder <- new_folder()
  stopped_fit(folder, seed = 1)
  expect_snapshot(error = TRUE, {
    again(folder, seed = 1, epochs = 9)
    again(folder, seed = 2)
    again(folder, seed = 1, data = mtcars[-1, ])
    again(folder, seed = 1, weights = hp)
    again(folder, seed = 1, validation = 0.25)
  }, transform = function(lines) gsub(folder, "FOLDER", lines, fixed = TRUE))
  expect_error(
    nn_cv(mpg ~ wt, mtcars,
      hidden_units = 3, epochs = 8, checkpoint = folder, optimizer = "adam", seed = 1
    ),
    "checkpoint.*differs in the function", class = "nnfit_error_argument"
  )
  expect_equal(nrow(loss_table(again(folder, seed = 1))), 8)
})

test_that("another loss of one's own is another call", {
  folder <- new_folder()
  stopped_fit(folder, seed = 1, loss = function(p, t) mean((p - t)^2))
  expect_error(
    again(folder, seed = 1, loss = function(p, t) mean(abs(p - t))),
    "differs in loss", class = "nnfit_error_argument"
  )
  expect_s3_class(again(folder, seed = 1, loss = function(p, t) mean((p - t)^2)), "nn_fit")
})

test_that("so is the same one that finds something else", {
  make <- function(k) function(prediction, truth) mean(abs(prediction - truth)^k)
  folder <- new_folder()
  stopped_fit(folder, seed = 1, loss = make(2))
  expect_error(
    again(folder, seed = 1, loss = make(3)), "differs in loss", class = "nnfit_error_argument"
  )
  expect_s3_class(again(folder, seed = 1, loss = make(2)), "nn_fit")
  withr::defer(rm("power_of_mine", envir = globalenv()))
  assign("power_of_mine", 2, globalenv())
  loss <- function(prediction, truth) mean(abs(prediction - truth)^power_of_mine)
  environment(loss) <- globalenv()
  stopped_fit(folder, seed = 1, loss = loss)
  assign("power_of_mine", 3, globalenv())
  expect_error(again(folder, seed = 1, loss = loss), "differs in loss")
  assign("power_of_mine", 2, globalenv())
  expect_s3_class(again(folder, seed = 1, loss = loss), "nn_fit")
})

test_that("a second session is refused, and one that was killed holds no lock", {
  skip_on_cran()
  skip_if_not_installed("callr")
  folder <- new_folder()
  process <- callr::r_bg(
    function(folder) {
      library(nnfit)
      nn_fit(mpg ~ wt, mtcars,
        hidden_units = 3, epochs = 1e7, optimizer = "adam", seed = 1, checkpoint = folder,
        progress = FALSE
      )
    },
    list(folder), libpath = .libPaths()
  )
  withr::defer(process$kill())
  wait_until(function() file.exists(file.path(folder, "nnfit-checkpoint.npz")))
  fit <- function() {
    nn_fit(mpg ~ wt, mtcars,
      hidden_units = 3, epochs = 5, optimizer = "adam", seed = 1, checkpoint = folder
    )
  }
  expect_error(fit(), "another fit is writing to", class = "nnfit_error_argument")
  tools::pskill(process$get_pid(), tools::SIGKILL)
  process$wait()
  expect_error(fit(), "differs in epochs: 10000000 there, and 5 here")
})

test_that("a folder that can not be written to is refused before training", {
  file <- withr::local_tempfile(lines = "a file")
  expect_error(
    nn_fit(mpg ~ wt, mtcars, checkpoint = file), "`checkpoint` can not be written to",
    class = "nnfit_error_argument"
  )
  expect_identical(readLines(file), "a file")
})

test_that("where it can no longer be written, a warning says so and the fit is there", {
  folder <- new_folder()
  withr::defer(write_always(5))
  module <- write_always()
  break_it <- function(state) {
    if (state$epoch == 3) unlink(folder, recursive = TRUE)
    TRUE
  }
  expect_warning(
    fit <- nn_fit(mpg ~ wt, mtcars,
      hidden_units = 3, epochs = 8, seed = 1, optimizer = "adam", checkpoint = folder,
      callback = list(break_it, every = 1)
    ),
    "`checkpoint` could not be written to", class = "nnfit_warning_checkpoint"
  )
  expect_equal(nrow(loss_table(fit)), 8)
})

test_that("folds are not done again", {
  folder <- new_folder()
  cv <- nn_cv(mpg ~ wt, mtcars,
    hidden_units = 3, epochs = 8, folds = 3, seed = 1, dropout = 0.1, checkpoint = folder
  )
  plain <- nn_cv(mpg ~ wt, mtcars, hidden_units = 3, epochs = 8, folds = 3, seed = 1, dropout = 0.1)
  expect_identical(cv$losses, plain$losses)
  expect_identical(cv$predicted, plain$predicted)
})

test_that("what is no path of a folder is refused", {
  for (wrong in list(1, "", " ", NA_character_, c("a", "b"), TRUE, list("a"))) {
    expect_error(
      nn_fit(mpg ~ wt, mtcars, checkpoint = wrong), "`checkpoint` must be the path of a folder",
      class = "nnfit_error_argument"
    )
  }
})

test_that("a path from a working directory that was removed is refused", {
  skip_on_os("windows")
  gone <- withr::local_tempfile()
  dir.create(gone)
  withr::local_dir(gone)
  unlink(gone, recursive = TRUE)
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, checkpoint = "here"), "argument",
    "checkpoint is a path from the working directory, which does not exist", from = "nn_fit"
  )
  expect_invisible(refuse_relative_nowhere("/a/b", NULL))
})
