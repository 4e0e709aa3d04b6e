# "One neuron at a time": every start is drawn at random, so the tests say what
# holds for all of them.

module <- function(seed, ...) {
  invisible(torch$manual_seed(seed))
  layers <- lapply(list(...), function(make) make())
  do.call(torch$nn$Sequential, layers)
}
linear <- function(...) function() torch$nn$Linear(...)

teach <- function(x, y, model, learn_rate = 0.1, epochs = 100) {
  nn_fit(
    x, y, model = model, scale = FALSE,
    optimizer = "sgd", learn_rate = learn_rate, momentum = 0.9, epochs = epochs
  )
}

one_weight <- function(activation) {
  runs <- lapply(1:100, function(seed) {
    model <- module(seed, linear(1L, 1L, bias = FALSE), activation)
    start <- as.numeric(iterate(model$parameters())[[1]])
    c(start = start, end = as.vector(coef(teach(matrix(1), 5, model))[[1]]))
  })
  as.data.frame(do.call(rbind, runs))
}

# The distance from 5 shrinks by sqrt(0.9) a step and swings: at most 6 away at
# first, so less than 0.1 after 100 steps.
test_that("a weight without bias learns 5", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$Identity)
  expect_lt(max(abs(runs$end - 5)), 0.1)
})

test_that("ReLU: the neurons with a negative weight are dead, as many as chance predicts", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$ReLU)
  dead <- runs$start < 0
  expect_identical(runs$end[dead], runs$start[dead])
  expect_lt(max(abs(runs$end[!dead] - 5)), 0.1)
  interval <- qbinom(c(0.005, 0.995), 100, 0.5)
  expect_gte(sum(dead), interval[1])
  expect_lte(sum(dead), interval[2])
})

test_that("leaky ReLU: all of them learn", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$LeakyReLU)
  expect_lt(max(abs(runs$end - 5)), 0.1)
  expect_equal(as.vector(torch$nn$LeakyReLU()(as_tensor(c(-1, 5)))), c(-0.01, 5))
})

test_that("with a bias and with a second input, what they add up to is learnt", {
  skip_if_no_torch()
  for (inputs in 1:2) {
    x <- matrix(1, 1, inputs)
    model <- module(1, linear(inputs, 1L), torch$nn$LeakyReLU)
    start <- unlist(lapply(iterate(model$parameters()), as.vector))
    fit <- teach(x, 5, model, epochs = 300)
    end <- unlist(coef(fit), use.names = FALSE)
    expect_equal(sum(end), 5, tolerance = 1e-4)
    expect_equal(predict(fit, x), 5, tolerance = 1e-4)
    expect_equal(diff(end), diff(start), tolerance = 1e-4)
  }
})

test_that("three outputs learn 5, 6 and 7, each for itself", {
  skip_if_no_torch()
  x <- matrix(1, 1, 2)
  fit <- teach(x, matrix(5:7, 1), module(1, linear(2L, 3L), torch$nn$LeakyReLU), epochs = 300)
  expect_equal(as.vector(predict(fit, x)), c(5, 6, 7), tolerance = 1e-4)
  expect_identical(dim(coef(fit)[[1]]), c(3L, 2L))
})

test_that("two layers learn 10, as a sequence or as a class", {
  skip_if_no_torch()
  nn <- torch$nn
  TwoLayers <- reticulate::PyClass("TwoLayers", inherit = nn$Module, defs = list(
    `__init__` = function(self) {
      super()$`__init__`()
      self$first_layer <- nn$Linear(2L, 3L)
      self$second_layer <- nn$Linear(3L, 1L)
      NULL
    },
    forward = function(self, x) {
      nn$functional$leaky_relu(self$second_layer(self$first_layer(x)))
    }
  ))
  x <- matrix(1, 1, 2)
  sequence <- teach(x, 10, module(1, linear(2L, 3L), linear(3L, 1L), nn$LeakyReLU), 0.01)
  class <- teach(x, 10, module(1, TwoLayers), 0.01)
  expect_equal(loss_table(class), loss_table(sequence), tolerance = 1e-5)
  expect_equal(predict(sequence, x), 10, tolerance = 0.01)
})

test_that("a step leaves gradients as they are; its settings stand in one group", {
  skip_if_no_torch()
  model <- module(1, linear(2L, 3L), linear(3L, 1L))
  optimizer <- torch$optim$SGD(model$parameters(), lr = 0.01, momentum = 0.9)
  mean((model(torch$ones(2L)) - 10)^2)$backward()
  gradients <- function() lapply(iterate(model$parameters()), function(p) as.array(p$grad))
  before <- gradients()
  optimizer$step()
  expect_identical(gradients(), before)
  groups <- optimizer$param_groups
  expect_length(groups, 1)
  expect_length(groups[[1]]$params, 4)
  expect_equal(groups[[1]][c("lr", "momentum")], list(lr = 0.01, momentum = 0.9))
})
