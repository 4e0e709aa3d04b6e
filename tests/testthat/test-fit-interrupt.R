skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

for (progress in c(TRUE, FALSE)) {
  test_that(paste("Ctrl-C ends the loop that a fit is in, with progress =", progress), {
    code <- function() {
      begun <- 0
      caught <- tryCatch(
        for (i in 1:3) {
          begun <- i
          nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 1e7, seed = 1, progress = PROGRESS)
        },
        interrupt = identity
      )
      list(begun = begun, caught = caught, last = nn_last_fit())
    }
    body(code) <- do.call(substitute, list(body(code), list(PROGRESS = progress)))
    found <- interrupted(code)
    caught <- found$value$caught
    expect_identical(found$value$begun, 1L)
    expect_s3_class(caught, c("nnfit_interrupt", "interrupt", "condition"), exact = TRUE)
    expect_identical(rlang::call_name(conditionCall(caught)), "nn_fit")
    expect_s3_class(caught$fit, "nn_fit")
    expect_identical(caught$fit$stopped, "interrupted")
    expect_gt(nrow(loss_table(caught$fit)), 1)
    expect_length(predict(caught$fit, thermometer), 11)
    expect_equal(found$value$last, caught$fit)
    epochs <- format(nrow(loss_table(caught$fit)), big.mark = ",")
    expect_match(conditionMessage(caught), paste("interrupted after", epochs, "epochs."))
    expect_match(found$said, paste("The fit was interrupted after", epochs, "epochs"))
    expect_match(found$said, "nn_last_fit()` gives what there is", fixed = TRUE)
  })
}

test_that("the checkpoint from which the same call goes on is named", {
  found <- interrupted(function() {
    folder <- file.path(tempdir(), "{checkpoint}")
    fit <- function(epochs = 1e7) {
      nn_fit(
        c ~ u, thermometer, hidden_units = 4, epochs = epochs, seed = 1, checkpoint = folder,
        progress = FALSE
      )
    }
    tryCatch(fit(), interrupt = identity)
    list(there = list.files(folder), other = tryCatch(fit(10), error = identity))
  })
  expect_match(found$said, "The same call goes on from its checkpoint in .*[{]checkpoint[}]")
  expect_identical(found$value$there, "nnfit-checkpoint.npz")
  expect_match(conditionMessage(found$value$other), "differs in epochs")
})

test_that("what nobody catches ends the program, with a status", {
  skip_on_os("windows")
  source <- if (is_dev_package()) pkgload::pkg_path()
  load <- "library(nnfit)"
  if (!is.null(source)) load <- sprintf("pkgload::load_all(%s, quiet = TRUE)", deparse(source))
  script <- withr::local_tempfile(fileext = ".R")
  writeLines(c(
    load, "nn_fit(c ~ u, thermometer, epochs = 1)",
    # from a child that the shell starts: R is at work by then
    "system(sprintf('(sleep 2; kill -INT %d) &', Sys.getpid()))",
    "f <- nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 1e8, seed = 1)",
    "cat('went on')"
  ), script)
  said <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = TRUE, stderr = TRUE
  ))
  expect_true(attr(said, "status") > 0)
  expect_no_match(paste(said, collapse = " "), "went on")
  expect_match(paste(said, collapse = " "), "nn_last_fit")
})

test_that("cross-validation keeps the folds that were done", {
  found <- interrupted(function() {
    tryCatch(
      nn_cv(mpg ~ wt, mtcars,
        folds = 4, repeats = 3000, hidden_units = 3, epochs = 5, seed = 1, engine = "autograd"
      ),
      interrupt = function(condition) condition$fit
    )
  }, after = 3)
  cv <- found$value
  expect_s3_class(cv, "nn_cv")
  done <- nrow(cv$losses)
  expect_true(done > 0 && done < 12000)
  expect_identical(cv$losses$fold, rep_len(1:4, done))
  expect_output(print(cv), paste(
    "was interrupted:", format(done, big.mark = ","), "of 12,000 fits are done."
  ))
  expect_identical(summary(cv)$n, rep(done, 2))
  expect_equal(sum(!is.na(cv$predicted[, 1, ])), {
    sum(vapply(seq_len(done), function(i) {
      sum(cv$folds[, cv$losses$repetition[i]] == cv$losses$fold[i])
    }, 0L))
  })
  expect_equal(nrow(loss_table(cv)), 5 * done)
  whole <- nn_cv(mpg ~ wt, mtcars,
    folds = 4, hidden_units = 3, epochs = 5, seed = 1, engine = "autograd"
  )
  expect_equal(cv$losses[1:4, ], whole$losses)
})

test_that("replicates that were done are kept, and the fit is whole", {
  found <- interrupted(function() {
    tryCatch(
      nn_fit(c ~ u, thermometer,
        hidden_units = 3, epochs = 5, bootstrap = 1e5, seed = 1, engine = "autograd"
      ),
      interrupt = identity
    )
  }, after = 1.5)
  fit <- found$value$fit
  expect_identical(fit$stopped, "epochs")
  expect_match(conditionMessage(found$value), "the fit is whole, and .* of 100,000 replicates")
  made <- fit$replicates
  expect_equal(length(made$seeds), made$asked - made$interrupted)
  alone <- nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 5, seed = 1, engine = "autograd")
  expect_equal(fitted(fit), fitted(alone))
})

