skip_if_no_torch()

test_that("the formula or options can be changed", {
  fit <- nn_fit(mpg ~ wt, mtcars, epochs = 400)
  wider <- update(fit, . ~ . + hp)
  expect_equal(formula(wider), mpg ~ wt + hp, ignore_formula_env = TRUE)
  expect_equal(coef(wider), coef(lm(mpg ~ wt + hp, mtcars)), tolerance = 1e-7)
  expect_identical(wider$options$epochs, fit$options$epochs)
  network <- update(fit, hidden_units = 3, epochs = 2)
  expect_length(loss_table(network)$epoch, 2)
})

test_that("update() finds what the caller's call names", {
  local_data <- mtcars[1:20, ]
  fit <- nn_fit(mpg ~ wt, local_data)
  expect_identical(nobs(update(fit, . ~ . + hp)), 20L)
})

test_that("what the new fit is refused for comes from the user's call", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(update(fit, . ~ . + weight), "data", "Not found: weight", from = "update")
  expect_refused(update(fit, epochs = 0), "argument", "epochs must be", from = "update")
})

test_that("what says how rows count is found where the user wrote it", {
  skip_if_no_torch()
  formulas <- list(mpg ~ wt) # of another place than the variables
  within <- function(formula) {
    weights <- mtcars$qsec
    chosen <- mtcars$hp > 100
    shift <- mtcars$drat
    fit <- nn_fit(formula, mtcars, weights = weights, subset = chosen, offset = shift)
    frame <- model.frame(fit)
    expect_equal(unname(frame[["(weights)"]]), mtcars$qsec[chosen])
    expect_equal(unname(as.vector(frame[["(offset)"]])), mtcars$drat[chosen])
    weights <- NULL
    expect_null(model.frame(nn_fit(formula, mtcars, weights = weights))[["(weights)"]])
  }
  within(formulas[[1]])
})

test_that("the model frame is lm()'s", {
  fit <- nn_fit(log(mpg) ~ factor(cyl) + wt, mtcars)
  expect_equal(
    model.frame(fit), model.frame(lm(log(mpg) ~ factor(cyl) + wt, mtcars)), ignore_attr = TRUE
  )
})

test_that("without a formula both say so", {
  fit <- nn_fit(as.matrix(thermometer["u"]), thermometer$c)
  expect_refused(update(fit, epochs = 2), "argument", "without a formula", from = "update")
  expect_refused(model.frame(fit), "argument", "without a formula", from = "model.frame")
})

test_that("what is no formula, or no data frame, is refused by name", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  for (wrong in list(NULL, "wt", 3, mean, list(), globalenv())) {
    expect_refused(update(fit, wrong), "argument", "formula. must be a formula", from = "update")
  }
  for (wrong in list(NULL, 3, "mtcars", list(), globalenv(), as.matrix(mtcars))) {
    expect_refused(
      model.frame(fit, wrong), "data", "data must be a data frame", from = "model.frame"
    )
  }
  expect_refused(model.frame(fit, iris), "data", "Missing: mpg and wt", from = "model.frame")
})

test_that("what nn_fit() refuses comes from update(), which the user called", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(update(fit, . ~ . + mpgg), "data", "Not found: mpgg", from = "update")
  expect_refused(update(fit, epochs = -1), "argument", "epochs must be", from = "update")
})

test_that("changes may be a string, as step() writes them", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_equal(coef(update(fit, "~ . + hp")), coef(lm(mpg ~ wt + hp, mtcars)), tolerance = 1e-7)
  fewer <- step(nn_fit(mpg ~ wt + hp + qsec + drat, mtcars), trace = 0)
  expect_setequal(names(coef(fewer)), names(coef(step(lm(mpg ~ wt + hp + qsec + drat, mtcars),
    trace = 0
  ))))
  more <- step(nn_fit(mpg ~ 1, mtcars), ~ wt + hp + qsec, trace = 0)
  expect_equal(sort(coef(more)), sort(coef(lm(mpg ~ wt + hp, mtcars))), tolerance = 1e-7)
})

