# Document 4, which the pages "Layers, optimizers and modules of your own" and "Which loss?" follow:
# N = 64, D_in = 100, H = 200, D_out = 5, everything a thousandth. The draws were not seeded; what
# is printed lies where theory puts it, and so do ours.

printed <- list(
  first = c(0.6460272, 0.8535898, 0.9695357),
  by_hand = c(0.0003296934, 0.0003225007, 0.0003223465, 0.0003222662),
  adam = c(0.8535897731781006, 0.17912806570529938, 0.01988973654806614, 0.001052224775776267),
  own = c(0.025007490068674088, 0.00031120050698518753, 0.00028305905289016664,
    0.00026254617841914296)
)

small_data <- function(seed = 0) {
  invisible(torch$manual_seed(seed))
  list(x = torch$randn(64L, 100L) * 0.001, y = torch$randn(64L, 5L) * 0.001)
}

test_that("document 4, lines 13-40: data of these sizes, and the version", {
  skip_if_no_torch()
  data <- small_data()
  expect_identical(list(dim(data$x), dim(data$y)), list(c(64L, 100L), c(64L, 5L)))
  expect_equal(sd(as.array(data$x)), 0.001, tolerance = 0.05)
  expect_match(as.character(torch$`__version__`), "^[0-9]+[.][0-9]+")
})

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
test_that("document 4, lines 83, 167 and 230: the first loss is as the initial weights predict", {
  skip_if_no_torch()
  interval <- 64 * (1 / 600 + 200 / 600^2) * qchisq(c(1e-4, 1 - 1e-4), 5)
  data <- small_data()
  first <- sapply(1:20, function(seed) train(data, small_network(seed), "sgd", 0.01, epochs = 1))
  expect_true(all(c(first, printed$first) > interval[1] & c(first, printed$first) < interval[2]))
})

test_that("document 4, lines 41-87: plain descent stays at the loss of predicting nothing", {
  skip_if_no_torch()
  data <- small_data()
  losses <- train(data, small_network(), "sgd", 0.01)
  floor <- sum(as.matrix(data$y)^2)
  expect_equal(losses[c(101, 201, 301, 401)], rep(floor, 4), tolerance = 0.05)
  expect_lt(losses[401], losses[101])
  # "Above that of the means, and even a little above that of zero"; "0.47 thousandths".
  means <- sum(scale(as.matrix(data$y), scale = FALSE)^2)
  expect_gt(losses[500], floor)
  expect_lt(means, floor)
  expect_equal(1000 * losses[101] / losses[1], 0.47, tolerance = 0.02)
  # The sum of 320 squares of a thousandth's noise.
  interval <- 1e-6 * qchisq(c(0.005, 0.995), 320)
  expect_true(all(printed$by_hand > interval[1] & printed$by_hand < interval[2]))
  expect_true(all(losses[c(101, 201, 301, 401)] > interval[1] & losses[401] < interval[2]))
})

# What is on top of the loss of the means is the same in size for every row: noise of weights
# that were never learnt.
test_that("the weights of the first layer hardly move, and the biases learn the means", {
  skip_if_no_torch()
  data <- small_data()
  model <- small_network()
  before <- as.array(iterate(model$parameters())[[1]])
  fit <- nn_fit(
    data$x, data$y, model = model, loss = "mse", reduction = "sum", optimizer = "sgd",
    learn_rate = 0.01, epochs = 500, scale = FALSE
  )
  after <- fit$parameters[["0.weight"]]
  expect_lt(sqrt(sum((after - before)^2) / sum(before^2)), 0.001)
  predicted <- predict(fit, as.matrix(data$x))
  expect_equal(colMeans(predicted), colMeans(as.matrix(data$y)), tolerance = 1e-2)
  on_top <- sum(scale(predicted, scale = FALSE)^2)
  means <- sum(scale(as.matrix(data$y), scale = FALSE)^2)
  expect_lt(on_top, 0.1 * means)
})

test_that("document 4, lines 52-80: descent by R's operators is that of nn_fit()", {
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
  expect_lt(max(abs(train(data, small_network(), "sgd", 0.01, 20) / by_hand - 1)), 1e-4)
})

test_that("document 4, lines 90-100: the losses of torch's, and how the last two are one", {
  skip_if_no_torch()
  nn <- torch$nn
  score <- as_tensor(rbind(c(1, 2, 0.5), c(-1, 0, 3)))
  class <- torch$tensor(c(1L, 0L))
  of_scores <- nn$CrossEntropyLoss()(score, class)$item()
  expect_equal(nn$NLLLoss()(torch$log_softmax(score, 1L), class)$item(), of_scores)
  p <- exp(as.array(score)) / rowSums(exp(as.array(score)))
  expect_equal(of_scores, -mean(log(c(p[1, 2], p[2, 1]))))
  expect_equal(nn$MSELoss()(score, 2 * score)$item(), mean(as.array(score)^2))
})

