skip_if_no_torch()

cars <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(6, 4), epochs = 200, seed = 1)

verdicts_of <- function(diagnosis) {
  checks <- diagnosis$checks
  found <- checks[checks$verdict %in% c("look", "useless"), ]
  stats::setNames(as.character(found$verdict), found$check)
}

# A fit that warns that it is of no use, as it should.
useless <- function(...) {
  expect_warning(fit <- nn_fit(...), class = "nnfit_warning_learned_nothing")
  fit
}

test_that("a fit that is as it should be has no finding", {
  for (fit in list(
    cars, nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 8, seed = 1), nn_fit(mpg ~ wt, mtcars),
    nn_fit(Species ~ ., iris, hidden_units = 6, seed = 1), nn_fit(c ~ u, thermometer),
    nn_fit(c ~ u, thermometer, hidden_units = 13, seed = 1),
    nn_fit(Ozone ~ ., airquality, hidden_units = 8, seed = 1, members = 3, epochs = 200)
  )) {
    expect_identical(unname(verdicts_of(nn_diagnose(fit))), character())
  }
})

test_that("the numbers of a layer are those of its parameters", {
  layers <- nn_diagnose(cars)$layers
  expect_s3_class(layers, "tbl_df")
  expect_identical(layers$units, c(6L, 4L, 1L))
  expect_identical(layers$activation, c("ReLU", "ReLU", ""))
  p <- cars$parameters
  size <- vapply(p[c("0.weight", "2.weight", "4.weight")], function(w) sqrt(mean(w^2)), 0)
  expect_equal(layers$weights, unname(size))
  s <- cars$scaling
  x <- scale(as.matrix(mtcars[c("wt", "hp")]), s$x_center, s$x_scale)
  relu <- function(v) pmax(v, 0)
  first <- relu(x %*% t(p[["0.weight"]]) + rep(p[["0.bias"]], each = 32))
  second <- relu(first %*% t(p[["2.weight"]]) + rep(p[["2.bias"]], each = 32))
  expect_equal(layers$mean[1:2], c(mean(first), mean(second)), tolerance = 1e-5)
  dead <- function(h) sum(apply(h, 2, function(v) length(unique(v)) == 1))
  expect_identical(layers$dead, c(dead(first), dead(second), NA))
  expect_identical(layers$comes_back[3], 1)
})

test_that("the loss is compared with that of lm() and of the mean", {
  checks <- nn_diagnose(cars)$checks
  value <- function(name) checks$value[checks$check == name]
  own <- mean(residuals(cars)^2)
  expect_equal(value("linear"), own - mean(residuals(lm(mpg ~ wt + hp, mtcars))^2),
    tolerance = 1e-5
  )
  expect_equal(value("one_number"), own - mean((mtcars$mpg - mean(mtcars$mpg))^2),
    tolerance = 1e-5
  )
  fit <- nn_fit(am ~ wt, mtcars, loss = "bce_with_logits", hidden_units = 2, epochs = 2, seed = 1)
  checks <- nn_diagnose(fit)$checks
  p <- fitted(fit)
  own <- -mean(log(ifelse(mtcars$am == 1, p, 1 - p)))
  expect_equal(value("linear"), own - deviance(glm(am ~ wt, binomial, mtcars)) / 64,
    tolerance = 1e-5
  )
  stopped <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 8, epochs = 5, seed = 1)
  expect_identical(verdicts_of(nn_diagnose(stopped)), c(linear = "look"))
})

test_that("a network whose gradients vanish, and one that is dead, are found", {
  deep <- useless(
    mpg ~ wt + hp, mtcars, hidden_units = rep(8, 10), activation = "sigmoid", epochs = 50, seed = 1
  )
  found <- verdicts_of(nn_diagnose(deep))
  expect_identical(found[["same_prediction"]], "useless")
  expect_gte(sum(names(found) == "vanishing"), 5)
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(2L, 3L), nn$ReLU(), nn$Linear(3L, 1L))
  nn$init$constant_(module[0]$bias, -50)
  dead <- useless(mpg ~ wt + hp, mtcars, model = module, epochs = 3)
  diagnosis <- nn_diagnose(dead)
  expect_identical(verdicts_of(diagnosis)[c("same_prediction", "dead")], c(
    same_prediction = "useless", dead = "useless"
  ))
  expect_identical(diagnosis$layers$dead[1], 3L)
  # In another session the module has to come again.
  dead$module_key <- "another"
  expect_refused(nn_diagnose(dead), "module", "needs the torch module", from = "nn_diagnose")
  expect_identical(verdicts_of(nn_diagnose(dead, model = module)), verdicts_of(diagnosis))
})

