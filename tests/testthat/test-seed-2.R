# Document 2, which the page "One neuron at a time" follows: every start is drawn at random, so the
# tests say what holds for all of them.

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

with_momentum <- function(w, momentum, steps = 100) {
  speed <- 0
  path <- numeric(steps)
  for (step in seq_len(steps)) {
    path[step] <- w
    speed <- momentum * speed + 2 * (w - 5)
    w <- w - 0.1 * speed
  }
  path
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
test_that("document 2, lines 9-39: a weight without bias learns 5", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$Identity)
  expect_lt(max(abs(runs$end - 5)), 0.1)
})

test_that("document 2, lines 21-31: the loop is the recursion of momentum, and nn_fit()'s", {
  skip_if_no_torch()
  neuron <- module(1, linear(1L, 1L, bias = FALSE))
  weight <- iterate(neuron$parameters())[[1]]
  start <- as.numeric(weight)
  optimizer <- torch$optim$SGD(neuron$parameters(), lr = 0.1, momentum = 0.9)
  weights <- losses <- numeric(100)
  for (step in 1:100) {
    weights[step] <- as.numeric(weight)
    optimizer$zero_grad()
    loss <- mean((neuron(torch$ones(1L)) - 5)^2)
    losses[step] <- loss$item()
    loss$backward()
    optimizer$step()
  }
  expect_equal(weights, with_momentum(start, 0.9), tolerance = 1e-5)
  # "small, though not at every step"
  expect_true(any(diff(losses) > 0))
  expect_lt(losses[100], 0.01)
  fit <- nn_fit(
    matrix(1), 5, bias = FALSE, scale = FALSE, dtype = "float32", seed = 1,
    optimizer = "sgd", learn_rate = 0.1, momentum = 0.9, epochs = 100
  )
  expect_equal(coef(fit), c(x1 = as.numeric(weight)), tolerance = 1e-6)
})

# The page begins with the weight that torch draws after `manual_seed(1)`.
test_that("a little momentum gets there sooner, much of it is still swinging after 100 steps", {
  settled <- sapply(c(0, 0.3, 0.5, 0.9), function(momentum) {
    path <- with_momentum(0.5152632, momentum, steps = 150)
    max(which(abs(path - 5) >= 0.01)) + 1
  })
  expect_identical(settled, c(29, 15, 19, 112))
})

test_that("momentum pays in a long valley", {
  skip_if_no_torch()
  readings <- transform(thermometer, tenth = 0.1 * u)
  least <- mean(residuals(lm(c ~ u, thermometer))^2)
  excess <- sapply(c(0, 0.9), function(momentum) {
    fit <- nn_fit(
      c ~ tenth, readings, scale = FALSE,
      optimizer = "sgd", learn_rate = 0.01, momentum = momentum, epochs = 500, seed = 1
    )
    mean(residuals(fit)^2) - least
  })
  expect_gt(excess[1], 1)
  expect_lt(abs(excess[2]), 1e-6)
})

# Where torch puts rows, textbooks put columns.
test_that("document 2, line 36: the product of torch's is the transposed of the textbooks'", {
  skip_if_no_torch()
  layer <- torch$nn$Linear(3L, 2L, bias = FALSE)$double()
  x <- rbind(c(1, -2, 0.5))
  w <- as.array(layer$weight)
  expect_equal(as.array(layer(as_tensor(x))), x %*% t(w), tolerance = 1e-12)
  expect_equal(x %*% t(w), t(w %*% t(x)))
})

test_that("document 2, lines 24 and 33: train() and eval() change dropout, not a layer", {
  skip_if_no_torch()
  x <- torch$ones(c(50L, 1L))
  plain <- module(1, linear(1L, 1L))
  expect_identical(as.vector(plain$train()(x)), as.vector(plain$eval()(x)))
  drops <- module(1, linear(1L, 1L), torch$nn$Dropout)
  expect_true(any(as.vector(drops$train()(x)) == 0))
  expect_identical(as.vector(drops$eval()(x)), as.vector(plain$eval()(x)))
})

# The document hands two numbers to a neuron of one input; torch stops there.
test_that("document 2, lines 67, 96 and 126: two numbers are no input for one weight", {
  skip_if_no_torch()
  expect_error(torch$nn$Linear(1L, 1L)(torch$ones(2L)), "shapes cannot be multiplied")
  fit <- teach(matrix(1), 5, module(1, linear(1L, 1L)), epochs = 1)
  expect_refused(
    predict(fit, matrix(1, 1, 2)), "data", "newdata must be a matrix of 1 column"
  )
  expect_length(predict(fit, matrix(1, 2, 1)), 2)
})

test_that("document 2, lines 40-68: the neurons with a negative weight are dead, half of them", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$ReLU)
  dead <- runs$start < 0
  expect_identical(runs$end[dead], runs$start[dead])
  expect_lt(max(abs(runs$end[!dead] - 5)), 0.1)
  interval <- qbinom(c(0.005, 0.995), 100, 0.5)
  expect_identical(interval, c(37, 63))
  expect_gte(sum(dead), interval[1])
  expect_lte(sum(dead), interval[2])

  # "drawn evenly from -1 to 1"
  starts <- as.vector(module(1, linear(1L, 10000L))[[0]]$weight)
  tenths <- table(cut(starts, seq(-1, 1, by = 0.2)))
  expect_identical(sum(tenths), 10000L)
  expect_gt(stats::chisq.test(tenths)$p.value, 1e-4)
})

