# The loop in R, one call into Python for each step of it. `update` is the caller's.
invisible(torch$manual_seed(0L))
x <- torch$randn(64L, 1000L)
y <- torch$randn(64L, 10L)

run <- function() {
  torch$manual_seed(1L)
  model <- torch$nn$Sequential(
    torch$nn$Linear(1000L, 100L), torch$nn$ReLU(), torch$nn$Linear(100L, 10L)
  )
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  losses <- numeric(500)
  for (epoch in 1:500) {
    loss <- loss_fn(model(x), y)
    losses[epoch] <- loss$item()
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), {
      for (param in reticulate::iterate(model$parameters())) update(param)
    })
  }
  losses
}

result <- function(losses) losses[500]
