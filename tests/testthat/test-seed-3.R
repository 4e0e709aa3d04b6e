# Document 3, which the page "A two-layer network, by hand and in one call" follows. Its data are
# drawn after `manual_seed(0)`, so that the 500 printed losses come out again.

printed_losses <- function() fixture("two-layer-loss.csv")$train_loss

# They are printed with three digits: half a unit of the third, and what versions of torch differ
# by. Each of them: a mean over all would not see that the last 200 are other numbers.
expect_printed <- function(losses) {
  printed <- printed_losses()
  expect_length(losses, length(printed))
  units <- 10^(floor(log10(printed)) - 2)
  expect_lt(max(abs(losses - printed) / (0.5 * units + 2e-4 * printed)), 1)
}

# The program as it is printed there, but for its last lines; `epochs` of them. It needs `device`.
program <- quote({
  invisible(torch$manual_seed(0))
  N <- 64L
  D_in <- 1000L
  H <- 100L
  D_out <- 10L
  x <- torch$randn(N, D_in, device = device)
  y <- torch$randn(N, D_out, device = device)
  model <- torch$nn$Sequential(
    torch$nn$Linear(D_in, H),
    torch$nn$ReLU(),
    torch$nn$Linear(H, D_out)
  )$to(device)
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  learning_rate <- 1e-4
  loss_row <- list(vector())
  for (t in seq_len(epochs)) {
    y_pred <- model(x)
    loss <- loss_fn(y_pred, y)
    loss_row[[t]] <- c(t, loss$item())
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), {
      for (param in iterate(model$parameters())) {
        param$data <- param$data - param$grad * learning_rate
      }
    })
  }
})

run_program <- function(epochs, device = torch$device("cpu")) {
  here <- environment()
  eval(program, here)
  here
}

losses_of <- function(run) vapply(run$loss_row, `[`, 0, 2)

in_one_call <- function(epochs = 500) {
  invisible(torch$manual_seed(0))
  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  nn_fit(
    x, y, hidden_units = 100, activation = "relu", loss = "mse", reduction = "sum",
    optimizer = "sgd", learn_rate = 1e-4, epochs = epochs, scale = FALSE, seed = NA
  )
}

test_that("document 3, lines 11-26, 32-533, 541-592: the program gives the printed losses", {
  skip_if_no_torch()
  run <- run_program(500)
  expect_identical(list(dim(run$x), dim(run$y)), list(c(64L, 1000L), c(64L, 10L)))
  losses <- losses_of(run)
  expect_printed(losses)
  expect_match(
    as.character(reticulate::py_str(run$model)),
    "in_features=1000, out_features=100.*ReLU.*in_features=100, out_features=10"
  )
  sizes <- sapply(iterate(run$model$parameters()), function(p) p$numel())
  expect_equal(sizes, c(100000, 100, 1000, 10))

  fit <- in_one_call()
  differences <- abs(loss_table(fit)$train_loss / losses - 1)
  expect_length(differences, 500)
  expect_lt(max(differences), 1e-3)
})

test_that("document 3, line 20: without a line for it there is no device", {
  skip_if_no_torch()
  elsewhere <- list2env(list(torch = torch, epochs = 1), parent = baseenv())
  expect_error(eval(program, elsewhere), "object 'device' not found")
})

test_that("document 3, lines 28-30: the sum of squares, and the mean by its old and its new name", {
  skip_if_no_torch()
  prediction <- torch$randn(64L, 10L)
  truth <- torch$randn(64L, 10L)
  of <- function(reduction) torch$nn$MSELoss(reduction = reduction)(prediction, truth)$item()
  expect_equal(of("sum"), 640 * of("mean"), tolerance = 1e-6)
  warnings <- reticulate::import("warnings")
  with(warnings$catch_warnings(), {
    warnings$simplefilter("error")
    expect_error(of("elementwise_mean"), "deprecated")
    warnings$simplefilter("ignore")
    expect_identical(of("elementwise_mean"), of("mean"))
  })
})

test_that("document 3, lines 535-539 and 589: the operators are the methods", {
  skip_if_no_torch()
  param <- torch$randn(5L, 3L)
  grad <- torch$randn(5L, 3L)
  by_methods <- torch$sub(param, torch$mul(grad, torch$scalar_tensor(1e-4)))
  expect_identical(as.array(param - grad * 1e-4), as.array(by_methods))
})

test_that("document 3, line 594: the losses are a data frame, a row for each epoch", {
  skip_if_no_torch()
  table <- loss_table(in_one_call())
  expect_s3_class(table, "data.frame")
  expect_identical(dim(table), c(500L, 2L))
  expect_printed(table$train_loss)
})

# Calls of Python, and parts of its objects looked up, set or gone through. The names are those
# of reticulate 1.28 and 1.41 alike; what it converts besides is not counted.
crossings <- function(code) {
  reticulate <- asNamespace("reticulate")
  ways <- c("py_call_impl", "py_get_attr", "py_set_attr", "py_iterate")
  count <- 0
  one_more <- function() count <<- count + 1
  for (way in ways) {
    suppressMessages(
      trace(way, tracer = as.call(list(one_more)), where = reticulate, print = FALSE)
    )
  }
  on.exit(for (way in ways) suppressMessages(untrace(way, where = reticulate)))
  force(code)
  count
}

# "about 40 times an epoch, some 20,000 times in all"; "a handful of times, however many epochs"
test_that("the loop crosses about 40 times an epoch, nn_fit() a handful of times in all", {
  skip_if_no_torch()
  run_program(1)
  some <- crossings(run_program(5))
  more <- crossings(run_program(15))
  an_epoch <- (more - some) / 10
  expect_gte(an_epoch, 36)
  expect_lte(an_epoch, 44)
  expect_equal(500 * an_epoch, 20000, tolerance = 0.1)

  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  one_call <- function(epochs) {
    nn_fit(
      x, y, hidden_units = 100, activation = "relu", optimizer = "sgd", learn_rate = 1e-4,
      epochs = epochs, scale = FALSE, seed = 1
    )
  }
  one_call(2)
  expect_lte(crossings(one_call(2)), 10)
  expect_identical(crossings(one_call(200)), crossings(one_call(2)))
})

test_that("64 rows span no more than 64 dimensions, and descent stays there", {
  skip_if_no_torch()
  run <- run_program(2)
  x <- as.array(run$x)
  expect_identical(qr(x)$rank, 64L)
  gradient <- as.array(iterate(run$model$parameters())[[1]]$grad)
  beyond <- qr.resid(qr(t(x)), t(gradient))
  expect_lt(max(abs(beyond)), 1e-4 * max(abs(gradient)))
})
