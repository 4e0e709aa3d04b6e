test_that("the two-layer program runs as R users write it, to every printed digit", {
  skip_if_no_torch()
  torch$manual_seed(0)
  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  model <- torch$nn$Sequential(
    torch$nn$Linear(1000L, 100L), torch$nn$ReLU(), torch$nn$Linear(100L, 10L)
  )
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  learning_rate <- 1e-4
  losses <- numeric(500)
  for (t in 1:500) {
    loss <- loss_fn(model(x), y)
    losses[t] <- loss$item()
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), {
      for (param in iterate(model$parameters())) {
        param$data <- param$data - param$grad * learning_rate
      }
    })
  }
  printed <- fixture("two-layer-loss.csv")$train_loss
  # Half a unit of the last printed digit; the rest is the order of torch's sums.
  unit <- 10^(floor(log10(printed)) - 2)
  expect_lt(max(abs(losses - printed) / unit), 0.52)
})
