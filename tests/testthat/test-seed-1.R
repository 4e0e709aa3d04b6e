# "From lm() to a network": the numbers that do not depend on random draws, to
# the digits in which torch's versions agree (float32: six).

straight <- function(x, w, b) w * x + b
squared_error <- function(predicted, observed) mean((predicted - observed)^2)

float32 <- function(x, ...) as_tensor(x, "float32", ...)
readings <- function() float32(thermometer$u)
tenths <- function() 0.1 * readings()
celsius <- function() float32(thermometer$c)

from_one_and_zero <- function() {
  module <- torch$nn$Linear(1L, 1L)
  torch$nn$init$ones_(module$weight)
  torch$nn$init$zeros_(module$bias)
  module
}

with_tenths <- function(data) transform(data, tenth = 0.1 * u)
held_out <- function(rows) with_tenths(thermometer)[rows, ]

descend <- function(data, epochs, ...) {
  nn_fit(
    c ~ tenth, with_tenths(data), ..., model = from_one_and_zero(),
    optimizer = "sgd", learn_rate = 0.01, epochs = epochs, scale = FALSE
  )
}

test_that("lm() gives the printed coefficients, and nn_fit() lm()'s", {
  line <- lm(c ~ u, thermometer)
  printed <- rbind(
    c(-17.3047855, 1.9272273, -8.97911, 8.701879e-06),
    c(0.5367719, 0.0355386, 15.10391, 1.062435e-07)
  )
  expect_equal(unname(summary(line)$coefficients), printed, tolerance = 1e-6)
  expect_equal(round(mean(line$residuals^2), 2), 2.93)
  skip_if_no_torch()
  expect_equal(coef(nn_fit(c ~ u, thermometer)), coef(line), tolerance = 1e-7)
})

test_that("the loss at (1, 0), and its gradient by calculus and by autograd", {
  skip_if_no_torch()
  params <- float32(c(1, 0), requires_grad = TRUE)
  loss <- squared_error(straight(readings(), params[1], params[2]), celsius())
  expect_equal(as.numeric(loss), 1763.8846, tolerance = 1e-7)

  error <- 2 * (readings() - celsius()) / 11
  by_calculus <- c(sum(error * readings()), sum(error))
  expect_equal(as.vector(by_calculus), c(4517.2969, 82.6), tolerance = 5e-7)
  loss$backward(retain_graph = TRUE)
  expect_equal(as.vector(params$grad), c(4517.2969, 82.6), tolerance = 5e-7)
  loss$backward()
  expect_equal(as.vector(params$grad), 2 * c(4517.2969, 82.6), tolerance = 5e-7)
  expect_equal(as.vector(params$grad$zero_()), c(0, 0))
})

# A loss of 5.8 million is held to a half in float32, which is 0.025 of b: the
# printed 46.0250 is what adding up in order gives, torch's sum is a unit away.
test_that("the step by finite differences", {
  skip_if_no_torch()
  step <- function(average, number) {
    u <- number(thermometer$u)
    c <- number(thermometer$c)
    loss <- function(w, b) average((straight(u, w, b) - c)^2)
    w <- number(1)
    b <- number(0)
    w <- w - 0.01 * (loss(w + 0.1, b) - loss(w - 0.1, b)) / 0.2
    b <- b - 0.01 * (loss(w, b + 0.1) - loss(w, b - 0.1)) / 0.2
    c(as.numeric(w), as.numeric(b))
  }
  one_by_one <- function(x) Reduce(`+`, lapply(seq_along(x), function(i) x[i])) / length(x)
  expect_equal(round(step(one_by_one, float32), 4), c(-44.1730, 46.0250))
  expect_equal(step(mean, float32), c(-44.1730, 46.0250), tolerance = 0.05 / 46)
  expect_equal(step(mean, as.numeric), c(-44.17296, 45.97319), tolerance = 1e-6)
})

test_that("raw readings diverge", {
  skip_if_no_torch()
  expect_warning(
    fit <- nn_fit(
      c ~ u, thermometer, model = from_one_and_zero(),
      optimizer = "sgd", learn_rate = 0.01, epochs = 50, scale = FALSE
    ),
    class = "nnfit_warning_diverged"
  )
  expect_identical(fit$stopped, "diverged")
})

test_that("tenths of them descend by the printed losses to the printed line", {
  skip_if_no_torch()
  fit <- descend(thermometer, 5000)
  printed <- fixture("seed-1-descent.csv")
  expect_equal(loss_table(fit)$train_loss[printed$epoch], printed$loss, tolerance = 1.5e-6)
  expect_equal(unlist(coef(fit), use.names = FALSE), c(5.3671, -17.3012), tolerance = 5e-6)
})