test_that("the restart resume goes on with the fit as it was, and says so", {
  found <- interrupted(function() {
    warned <- NULL
    fit <- withCallingHandlers(
      nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 1e7, seed = 1),
      interrupt = function(condition) invokeRestart("resume"),
      warning = function(condition) {
        warned <<- condition
        invokeRestart("muffleWarning")
      }
    )
    list(fit = fit, warned = warned)
  })
  expect_identical(found$value$fit$stopped, "interrupted")
  expect_s3_class(found$value$warned, "nnfit_warning_interrupted")
})

test_that("predictions are interrupted too", {
  found <- interrupted(function() {
    fit <- nn_fit(c ~ u, thermometer, hidden_units = 256, epochs = 1, seed = 1)
    many <- data.frame(u = rep(1, 2e6))
    tryCatch(
      {
        message("now")
        repeat predict(fit, many)
      },
      interrupt = function(condition) class(condition)
    )
  }, ready = "now")
  expect_identical(found$value, c("interrupt", "condition"))
})

# Without a signal: what the core says of an interrupt.
stop_at <- function(epoch, ...) {
  args <- core_arguments(
    as.matrix(mtcars[-1]), as_outcome(mtcars$mpg, "y", NULL),
    nn_options(hidden_units = 3, epochs = 1e6, seed = 1, ...)
  )
  args$progress <- function(at, ...) at < epoch
  args
}

test_that("nn_last_fit() says so where there is none", {
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  cache$last_fit <- cache$interrupted_early <- NULL
  expect_refused(nn_last_fit(), "interrupt", "There is no interrupted fit", from = "nn_last_fit")
  early <- suppressMessages(tryCatch(
    signal_interrupt(NULL, "It was interrupted.", NULL), interrupt = identity
  ))
  expect_null(early$fit)
  expect_refused(nn_last_fit(), "interrupt", "no interrupted fit", "It was interrupted.")
  # An older fit is not taken for the one that was interrupted last.
  for (fit in list(list(call = quote(a())), list(call = quote(b())))) {
    suppressMessages(tryCatch(signal_interrupt(fit, "text", NULL), interrupt = identity))
    expect_identical(nn_last_fit(), fit)
  }
  suppressMessages(tryCatch(signal_interrupt(NULL, "text", NULL), interrupt = identity))
  expect_error(nn_last_fit(), class = "nnfit_error_interrupt")
})

test_that("text of an interrupt is data", {
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  said <- capture_messages(tryCatch(
    signal_interrupt(NULL, "{stop()} {.code x}", NULL), interrupt = identity
  ))
  expect_match(said, "{stop()} {.code x}", fixed = TRUE)
})

test_that("nothing to go on with is an error", {
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  go_on <- function(code) {
    suppressMessages(withCallingHandlers(
      code, interrupt = function(condition) invokeRestart("resume")
    ))
  }
  expect_refused(
    go_on(signal_interrupt(NULL, "text", NULL)), "interrupt", "no fit to go on with", "text"
  )
})

test_that("an interrupt while the fit is made begins that anew", {
  withr::defer(cache$last_fit <- cache$interrupted_early <- NULL)
  tries <- 0
  make <- function() {
    tries <<- tries + 1
    if (tries == 1) rlang::interrupt()
    list(tries = tries)
  }
  caught <- suppressMessages(tryCatch(
    deliver(make, FALSE, function(fit) "words", NULL), interrupt = identity
  ))
  expect_identical(caught$fit, list(tries = 2))
  expect_identical(conditionMessage(caught), "words")
  expect_identical(deliver(function() 3, FALSE, stop, NULL), 3)
})

test_that("the bar is gone, however the training ended", {
  ended <- NULL
  callback <- progress_callback()
  callback(10L, 100L, 0.5, NULL)
  expect_error(train_core("fit", list(progress = callback, nonsense = 1), NULL))
  expect_silent(end_progress(callback)) # it is gone
  expect_silent(end_progress(NULL))
})

test_that("how far an interrupted fit was is told of each kind of fit", {
  words <- function(...) {
    interrupted_words(list(stopped = "converged", ...), list(restarts = 1))
  }
  history <- list(train_loss = numeric(1200))
  some <- list(asked = 2000, interrupted = 900)
  expect_identical(words(), "The fit was interrupted when its training had ended: it is whole.")
  expect_identical(words(replicates = list(asked = 9, interrupted = 0)), words())
  expect_identical(words(replicates = some), paste(
    "The bootstrap was interrupted: the fit is whole, and 1,100 of 2,000 replicates are done."
  ))
  stopped <- function(...) {
    interrupted_words(list(stopped = "interrupted", history = history, ...), list(restarts = 1))
  }
  expect_identical(stopped(), "The fit was interrupted after 1,200 epochs.")
  expect_identical(
    stopped(replicates = some),
    "The fit was interrupted after 1,200 epochs, without its replicates."
  )
  expect_identical(
    interrupted_words(list(restarts = data.frame(seed = 1)), list(restarts = 2000)),
    "The fit was interrupted: it is the best of 1 start of 2,000."
  )
})