test_that("every other sickness is found, and no other", {
  wild <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 0.01, epochs = 3)
  checks <- nn_diagnose(wild)$checks
  bound <- 0.01 / checks$value[checks$check == "learn_rate"]
  # of plain descent on one standardised column: the curvature is 2
  expect_equal(bound, 1, tolerance = 1e-3)
  near <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 0.98, epochs = 2000)
  expect_identical(verdicts_of(nn_diagnose(near)), c(learn_rate = "look"))
  raw <- suppressWarnings(nn_fit(
    mpg ~ hp + disp, mtcars, hidden_units = 8, activation = "tanh", scale = FALSE, epochs = 20,
    seed = 1
  ))
  expect_identical(verdicts_of(nn_diagnose(raw))[["saturated"]], "look")
  over <- nn_fit(
    mpg ~ ., mtcars, hidden_units = 200, epochs = 500, validation = 0.5, seed = 1, penalty = 0
  )
  diagnosis <- nn_diagnose(over)
  expect_identical(verdicts_of(diagnosis)[["overfitting"]], "look")
  best <- which.min(loss_table(over)$valid_loss)
  said <- diagnosis$checks$says[diagnosis$checks$check == "overfitting"]
  expect_lt(abs(as.numeric(sub(".*epoch ([0-9]+)[.].*", "\\1", said)) - best), 30)
})

test_that("what is wrong is refused by name", {
  expect_refused(nn_diagnose(), "argument", "fit", from = "nn_diagnose")
  expect_refused(nn_diagnose(lm(mpg ~ wt, mtcars)), "argument", "fit must be", from = "nn_diagnose")
  expect_refused(nn_diagnose(cars, 3), "argument", "data must be the data", from = "nn_diagnose")
  expect_refused(nn_diagnose(cars, mtcars["wt"]), "data", "Missing: ", from = "nn_diagnose")
  expect_refused(nn_diagnose(cars, model = 3), "argument", "model", from = "nn_diagnose")
  expect_refused(nn_diagnose(cars, newdata = mtcars), "argument", "newdata", from = "nn_diagnose")
})

test_that("a fit with a loss of its own, replicates and restarts has an answer", {
  own <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, seed = 1,
    loss = function(prediction, truth) (prediction - truth)^2
  )
  checks <- nn_diagnose(own)$checks
  expect_identical(as.character(checks$verdict[checks$check == "linear"]), "unknown")
  expect_match(checks$says[checks$check == "linear"], "a function of your own")
  normed <- list(dropout = 0.2, norm = "layer_norm")
  for (more in list(list(bootstrap = 3), list(restarts = 2), normed)) {
    more <- c(list(hidden_units = 3, epochs = 100, seed = 1), more)
    fit <- rlang::inject(nn_fit(mpg ~ wt, mtcars, !!!more))
    expect_true(nn_diagnose(fit)$own_rows)
  }
})

test_that("R's random numbers are left alone, and no fit is changed", {
  set.seed(1)
  before <- .Random.seed
  copy <- cars
  nn_diagnose(cars)
  expect_identical(.Random.seed, before)
  expect_identical(copy, cars)
})

test_that("a module without a layer that is known has no layers to show", {
  module <- torch$nn$Sequential(torch$nn$BatchNorm1d(1L))
  fit <- suppressWarnings(
    nn_fit(as.matrix(mtcars$wt), mtcars$mpg, model = module, epochs = 5, seed = 1)
  )
  found <- nn_diagnose(fit)
  expect_identical(nrow(found$layers), 0L)
  expect_match(format(found), "no layer that is known here|known$", all = FALSE)
  expect_error(plot(fit, "diagnose"), NA)
})
