# "Layers, optimizers and modules of your own": N = 64, D_in = 100, H = 200,
# D_out = 5, everything a thousandth. The draws were not seeded; what is printed
# lies where theory puts it, and so do ours.

printed <- list(
  first = c(0.6460272, 0.8535898, 0.9695357),
  by_hand = c(0.0003296934, 0.0003225007, 0.0003223465, 0.0003222662)
)

small_data <- function(seed = 0) {
  invisible(torch$manual_seed(seed))
  list(x = torch$randn(64L, 100L) * 0.001, y = torch$randn(64L, 5L) * 0.001)
}

small_network <- function(seed = 1) {
  invisible(torch$manual_seed(seed))
  nn <- torch$nn
  nn$Sequential(nn$Linear(100L, 200L), nn$ReLU(), nn$Linear(200L, 5L))
}

train <- function(data, model, optimizer, learn_rate, epochs = 500) {
  fit <- nn_fit(
    data$x, data$y, model = model, loss = "mse", reduction = "sum",
    optimizer = optimizer, learn_rate = learn_rate, epochs = epochs, scale = FALSE
  )
  loss_table(fit)$train_loss
}

# With inputs of nothing, each output is a bias and 200 weights (of variance
# 1/600) times ReLUs of biases (1/600 is also the mean of their squares), the
# same in all 64 rows: 64 times a sum of 5 squares.
test_that("the first loss is of the size that the initial weights predict", {
  skip_if_no_torch()
  interval <- 64 * (1 / 600 + 200 / 600^2) * qchisq(c(1e-4, 1 - 1e-4), 5)
  data <- small_data()
  first <- sapply(1:20, function(seed) train(data, small_network(seed), "sgd", 0.01, epochs = 1))
  expect_true(all(c(first, printed$first) > interval[1] & c(first, printed$first) < interval[2]))
})

test_that("plain descent stays at the loss of predicting nothing", {
  skip_if_no_torch()
  data <- small_data()
  losses <- train(data, small_network(), "sgd", 0.01)
  floor <- sum(as.matrix(data$y)^2)
  expect_equal(losses[c(101, 201, 301, 401)], rep(floor, 4), tolerance = 0.05)
  expect_lt(losses[401], losses[101])
  # The sum of 320 squares of a thousandth's noise.
  interval <- 1e-6 * qchisq(c(0.005, 0.995), 320)
  expect_true(all(printed$by_hand > interval[1] & printed$by_hand < interval[2]))
  expect_true(all(losses[c(101, 201, 301, 401)] > interval[1] & losses[401] < interval[2]))
})

test_that("descent by R's operators is that of nn_fit()", {
  skip_if_no_torch()
  data <- small_data()
  model <- small_network()
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  by_hand <- sapply(1:20, function(epoch) {
    loss <- loss_fn(model(data$x), data$y)
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), {
      for (param in iterate(model$parameters())) {
        param$data <- param$data - param$grad * 0.01
      }
    })
    loss$item()
  })
  expect_equal(train(data, small_network(), "sgd", 0.01, 20), by_hand, tolerance = 1e-5)
})

# Printed there: 0.85, 0.18, 0.020, 0.0011 at epochs 1, 51, 101, 151, and below
# 0.0003 after 400.
test_that("Adam falls by a factor of 4 and more each 50 epochs, then below plain descent", {
  skip_if_no_torch()
  losses <- train(small_data(), small_network(), "adam", 1e-4)
  ratios <- losses[c(51, 101, 151)] / losses[c(1, 51, 101)]
  expect_lt(max(ratios), 1 / 4)
  expect_lt(losses[401], losses[301])
  expect_lt(losses[301], train(small_data(), small_network(), "sgd", 0.01)[301])
})

test_that("a class with a clamp is the sequence with its ReLU", {
  skip_if_no_torch()
  nn <- torch$nn
  TwoLayerNet <- reticulate::PyClass("TwoLayerNet", inherit = nn$Module, defs = list(
    `__init__` = function(self, inputs, hidden, outputs) {
      super()$`__init__`()
      self$linear1 <- nn$Linear(inputs, hidden)
      self$linear2 <- nn$Linear(hidden, outputs)
      NULL
    },
    forward = function(self, x) self$linear2(self$linear1(x)$clamp(min = 0))
  ))
  data <- small_data()
  invisible(torch$manual_seed(1))
  own <- TwoLayerNet(100L, 200L, 5L)
  expect_equal(
    train(data, own, "adam", 1e-4, 100), train(data, small_network(), "adam", 1e-4, 100),
    tolerance = 1e-5
  )
})
