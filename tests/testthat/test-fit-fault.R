fault <- function(...) {
  one <- list(kind = "dead", layer = 1L, units = 3L, dead = 3L, redrawn = 3L, cured = FALSE)
  list(fault = utils::modifyList(one, list(...)), options = list(own_model = FALSE))
}

test_that("a network that learned nothing says so, and why", {
  warning <- expect_warning(warn_fault(fault(), NULL), class = "nnfit_warning_learned_nothing")
  said <- flat_message(warning)
  expect_match(said, "learned nothing: its prediction is the same for every row", fixed = TRUE)
  expect_match(said, "In its hidden layer 1, 3 of 3 units are dead", fixed = TRUE)
  expect_match(said, "3 more starts from other initial values ended so, too", fixed = TRUE)
  expect_match(said, "more hidden_units, a smaller learn_rate, or an activation", fixed = TRUE)
  straight <- fault(kind = "straight", dead = 1L, redrawn = 1L)
  warning <- expect_warning(warn_fault(straight, NULL), class = "nnfit_warning_learned_nothing")
  said <- flat_message(warning)
  expect_match(said, "no more than a linear model, though the outcome bends", fixed = TRUE)
  expect_match(said, "1 of 3 units are dead, and no unit bends", fixed = TRUE)
  expect_match(said, "1 more start from", fixed = TRUE)
})

test_that("nothing is said where nothing is wrong, or no longer", {
  expect_silent(warn_fault(list(), NULL))
  expect_silent(warn_fault(fault(cured = TRUE), NULL))
  expect_identical(describe_fault(list()), character())
})

test_that("a fit that was started again prints it", {
  expect_identical(
    describe_fault(fault(cured = TRUE, redrawn = 1L)),
    "Started again once from other initial values: at first 3 of 3 units dead in hidden layer 1\n"
  )
  expect_identical(
    describe_fault(fault(kind = "straight", dead = 0L, cured = TRUE)),
    paste0(
      "Started again 3 times from other initial values: ",
      "at first no unit bent, 0 of 3 units dead in hidden layer 1\n"
    )
  )
  expect_identical(
    describe_fault(fault()), "Learned nothing: 3 of 3 units dead in hidden layer 1\n"
  )
})

test_that("a fit that gives every row the same says so", {
  flat <- fault(kind = "flat", layer = 0L, units = 0L, dead = 0L)
  warning <- expect_warning(warn_fault(flat, NULL), class = "nnfit_warning_learned_nothing")
  said <- flat_message(warning)
  expect_match(said, "learned nothing: its prediction is the same for every row", fixed = TRUE)
  expect_match(said, "a smaller learn_rate", fixed = TRUE)
  expect_no_match(said, "dead", fixed = TRUE)
  expect_identical(describe_fault(flat), "Learned nothing: the same prediction for every row\n")
})

test_that("dead units are found in a fit, and training starts again", {
  skip_if_no_torch()
  fit <- expect_silent(nn_fit(mpg ~ wt, mtcars, hidden_units = 3, penalty = 0, seed = 13))
  expect_gt(diff(range(fitted(fit))), 10)
  expect_lt(utils::tail(loss_table(fit)$train_loss, 1), mean(residuals(lm(mpg ~ wt, mtcars))^2))
  expect_identical(
    fit$fault[c("kind", "units", "dead", "redrawn", "cured")],
    list(kind = "dead", units = 3L, dead = 3L, redrawn = 1L, cured = TRUE)
  )
  same <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, penalty = 0, seed = 13)
  expect_identical(fit$parameters, same$parameters)
  expect_output(print(fit), "Started again once", fixed = TRUE)
  expect_output(print(summary(fit)), "Started again once", fixed = TRUE)
  expect_null(nn_fit(mpg ~ wt, mtcars, hidden_units = 3, penalty = 0, seed = 1)$fault)
})

test_that("a module of one's own, replicates and folds say it too", {
  skip_if_no_torch()
  # one unit of softmax is 1, whatever it is given
  one <- list(hidden_units = 1, activation = "softmax", epochs = 3, seed = 1)
  expect_warning(
    expect_warning(
      rlang::inject(nn_fit(mpg ~ wt, mtcars, !!!one, bootstrap = 3)),
      class = "nnfit_warning_learned_nothing"
    ),
    "3 of 3 replicates learned nothing", class = "nnfit_warning_learned_nothing"
  )
  expect_warning(
    rlang::inject(nn_cv(mpg ~ wt, mtcars, !!!one, folds = 2)),
    "2 of 2 fits learned nothing", class = "nnfit_warning_learned_nothing"
  )
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(1L, 1L), nn$Softmax(1L), nn$Linear(1L, 1L))
  warning <- expect_warning(
    nn_fit(mpg ~ wt, mtcars, model = module, epochs = 3, seed = 1),
    class = "nnfit_warning_learned_nothing"
  )
  expect_match(flat_message(warning), "Give your module other initial values", fixed = TRUE)
})