test_that("document 2, lines 40 and 97: the drawings of the ReLU neuron and of the leaky one", {
  skip_if_no_torch()
  written <- c(ReLU = "relu", LeakyReLU = "leaky_relu")
  for (activation in names(written)) {
    model <- module(1, linear(1L, 1L, bias = FALSE), torch$nn[[activation]])
    said <- texts(plot(teach(matrix(1), 5, model, epochs = 1), "network"))
    expect_true(paste("1 output,", written[[activation]]) %in% said)
  }
  # As on the page, where a hundredth would look flat.
  input <- c(-3, -1, 0, 2)
  leaky <- activation_table(list("leaky_relu", negative_slope = 0.1), input)
  expect_equal(leaky$output, c(-0.3, -0.1, 0, 2))
  expect_equal(activation_table("relu", input)$output, c(0, 0, 0, 2))
})

test_that("document 2, lines 69-96: with the leaky ReLU all of them learn", {
  skip_if_no_torch()
  runs <- one_weight(torch$nn$LeakyReLU)
  expect_lt(max(abs(runs$end - 5)), 0.1)
})

test_that("document 2, lines 182-183: an activation takes each element for itself", {
  skip_if_no_torch()
  expect_equal(as.vector(torch$nn$LeakyReLU()(as_tensor(c(-1, 5)))), c(-0.01, 5))
  expect_equal(as.vector(torch$nn$functional$leaky_relu(as_tensor(c(-1, 5)))), c(-0.01, 5))
  expect_equal(as.vector(torch$nn$ReLU()(as_tensor(c(-1, 5)))), c(0, 5))
})

test_that("document 2, lines 98-153: bias and second input: what they add up to is learnt", {
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
  expect_identical(unname(is.na(coef(lm(y ~ x, data.frame(x = 1, y = 5))))), c(FALSE, TRUE))
})

test_that("document 2, lines 154-189: three outputs learn 5, 6 and 7, each for itself", {
  skip_if_no_torch()
  x <- matrix(1, 1, 2)
  fit <- teach(x, matrix(5:7, 1), module(1, linear(2L, 3L), torch$nn$LeakyReLU), epochs = 300)
  expect_equal(as.vector(predict(fit, x)), c(5, 6, 7), tolerance = 1e-4)
  expect_identical(dim(coef(fit)[[1]]), c(3L, 2L))
})

test_that("document 2, line 185: a single target is for all outputs, with a warning", {
  skip_if_no_torch()
  x <- matrix(1, 1, 2)
  model <- function() module(1, linear(2L, 3L), torch$nn$LeakyReLU)
  expect_warning(
    fit <- teach(x, 5, model(), epochs = 300), "each of them is trained to it",
    class = "nnfit_warning"
  )
  expect_equal(round(as.vector(predict(fit, x)), 4), c(5, 5, 5))

  by_hand <- model()
  optimizer <- torch$optim$SGD(by_hand$parameters(), lr = 0.1, momentum = 0.9)
  for (step in 1:300) {
    optimizer$zero_grad()
    mean((by_hand(torch$ones(2L)) - 5)^2)$backward()
    optimizer$step()
  }
  expect_equal(as.vector(predict(fit, x)), as.vector(by_hand(torch$ones(2L))), tolerance = 1e-6)
})

test_that("document 2, lines 190-214, 220-250, 253: two layers learn 10, as class or sequence", {
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
  expect_lt(max(abs(loss_table(class)$train_loss / loss_table(sequence)$train_loss - 1)), 1e-4)
  expect_equal(predict(sequence, x), 10, tolerance = 0.01)

  # "Two matrices, one after the other, are one matrix."
  p <- sequence$parameters
  weights <- p[["1.weight"]] %*% p[["0.weight"]]
  bias <- p[["1.weight"]] %*% p[["0.bias"]] + c(p[["1.bias"]])
  expect_equal(c(x %*% t(weights) + c(bias)), predict(sequence, x), tolerance = 1e-6)

  # "With the rate of before it goes too far."
  twin <- module(1, linear(2L, 3L), linear(3L, 1L), nn$LeakyReLU)
  expect_warning(far <- teach(x, 10, twin, 0.1), class = "nnfit_warning_diverged")
  expect_identical(far$stopped, "diverged")
})

test_that("document 2, lines 215-219, 251-252: a step leaves gradients, settings have groups", {
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

test_that("a layer whose group has the rate 0 stands still", {
  skip_if_no_torch()
  model <- module(1, linear(2L, 3L), linear(3L, 1L))
  layers <- iterate(model$children())
  optimizer <- torch$optim$SGD(
    list(
      list(params = layers[[1]]$parameters(), lr = 0), list(params = layers[[2]]$parameters())
    ),
    lr = 0.01, momentum = 0.9
  )
  weights <- function(layer) as.array(layer$weight)
  before <- lapply(layers, weights)
  mean((model(torch$ones(2L)) - 10)^2)$backward()
  optimizer$step()
  expect_identical(weights(layers[[1]]), before[[1]])
  expect_false(identical(weights(layers[[2]]), before[[2]]))
})