test_that("document 4, lines 148-154: the model's zero_grad() clears all, an optimizer's its own", {
  skip_if_no_torch()
  model <- small_network()
  data <- small_data()
  gradient <- function() {
    sum(model(data$x)^2)$backward()
    vapply(iterate(model$parameters()), function(p) p$grad$abs()$sum()$item(), 0)
  }
  left <- function() {
    vapply(iterate(model$parameters()), function(p) {
      if (is.null(p$grad)) 0 else p$grad$abs()$sum()$item()
    }, 0)
  }
  once <- gradient()
  expect_true(all(once > 0))
  expect_equal(gradient(), 2 * once, tolerance = 1e-4)
  layers <- iterate(model$children())
  torch$optim$SGD(layers[[3]]$parameters(), lr = 1)$zero_grad()
  expect_equal(left() > 0, c(TRUE, TRUE, FALSE, FALSE))
  torch$optim$SGD(model$parameters(), lr = 1)$zero_grad()
  expect_equal(left(), rep(0, 4))
  gradient()
  model$zero_grad()
  expect_equal(left(), rep(0, 4))
})

test_that("document 4, lines 133-170: Adam falls fourfold each 50 epochs, then below the means", {
  skip_if_no_torch()
  losses <- train(small_data(), small_network(), "adam", 1e-4)
  for (some in list(losses[c(1, 51, 101, 151)], printed$adam)) {
    expect_lt(max(some[-1] / some[-4]), 1 / 4)
  }
  expect_lt(losses[401], losses[301])
  expect_lt(losses[301], train(small_data(), small_network(), "sgd", 0.01)[301])
  means <- sum(scale(as.matrix(small_data()$y), scale = FALSE)^2)
  expect_lt(losses[500], means)
  expect_lt(train(small_data(), small_network(), "rmsprop", 1e-4)[500], means)
})

test_that("document 4, lines 102-162: a loop with torch's Adam is nn_fit()'s", {
  skip_if_no_torch()
  data <- small_data()
  model <- small_network()
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  optimizer <- torch$optim$Adam(model$parameters(), lr = 1e-4)
  by_hand <- sapply(1:60, function(epoch) {
    loss <- loss_fn(model(data$x), data$y)
    optimizer$zero_grad()
    loss$backward()
    optimizer$step()
    loss$item()
  })
  expect_lt(max(abs(train(data, small_network(), "adam", 1e-4, 60) / by_hand - 1)), 1e-4)
})

test_that("document 4, lines 173-234: a class with a clamp is the sequence with its ReLU", {
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
  of_class <- train(data, own, "adam", 1e-4)
  of_sequence <- train(data, small_network(), "adam", 1e-4)
  expect_lt(max(abs(of_class / of_sequence - 1)), 1e-3)
  expect_true(all(diff(of_class[c(101, 201, 301, 401)]) < 0))
  # Down to the size of what is printed, and below the loss of predicting nothing.
  expect_equal(log10(of_class[c(201, 301, 401)]), log10(printed$own[-1]), tolerance = 0.02)
  expect_lt(of_class[401], sum(as.matrix(data$y)^2))
})

# The page "Which loss?": least absolute errors, and the line through two of the readings that has
# the least of all such lines.
test_that("the line of \"l1\" goes through two of the readings, and is exact", {
  skip_if_no_torch()
  wrong <- transform(thermometer, c = ifelse(c == 28, 82, c))
  through <- apply(combn(11, 2), 2, function(pair) {
    line <- coef(lm(c ~ u, wrong[pair, ]))
    c(line, mean(abs(wrong$c - line[1] - line[2] * wrong$u)))
  })
  best <- through[, which.min(through[3, ])]
  expect_equal(unname(best), c(-21.8807339, 0.6269113, 6.3860161), tolerance = 1e-7)
  fit <- nn_fit(c ~ u, wrong, loss = "l1", seed = 1)
  expect_equal(unname(coef(fit)), unname(best[1:2]), tolerance = 1e-6)
  expect_identical(sum(abs(residuals(fit)) < 1e-6), 2L)
})

test_that("a loss between squares and absolute values has a line between theirs", {
  skip_if_no_torch()
  wrong <- transform(thermometer, c = ifelse(c == 28, 82, c))
  line <- function(loss) coef(nn_fit(c ~ u, wrong, loss = loss, seed = 1))
  between <- line(function(prediction, truth) mean(abs(prediction - truth)^1.5))
  lines <- cbind(line("l1"), line("mse"))
  expect_true(all(between > apply(lines, 1, min) & between < apply(lines, 1, max)))
})

test_that("a tenth of the cars, more or less, is below and above the quantiles", {
  skip_if_no_torch()
  fit <- nn_fit(dist ~ speed, cars, loss = list("quantile", level = c(0.1, 0.5, 0.9)))
  below <- colMeans(cars$dist < fitted(fit))
  expect_true(all(abs(below - c(0.1, 0.5, 0.9)) <= 0.04))
})

test_that("two losses of three classes are one; petals tell setosa from the others", {
  skip_if_no_torch()
  expect_lt(
    max(iris$Petal.Length[iris$Species == "setosa"]),
    min(iris$Petal.Length[iris$Species != "setosa"])
  )
  fit <- function(loss) {
    suppressWarnings(nn_fit(
      Species ~ Petal.Length + Petal.Width, iris, loss = loss, epochs = 500, seed = 1
    ))
  }
  fits <- lapply(c("cross_entropy", "nll"), fit)
  expect_equal(loss_table(fits[[1]]), loss_table(fits[[2]]), tolerance = 1e-6)
  expect_warning(
    nn_fit(Species ~ Petal.Length + Petal.Width, iris, epochs = 500, seed = 1), "without end"
  )
})