test_that("the same by R's operators, by calculus and by an optimizer", {
  skip_if_no_torch()
  printed <- fixture("seed-1-descent.csv")[1:4, ]
  params <- float32(c(1, 0))
  watched <- float32(c(1, 0), requires_grad = TRUE)
  optimizer <- torch$optim$SGD(list(watched), lr = 0.01)
  losses <- sapply(1:10, function(epoch) {
    error <- straight(tenths(), params[1], params[2]) - celsius()
    params <<- params - 0.01 * 2 / 11 * c(sum(error * tenths()), sum(error))
    loss <- squared_error(straight(tenths(), watched[1], watched[2]), celsius())
    optimizer$zero_grad()
    loss$backward()
    optimizer$step()
    c(mean(as.vector(error)^2), as.numeric(loss))
  })
  expect_equal(losses[1, printed$epoch], printed$loss, tolerance = 1e-6)
  expect_equal(losses[2, printed$epoch], printed$loss, tolerance = 1e-6)
})

test_that("one small step of SGD", {
  skip_if_no_torch()
  params <- float32(c(1, 0), requires_grad = TRUE)
  optimizer <- torch$optim$SGD(list(params), lr = 1e-5)
  squared_error(straight(tenths(), params[1], params[2]), celsius())$backward()
  optimizer$step()
  expect_equal(as.vector(params), c(1.0008, 1.0640e-4), tolerance = 5e-5)
})

# The document drew its rows; only these two have the losses that it prints.
test_that("held out, rows 7 and 8 are lost again", {
  skip_if_no_torch()
  fit <- descend(thermometer[-(7:8), ], 3000, validation = held_out(7:8))
  printed <- fixture("seed-1-validation.csv")
  table <- loss_table(fit)[printed$epoch, ]
  expect_equal(table$train_loss, printed$train_loss, tolerance = 1e-5)
  expect_equal(table$valid_loss, printed$valid_loss, tolerance = 1e-5)
  expect_equal(unlist(coef(fit), use.names = FALSE), c(5.8612, -20.4629), tolerance = 1e-5)
})

test_that("held out, rows 5 and 10 settle where the document's second loop ends", {
  skip_if_no_torch()
  fit <- descend(thermometer[-c(5, 10), ], 3000, validation = held_out(c(5, 10)))
  last <- utils::tail(loss_table(fit), 1)
  expect_equal(c(last$train_loss, last$valid_loss), c(2.4288, 6.5616), tolerance = 1e-3)
  expect_equal(unlist(coef(fit), use.names = FALSE), c(5.4813, -17.4250), tolerance = 1e-4)
})

test_that("the leaky ReLU over the printed range", {
  skip_if_no_torch()
  input <- seq(-3, 3, by = 0.1)
  table <- activation_table(list("leaky_relu", negative_slope = 0.1), input)
  expect_equal(table$output, ifelse(input < 0, input / 10, input), tolerance = 1e-6)
})

test_that("nn.Linear with the printed weight and bias", {
  skip_if_no_torch()
  layer <- torch$nn$Linear(1L, 1L)
  torch$nn$init$constant_(layer$weight, -0.2770)
  torch$nn$init$constant_(layer$bias, -0.7339)
  output <- layer(float32(cbind(thermometer$c[1:3])))
  expect_equal(as.vector(output), c(-0.8724, -4.6115, -4.8885), tolerance = 1e-4)
})

test_that("thirteen units have the printed parameters, in whatever way they are written", {
  skip_if_no_torch()
  nn <- torch$nn
  named <- nn$Sequential()
  named$add_module("hidden_linear", nn$Linear(1L, 13L))
  named$add_module("hidden_activation", nn$Tanh())
  named$add_module("output_linear", nn$Linear(13L, 1L))
  Functional <- reticulate::PyClass("Functional", inherit = nn$Module, defs = list(
    `__init__` = function(self) {
      super()$`__init__`()
      self$hidden_linear <- nn$Linear(1L, 13L)
      self$output_linear <- nn$Linear(13L, 1L)
      NULL
    },
    forward = function(self, x) self$output_linear(torch$tanh(self$hidden_linear(x)))
  ))
  sequence <- nn$Sequential(nn$Linear(1L, 13L), nn$Tanh(), nn$Linear(13L, 1L))
  for (model in list(sequence, named, Functional())) {
    table <- summary(nn_fit(c ~ u, thermometer, model = model, epochs = 1))$parameters
    expect_identical(table$shape, c("13 x 1", "13", "1 x 13", "1"))
    expect_equal(table$parameters, c(13, 13, 13, 1))
  }
  expect_identical(
    table$name,
    c("hidden_linear.weight", "hidden_linear.bias", "output_linear.weight", "output_linear.bias")
  )
})

# Printed there: 1.23 after one training, 1.28 after another; unseeded.
test_that("the network comes below the line on the rows it was trained on", {
  skip_if_no_torch()
  rows <- -c(5, 10)
  network <- nn_fit(
    c ~ u, thermometer[rows, ], hidden_units = 13, activation = "tanh",
    optimizer = "sgd", learn_rate = 0.02, epochs = 5000, seed = 1
  )
  line <- mean(residuals(lm(c ~ u, thermometer[rows, ]))^2)
  expect_lt(utils::tail(loss_table(network)$train_loss, 1), 0.75 * line)
})
