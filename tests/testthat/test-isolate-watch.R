skip_if_no_isolation()
skip_on_os("windows")
withr::defer(end_idle_worker(), teardown_env())

for (progress in c(TRUE, FALSE)) {
  test_that(paste("Ctrl-C has the process give what there is, with progress =", progress), {
    code <- function() {
      begun <- 0
      pid <- function() nnfit:::workers$idle$session$get_pid()
      before <- pid()
      caught <- tryCatch(
        for (i in 1:3) {
          begun <- i
          nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 1e8, seed = 1, progress = PROGRESS)
        },
        interrupt = identity
      )
      again <- nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 10, seed = 1)
      list(
        begun = begun, caught = caught, last = nn_last_fit(), again = again, same = pid() == before,
        python = isNamespaceLoaded("reticulate")
      )
    }
    body(code) <- do.call(substitute, list(body(code), list(PROGRESS = progress)))
    found <- interrupted(code, isolate = TRUE)
    caught <- found$value$caught
    expect_identical(found$value$begun, 1L)
    expect_s3_class(caught, c("nnfit_interrupt", "interrupt", "condition"), exact = TRUE)
    expect_identical(rlang::call_name(conditionCall(caught)), "nn_fit")
    expect_identical(caught$fit$stopped, "interrupted")
    expect_gt(nrow(loss_table(caught$fit)), 1)
    expect_equal(found$value$last, caught$fit)
    expect_match(found$said, "nn_last_fit()` gives what there is", fixed = TRUE)
    expect_identical(found$value$again$stopped, "epochs")
    expect_true(found$value$same)
    expect_false(found$value$python)
  })
}

test_that("replicates and folds that were done are kept", {
  found <- interrupted(function() {
    tryCatch(
      nn_fit(c ~ u, thermometer,
        hidden_units = 3, epochs = 5, bootstrap = 1e5, seed = 1, engine = "autograd"
      ),
      interrupt = identity
    )
  }, after = 1.5, isolate = TRUE)
  expect_match(conditionMessage(found$value), "the fit is whole, and .* of 100,000 replicates")
  found <- interrupted(function() {
    tryCatch(
      nn_cv(mpg ~ wt, mtcars,
        folds = 4, repeats = 3000, hidden_units = 3, epochs = 5, seed = 1, engine = "autograd"
      ),
      interrupt = function(condition) condition$fit
    )
  }, after = 3, isolate = TRUE)
  expect_gt(nrow(found$value$losses), 0)
})

test_that("an interrupt in the user's function, and one before anything is done, are ones", {
  found <- interrupted(function() {
    tryCatch(
      nn_fit(c ~ u, thermometer,
        hidden_units = 4, epochs = 1e8, seed = 1, callback = function(state) Sys.sleep(20)
      ),
      interrupt = identity
    )
  }, isolate = TRUE)
  expect_identical(found$value$fit$stopped, "interrupted")
  found <- interrupted(function() {
    session <- nnfit:::workers$idle
    assign("idle", NULL, nnfit:::workers)
    nnfit:::end_worker(session)
    message("the old one is gone")
    early <- tryCatch(nn_fit(c ~ u, thermometer, seed = 1), interrupt = identity)
    list(early = early, later = nn_fit(c ~ u, thermometer, seed = 1))
  }, after = 0.5, ready = "the old one is gone", isolate = TRUE)
  expect_null(found$value$early$fit)
  expect_match(conditionMessage(found$value$early), "before anything was done")
  expect_s3_class(found$value$later, "nn_fit")
})

test_that("what an interrupt makes of reticulate's own work is no answer", {
  torn <- list(type = "", text = "unable to build R 'class' attribute")
  expect_true(is_cut_off(list(said = torn)))
  expect_false(is_cut_off(list(said = list(type = "ValueError", text = "ValueError: x"))))
  expect_false(is_cut_off(list(value = 1)))
})

