refused <- function(kind, name, given, ...) {
  expect_refused(check_arguments(kind, name, given, kind, NULL), "argument", kind, ...)
}

test_that("milestones are whole numbers that increase", {
  for (wrong in list(c(30, 3), c(3, 3), 1.5, 0, integer(), "3", NA)) {
    expect_refused(
      nn_options(schedule = list("multi_step", milestones = wrong)), "argument",
      "increasing whole numbers, each from 1 to 2^31 - 1"
    )
  }
  expect_identical(
    nn_options(schedule = list("multi_step", milestones = c(3, 30)))$schedule,
    list("multi_step", list(milestones = c(3, 30)))
  )
})

test_that("arguments of a name are found, whoever shares them", {
  expect_setequal(names(argument_rows("loss", "poisson_nll")), c(
    "full", "log_input", "eps", "link", "scatter"
  ))
  expect_length(argument_rows("activation", "tanh"), 0)
  expect_identical(argument_rows("optimizer", "adam")$betas$type, "pair")
})

test_that("every row has a rule", {
  table <- table_of_core("options", "arguments", colClasses = "character")
  for (name in unique(unlist(strsplit(table$of[!is.na(table$of)], " ")))) {
    for (kind in c("activation", "loss", "optimizer")) {
      for (row in argument_rows(kind, name)) expect_type(argument_rule(row)$must, "character")
    }
  }
})

test_that("what is in range is kept", {
  kept <- function(kind, name, ...) check_arguments(kind, name, list(...), kind, NULL)
  expect_identical(kept("loss", "huber", delta = 2), list(delta = 2))
  expect_identical(kept("optimizer", "adam", betas = c(0, 0.9)), list(betas = c(0, 0.9)))
  expect_identical(
    kept("optimizer", "adafactor", eps = list(NULL, 1e-3)), list(eps = list(NULL, 1e-3))
  )
  expect_identical(kept("optimizer", "lbfgs", max_eval = NULL), list(max_eval = NULL))
  expect_identical(kept("activation", "softmax", dim = c(by = -1)), list(dim = -1))
  expect_identical(
    kept("loss", "cross_entropy", weight = c(b = 2, a = 0)), list(weight = c(b = 2, a = 0))
  )
})

test_that("what is out of range is refused by name", {
  refused("loss", "huber", list(delta = -1), "huber takes a delta that is a number above 0, not -1")
  refused("loss", "huber", list(delta = Inf), "a number above 0, not Inf")
  refused("loss", "cross_entropy", list(label_smoothing = 2), "a number from 0 to 1, not 2")
  refused("loss", "negative_binomial_nll", list(dispersion = -1), "a number of at least 1e-8")
  refused("loss", "multi_margin", list(p = 3), "1 or 2, not 3")
  refused("optimizer", "adam", list(betas = c(2, 2)), "a pair of numbers, each from 0 up to")
  refused("optimizer", "adam", list(betas = c(b1 = 0.9, b2 = 0.9)), "a pair of numbers")
  refused("optimizer", "adam", list(eps = 0), "a number above 0, not 0")
  refused("optimizer", "adafactor", list(beta2_decay = 1), "a number of at most 0, not 1")
  refused("optimizer", "lbfgs", list(line_search_fn = "x"), "strong_wolfe, or NULL, not x")
  refused("activation", "gelu", list(approximate = "x"), "none or tanh, not x")
  for (weight in list(c(1, -1), c(0, 0), c(1, NA), "balanced", c(a = 1, 2), c(a = 1, a = 2))) {
    refused("loss", "cross_entropy", list(weight = weight), "each of at least 0, not all 0")
  }
})

test_that("an unknown argument is refused with the nearest one, or with our name of it", {
  refused("loss", "huber", list(dleta = 1), "huber has no argument dleta", "Did you mean delta?")
  refused("activation", "tanh", list(slope = 1), "tanh has no argument slope")
  refused("optimizer", "adam", list(weight_decay = -1), "Give it as penalty instead")
  refused("loss", "mse", list(reduction = "sum"), "Give it as reduction instead")
})

test_that("a fit refuses them from the user's call", {
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, loss = list("huber", delta = -1)), "argument", "delta", from = "nn_fit"
  )
})

test_that("a tensor is the numbers that it holds", {
  skip_if_no_torch()
  expect_equal(plain_argument(torch$tensor(c(1, 2))), c(1, 2))
  expect_equal(plain_argument(torch$tensor(3)), 3)
})

test_that("class weights by name are those of the classes, in whatever order", {
  skip_if_no_torch()
  fit <- function(weight) {
    loss <- list("cross_entropy", weight = weight)
    nn_fit(Species ~ ., iris, loss = loss, penalty = 0.01, epochs = 20, seed = 1)
  }
  by_name <- fit(c(virginica = 3, setosa = 1, versicolor = 0.5))
  expect_equal(fitted(by_name), fitted(fit(c(1, 0.5, 3))))
  expect_equal(fitted(by_name), fitted(fit(list(virginica = 3, versicolor = 0.5, setosa = 1))))
  expect_equal(by_name$options$loss[[2]]$weight, c(1, 0.5, 3))
  refuse <- function(weight, ...) {
    expect_refused(fit(weight), "argument", "loss", ..., from = "nn_fit")
  }
  refuse(c(virginica = 3, setosa = 1), "lacks versicolor")
  misspelt <- c(virginica = 3, setosa = 1, versicolour = 2)
  refuse(misspelt, "lacks versicolor, has the unknown versicolour")
  refuse(c(1, 2), "each class, 3 of them, not 2")
})

test_that("a number weighs the second class, and outcomes go by name", {
  skip_if_no_torch()
  cars <- transform(mtcars, am = factor(am, labels = c("automatic", "manual")))
  fit <- function(value, data = cars, formula = am ~ wt) {
    nn_fit(formula, data, loss = list("bce_with_logits", pos_weight = value), seed = 1)
  }
  # As if each manual car were there three times.
  rows <- rep(seq_len(32), ifelse(cars$am == "manual", 3, 1))
  expect_equal(coef(fit(3)), coef(fit(1, cars[rows, ])), tolerance = 1e-4)
  expect_equal(coef(fit(c(manual = 3))), coef(fit(3)))
  expect_refused(fit(c(automatic = 3)), "argument", "lacks manual")
  two <- fit(c(vs = 3, am = 2), mtcars, cbind(am, vs) ~ wt)
  expect_equal(two$options$loss[[2]]$pos_weight, c(2, 3))
  expect_refused(fit(c(v = 3, am = 2), mtcars, cbind(am, vs) ~ wt), "argument", "no such names")
})