test_that("classes that can be told apart are warned of, as glm() does", {
  skip_if_no_torch()
  data <- data.frame(x = 1:10, y = factor(rep(c("a", "b"), each = 5)))
  warning <- expect_warning(nn_fit(y ~ x, data), class = "nnfit_warning_separated")
  expect_match(conditionMessage(warning), "tell the classes apart without an error", fixed = TRUE)
  expect_identical(rlang::call_name(conditionCall(warning)), "nn_fit")
  fit <- suppressWarnings(nn_fit(y ~ x, data))
  expect_identical(fit$fault$kind, "separated")
  expect_output(print(fit), "Classes told apart without an error: the coefficients are where")
  data$x <- c(1:5, 5:9)
  warning <- expect_warning(nn_fit(y ~ x, data), class = "nnfit_warning_separated")
  expect_match(conditionMessage(warning), "Some probabilities are next to 0 or 1", fixed = TRUE)
  expect_warning(glm(y ~ x, binomial, data), "numerically 0 or 1")
  expect_no_warning(nn_fit(y ~ x, data, penalty = 0.01))
  expect_no_warning(nn_fit(am ~ wt, mtcars, loss = "bce_with_logits"))
})

test_that("data far from 1 without `scale` are told with their own cure", {
  far <- fault(kind = "units", layer = 0L, units = 0L, dead = 0L, redrawn = 0L)
  warning <- expect_warning(warn_fault(far, NULL), class = "nnfit_warning_learned_nothing")
  said <- flat_message(warning)
  expect_match(said, "next to nothing of what a straight line explains", fixed = TRUE)
  expect_match(said, "data are far from 1, and without scale the steps", fixed = TRUE)
  expect_match(said, "Give scale = TRUE, or the data in other units", fixed = TRUE)
  expect_no_match(said, "hidden_units|more start")
  expect_identical(
    describe_fault(far), "Learned nothing: the data are far from 1, without scale\n"
  )
})

test_that("an outcome that is the same in all rows is called so", {
  warned <- function(y, family) {
    data <- data.frame(x = 1:10, y = y)
    said <- NULL
    fit <- withCallingHandlers(nn_fit(y ~ x, data, family = family), warning = function(warning) {
      said <<- warning
      invokeRestart("muffleWarning")
    })
    expect_s3_class(said, "nnfit_warning_separated")
    list(fit = fit, words = conditionMessage(said))
  }
  for (case in list(list(1, binomial()), list(0, binomial()), list(0, poisson()))) {
    found <- warned(case[[1]], case[[2]])
    expect_match(found$words, "The outcome is the same in all rows.", fixed = TRUE)
    expect_no_match(found$words, "tell the classes apart|set apart")
    printed <- paste(capture.output(print(found$fit)), collapse = "\n")
    expect_match(printed, "The same outcome in all")
    expect_refused(vcov(found$fit), "argument", "The outcome is the same in all rows")
  }
  expect_match(warned(rep(0:1, each = 5), binomial())$words, "tell the classes apart")
})

test_that("a fit that one number for all rows beats says so, once", {
  worse <- fault(kind = "worse", layer = 0L, units = 0L, dead = 0L, redrawn = 0L)
  worse$history <- list(train_loss = c(40, 90, 1234))
  worse$options <- list(own_model = FALSE, learn_rate = 10, scale = TRUE)
  warning <- expect_warning(warn_fault(worse, NULL), class = "nnfit_warning_learned_nothing")
  said <- flat_message(warning)
  expect_match(said, "of no use: one number for all rows has less loss", fixed = TRUE)
  expect_match(said, "was 40 at first, and ended at 1230: its steps lead away", fixed = TRUE)
  expect_match(said, "Try a smaller learn_rate (it was 10)", fixed = TRUE)
  worse$best_epoch <- 2L
  expect_match(flat_message(expect_warning(warn_fault(worse, NULL))), "ended at 90", fixed = TRUE)
  expect_identical(
    describe_fault(worse), "Learned nothing: one number for all rows has less loss\n"
  )
  skip_if_no_torch()
  wild <- function() nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 1.1, epochs = 30)
  caught <- list()
  fit <- withCallingHandlers(wild(), warning = function(warning) {
    caught[[length(caught) + 1]] <<- warning
    invokeRestart("muffleWarning")
  })
  expect_length(caught, 1)
  expect_s3_class(caught[[1]], "nnfit_warning_learned_nothing")
  expect_gt(mean(residuals(fit)^2), mean((mtcars$mpg - mean(mtcars$mpg))^2))
  expect_output(print(fit), "one number for all rows has less loss", fixed = TRUE)
  # What is cut short on purpose is not warned of, nor what diverged warned of twice.
  expect_silent(nn_fit(mpg ~ wt, mtcars, hidden_units = 4, epochs = 1, seed = 1))
  diverged <- expect_warning(
    nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 5, epochs = 2000),
    class = "nnfit_warning_diverged"
  )
})

test_that("of several fits it says what they may have in common", {
  expect_match(why_nothing(list(hidden_units = 3L)), "units are dead, or one number")
  expect_identical(why_nothing(list()), "One number for all rows has less loss.")
  expect_match(why_nothing(list(own_model = TRUE)), "units are dead")
  skip_if_no_torch()
  warning <- expect_warning(
    nn_cv(mpg ~ wt, mtcars, folds = 2, optimizer = "sgd", learn_rate = 1.1, epochs = 30,
      engine = "autograd"
    ), class = "nnfit_warning_learned_nothing"
  )
  said <- flat_message(warning)
  expect_match(said, "2 of 2 fits learned nothing. x One number for all rows has", fixed = TRUE)
  expect_match(said, "Try a smaller learn_rate (it was 1.1)", fixed = TRUE)
})