test_that("a process that does not answer is ended by a second interrupt, not by a quick one", {
  found <- interrupted(function() {
    pid <- nnfit:::workers$idle$session$get_pid()
    system(sprintf("(sleep 0.5; kill -STOP %d) > /dev/null 2>&1 &", pid))
    folder <- file.path(tempdir(), "checkpoint")
    caught <- tryCatch(
      nn_fit(c ~ u, thermometer,
        hidden_units = 4, epochs = 1e8, seed = 1, checkpoint = folder
      ),
      interrupt = identity
    )
    last <- tryCatch(nn_last_fit(), error = conditionMessage)
    list(caught = caught, last = last, later = nn_fit(c ~ u, thermometer, seed = 1), pid = pid)
  }, after = c(1.5, 0.3, 6), isolate = TRUE)
  expect_null(found$value$caught$fit)
  expect_match(
    conditionMessage(found$value$caught), "its process was ended: .* but its checkpoint[.]$"
  )
  expect_match(found$said, "Interrupt again to end it at once", fixed = TRUE)
  expect_match(found$value$last, "no interrupted fit")
  expect_match(found$value$last, "its process was ended: .*but\\s+its checkpoint[.]")
  expect_s3_class(found$value$later, "nn_fit")
  expect_false(runs(found$value$pid))
})

test_that("an answer that an interrupt has hit is asked for again", {
  kept <- FALSE
  answers <- list(
    list(code = 200, result = NULL, error = "interrupted"),
    list(code = 200, result = list(settled = TRUE, kept = list(answer = list(value = 3))))
  )
  session <- list(
    call = function(...) NULL, poll_process = function(...) NULL, kill = function() NULL,
    read = function() {
      if (!length(answers)) return(NULL)
      next_one <- answers[[1]]
      answers <<- answers[-1]
      next_one
    }
  )
  given <- given_after_interrupt(list(session = session), NULL)
  expect_identical(given$answer$value, 3)
  # and one that is there is not given up
  answers <- list(list(code = 200, result = list(settled = TRUE, kept = NULL)))
  expect_identical(given_after_interrupt(list(session = session), list(answer = 1))$answer, 1)
})

test_that("a process that can not be written to has ended, or the disk is full", {
  short_fit()
  worker <- workers$idle
  session <- list(
    call = function(...) stop("no room"), wait = function(...) NULL, is_alive = function() TRUE
  )
  begun <- file.path(tempdir(), "callr-fun-of-a-test")
  session$call <- function(...) {
    writeLines("begun", begun)
    stop("no {room}")
  }
  failed <- send(list(session = session), identity)
  expect_identical(conditionMessage(failed$unsent), "no {room}")
  expect_false(file.exists(begun))
  expect_refused(
    stop_unsent(failed$unsent, list(x = matrix(1, 3, 2)), quote(nn_fit())), "isolate",
    "could not be sent", "may be full: no {room}", "3 rows of 2 columns", from = "nn_fit"
  )
  worker$session$kill()
  session$is_alive <- function() FALSE
  session$get_exit_status <- function() -9L
  expect_identical(send(list(session = session), identity)$ended$status, -9L)
  expect_s3_class(short_fit(), "nn_fit")
})

test_that("nothing is left of a call that failed or was left by a jump", {
  x <- matrix(sin(seq_len(2e5)), ncol = 2)
  of_calls <- function() list.files(tempdir(), "^callr-(fun|rs)-")
  fit <- function(callback) {
    nn_fit(x, x[, 1], hidden_units = 4, epochs = 1e6, batch_size = 100, seed = 1, isolate = TRUE,
      callback = list(callback, every = 1)
    )
  }
  short_fit()
  before <- of_calls()
  jumped <- withRestarts(
    fit(function(state) invokeRestart("of_mine", 7)), of_mine = function(value) value
  )
  expect_identical(jumped, 7)
  expect_length(setdiff(of_calls(), before), 0)
  short_fit()
  pid <- idle_worker()
  expect_error(
    fit(function(state) tools::pskill(pid, tools::SIGKILL)), class = "nnfit_error_isolate"
  )
  expect_length(setdiff(of_calls(), before), 0)
})

test_that("a limit on time is R's own error, from the user's call", {
  limited <- function() {
    setTimeLimit(elapsed = 2, transient = TRUE)
    on.exit(setTimeLimit())
    endless_fit()
  }
  short_fit()
  error <- expect_error(limited())
  setTimeLimit()
  expect_identical(class(error), c("simpleError", "error", "condition"))
  expect_identical(conditionMessage(error), "reached elapsed time limit")
  native <- structure(
    class = c("c_error", "error", "condition"), list(
      message = "Native call failed", parent = simpleError("reached CPU time limit")
    )
  )
  passed <- tryCatch(pass_limit(native, quote(nn_fit())), error = identity)
  expect_identical(passed, simpleError("reached CPU time limit", quote(nn_fit())))
  expect_null(pass_limit(simpleError("reached elapsed time limit"), quote(nn_fit())))
  native$parent <- NULL
  expect_null(pass_limit(native, quote(nn_fit())))
  expect_s3_class(short_fit(), "nn_fit")
})
