skip_if_no_torch()

without_time <- function(fit) {
  fit[!names(fit) %in% c("seconds", "memory", "call", "formula", "blueprint")]
}

# What the code that is shown makes, where nothing else is.
run_again <- function(run) {
  there <- new.env(parent = globalenv())
  code <- parse(text = run_code(run))
  there$nn_fit <- nn_fit
  for (line in code[-1]) { # without library(nnfit)
    if (rlang::is_call(line, c("plot", "nn_diagnose"))) next
    last <- suppressWarnings(eval(line, there))
  }
  list(fit = there$fit, lm = last)
}

expect_same_by_code <- function(run) {
  again <- run_again(run)
  expect_identical(without_time(again$fit), without_time(run$fit))
  expect_equal(coef(again$lm), coef(run$lm))
}

test_that("the code makes the fit that is shown, and lm() beside it", {
  expect_same_by_code(play_run())
  expect_same_by_code(play_run(data = "sine", validation = 0.25, units_2 = 3))
  expect_same_by_code(play_run(data = "mtcars", units_1 = 0, validation = 0.25))
  expect_same_by_code(play_run(data = "step", noise = 0, penalty = 0.01, learn_rate = 0.003))
  expect_same_by_code(own_run(log(mpg) ~ wt, mtcars[1:20, ], held = list(momentum = 0.3),
    optimizer = "sgd"))
  expect_same_by_code(play_lesson("dead"))
})

test_that("it is nn_fit() and lm() on the same rows", {
  run <- play_run(data = "mtcars", validation = 0.25, epochs = 50)
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, activation = "tanh", epochs = 50,
    validation = 0.25, seed = 1)
  expect_identical(run$fit$parameters, fit$parameters)
  expect_identical(run$fit$validation_rows, fit$validation_rows)
  expect_equal(coef(run$lm), coef(lm(mpg ~ wt, mtcars[-fit$validation_rows, ])))
})

test_that("rows with missing values take no part, and the others stay in step", {
  cars <- mtcars
  cars$wt[c(2, 9)] <- NA
  run <- own_run(mpg ~ wt, cars, validation = 0.25, epochs = 20)
  expect_identical(run$rows$x, na.omit(cars$wt)[seq_len(30)])
  expect_identical(run$rows$y, cars$mpg[-c(2, 9)])
  expect_equal(nobs(run$lm), sum(run$rows$part == "training"))
})

test_that("epochs more are those of one fit, and in the code", {
  run <- run_on(play_run(epochs = 200), 100)
  whole <- play_run(epochs = 300)
  expect_equal(run$fit$parameters, whole$fit$parameters)
  expect_identical(epochs_of(run), 300L)
  expect_match(run_code(run), "fit <- update(fit, epochs = 100)", fixed = TRUE)
  expect_same_by_code(run)
  expect_same_by_code(run_on(run, 50))
})

test_that("another visitor's run does not come into it", {
  run <- play_run(epochs = 100)
  expected <- run_on(run, 100)$fit$parameters
  other <- run_on(run_on(run, 100), 100)
  expect_identical(run_on(run, 100)$fit$parameters, expected)
})

test_that("what has ended is not trained on", {
  converged <- run_on(play_run(units_1 = 0), 100)
  expect_identical(converged$refusal$control, "more")
  expect_match(converged$refusal$message, "has converged")
  expect_s3_class(converged$fit, "nn_fit")
  diverged <- run_on(play_lesson("diverges"), 100)
  expect_match(diverged$refusal$message, "has diverged")
  none <- play_run(seed = NA_real_)
  expect_identical(run_on(none, 100), none)
})

test_that("a refusal is in the words of nn_fit(), by the control that it names", {
  run <- play_run(optimizer = "fisher_scoring", learn_rate = 0.1)
  expect_null(run$fit)
  words <- tryCatch(
    nn_fit(c ~ u, thermometer, hidden_units = 4, optimizer = "fisher_scoring", learn_rate = 0.1,
      epochs = 5, seed = 1),
    error = conditionMessage
  )
  expect_identical(run$refusal$control, "learn_rate")
  expect_identical(run$refusal$message, gsub("\\s+", " ", cli::ansi_strip(words)))
  expect_identical(play_run(seed = NA_real_)$refusal$control, "seed")
  expect_identical(play_run(seed = 1.5)$refusal$control, "seed")
})

test_that("the control is the first that a message names", {
  expect_identical(named_control("`engine` can not do this with `penalty` and `scale`."), "penalty")
  expect_identical(named_control("Give `hidden_units`."), "units_1")
  expect_identical(named_control("try `scale = TRUE`"), "scale")
  expect_identical(named_control("Nothing."), "")
})

test_that("a message has a line for each bullet, however wide a console is", {
  condition <- tryCatch(
    rlang::warn(paste(c("One", "two\n  three", "\nx four\n  five", "\n\u2139 six"), collapse = " ")),
    warning = identity
  )
  expect_identical(message_text(condition), "One two three \nx four five \n\u2139 six")
})

test_that("warnings are kept, and not raised", {
  expect_no_warning(run <- play_lesson("dead"))
  expect_match(run$warnings, "The network learned nothing")
  expect_identical(play_run()$warnings, character())
})

test_that("an error that nobody expected is said too", {
  broken <- list(
    formula = quote(y ~ x), name = quote(d), data = data.frame(y = 1:3), env = baseenv()
  )
  run <- playground_run(broken, start_settings())
  expect_null(run$fit)
  expect_true(nzchar(run$refusal$message))
})