same_fit <- function(one, other) {
  expect_equal(one$history, other$history, tolerance = 1e-6)
  expect_equal(one$parameters, other$parameters, tolerance = 1e-5)
}

test_that("epochs alone train on from where the fit stands", {
  plain <- function(...) {
    rlang::inject(
      nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, validation = 0.25, seed = 1, !!!list(...))
    )
  }
  for (options in list(list(), list(batch_size = 7), list(optimizer = "sgd", momentum = 0.9))) {
    half <- do.call(plain, c(options, epochs = 12))
    whole <- do.call(plain, c(options, epochs = 30))
    further <- update(half, epochs = 18)
    same_fit(further, whole)
    expect_identical(further$options$epochs, whole$options$epochs)
    expect_identical(further$call$epochs, 30L)
    expect_identical(further$validation_rows, whole$validation_rows)
    expect_identical(names(further), names(whole))
    same_fit(update(update(half, epochs = 9), epochs = 9), whole)
  }
  read <- unserialize(serialize(half, NULL))
  same_fit(update(read, epochs = 18), whole)
})

test_that("a fit whose seed was drawn goes on with the same rows held out", {
  set.seed(3)
  half <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, validation = 0.3, epochs = 5)
  further <- update(half, epochs = 5)
  expect_identical(further$validation_rows, half$validation_rows)
  expect_identical(nrow(loss_table(further)), 10L)
})

test_that("a fit that went back to its best epoch goes on from there", {
  stopped <- nn_fit(mpg ~ wt, mtcars,
    hidden_units = 4, learn_rate = 0.3, stop_iter = 4, epochs = 100, seed = 1
  )
  before <- nrow(loss_table(stopped))
  further <- update(stopped, epochs = 3)
  losses <- loss_table(further)$train_loss
  expect_equal(losses[before + 1], min(losses[seq_len(before)]), tolerance = 1e-5)
  expect_gt(further$best_epoch, before)
  expect_lte(further$best_epoch, length(losses))
})

test_that("any other change, or nothing to go on with, fits anew", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 5, seed = 1)
  expect_identical(nrow(loss_table(update(fit, epochs = 7, seed = 2))), 7L)
  expect_identical(nrow(loss_table(update(fit, . ~ . + hp, epochs = 7))), 7L)
  expect_identical(update(fit, epochs = 7, evaluate = FALSE)$epochs, 7)
  solved <- nn_fit(mpg ~ wt, mtcars)
  expect_identical(update(solved, epochs = 400)$options$epochs, 400L)
  several <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, members = 2, epochs = 5, seed = 1)
  expect_identical(nrow(loss_table(update(several, epochs = 7))), 7L)
  tuned <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1)
  expect_identical(nrow(loss_table(update(tuned, epochs = 7))), 7L)
  found <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, learn_rate = "find", epochs = 5, seed = 1)
  further <- update(found, epochs = 5)
  expect_identical(further$options$learn_rate, found$options$learn_rate)
  expect_identical(further$rates, found$rates)
})

test_that("start = begins with the parameters of an earlier fit", {
  first <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, epochs = 50, seed = 1)
  cars <- transform(mtcars, mpg = mpg + 3)[1:20, ]
  warm <- nn_fit(mpg ~ wt + hp, cars, hidden_units = 4, epochs = 5, start = first)
  loss <- mean((predict(first, cars) - cars$mpg)^2)
  expect_equal(loss_table(warm)$train_loss[1], loss, tolerance = 1e-5)
  expect_identical(warm$scaling, first$scaling)
  refused <- function(start, ..., message) {
    expect_refused(nn_fit(..., start = start), "argument", message, from = "nn_fit")
  }
  refused(lm(mpg ~ wt, mtcars), mpg ~ wt, mtcars, message = "start must be an earlier nn_fit()")
  refused(first, mpg ~ hp + wt, mtcars, hidden_units = 4,
    message = "start is a fit to other columns, or to these in another order"
  )
  refused(first, mpg ~ wt + hp, mtcars, hidden_units = 5,
    message = "start is a fit with the hidden units 4, and here it is 5"
  )
  expect_refused(nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 4, start = first), "argument",
    "start is not an option of nn_cv()"
  )
})

test_that("a module of the user's own is trained on", {
  module <- torch$nn$Sequential(torch$nn$Linear(1L, 3L), torch$nn$Tanh(), torch$nn$Linear(3L, 1L))
  half <- nn_fit(mpg ~ wt, mtcars, model = module, epochs = 5, seed = 1)
  whole <- nn_fit(mpg ~ wt, mtcars, model = module, epochs = 9, seed = 1)
  same_fit(update(half, epochs = 4), whole)
})

test_that("frozen layers are left as they begin", {
  first <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(4, 3), epochs = 20, seed = 1)
  tuned <- nn_fit(mpg ~ wt + hp, mtcars,
    hidden_units = c(4, 3), epochs = 20, start = first, freeze = 1:2
  )
  same <- mapply(identical, tuned$parameters, first$parameters)
  expect_identical(unname(same), rep(c(TRUE, FALSE), c(4, 2)))
  table <- summary(tuned)$parameters
  expect_identical(table$trainable, rep(c(FALSE, TRUE), c(4, 2)))
  expect_output(print(summary(tuned)), "Trainable parameters: 4\n", fixed = TRUE)
  expect_output(print(tuned), "4 parameters trained (freeze 1, 2)", fixed = TRUE)
  refused <- function(message, ...) {
    expect_refused(nn_fit(mpg ~ wt, mtcars, ...), "argument", message, from = "nn_fit")
  }
  refused("freeze has layer 3, and there are 2 with the output", hidden_units = 4, freeze = 3)
  refused("freeze has all layers: nothing is left to train", hidden_units = 4, freeze = 1:2)
  refused("freeze needs hidden layers", freeze = 1)
  refused("freeze must be whole numbers, each from 1", hidden_units = 4, freeze = "first")
})

test_that("a fit that came from a function with dots is fitted again with them", {
  wrapper <- function(...) nn_fit(mpg ~ wt + hp, mtcars, ...)
  inner <- function(...) wrapper(...)
  heavy <- 0.2
  for (make in list(wrapper, inner)) {
    fit <- make(weights = mtcars$qsec, penalty = heavy)
    direct <- nn_fit(mpg ~ wt + hp, mtcars, weights = mtcars$qsec, penalty = 0.2)
    expect_equal(coef(fit), coef(direct))
    fewer <- nn_fit(mpg ~ wt, mtcars, weights = mtcars$qsec, penalty = 0.2)
    expect_equal(coef(update(fit, . ~ . - hp)), coef(fewer))
  }
  some <- wrapper(subset = am == 1)
  expect_identical(nobs(update(some, . ~ . - hp)), 13L)
  expect_identical(nrow(model.frame(some)), 13L)
  network <- wrapper(hidden_units = 3, epochs = 5, seed = 1)
  expect_identical(nrow(loss_table(update(network, epochs = 4))), 9L)
  expect_identical(update(network, hidden_units = 2)$options$hidden_units, 2L)
  bare <- function(...) nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, ...)
  expect_identical(nrow(loss_table(update(bare(), epochs = 5))), 10L)
  expect_equal(
    drop1(wrapper(weights = mtcars$qsec)), drop1(lm(mpg ~ wt + hp, mtcars, weights = qsec))
  )
  columns <- wrapper(weights = qsec)
  expect_equal(coef(update(columns)), coef(columns))
})

test_that("a comparison stays one where the formula changes", {
  fit <- nn_fit(mpg ~ (wt > 3) + hp, mtcars)
  expect_identical(labels(update(fit, . ~ . + qsec)), c("wt > 3", "hp", "qsec"))
  expect_identical(labels(update(fit, . ~ . - (wt > 3))), "hp")
  expect_identical(labels(update(fit, "~ . - wt > 3")), "hp")
  expect_refused(
    update(fit, "~ . + am > 0:hp"), "argument", "formula. must say where its terms begin",
    from = "update"
  )
})
