# The cost of tensors as R values, each beside the same thing without it, in one
# process: Rscript bench/tensors.R. Medians of several runs; the last column is
# the aim. Quiet machines give the ratios that count.

options(width = 120)
library(nnfit)

# Microseconds per call.
time_call <- function(code, n = 2000L) {
  code <- eval(call("function", NULL, code), globalenv())
  for (i in seq_len(100L)) code()
  start <- proc.time()[["elapsed"]]
  for (i in seq_len(n)) code()
  (proc.time()[["elapsed"]] - start) / n * 1e6
}

# Both are timed in each of `runs` turns, so that a busy moment slows both; the
# ratio is the median of the turns' ratios.
compare <- function(what, ours, theirs, aim, unit = "us", time = time_call, runs = 7L) {
  turns <- replicate(runs, c(time(ours), time(theirs)))
  each <- apply(turns, 1, stats::median)
  data.frame(
    what = what, ours = signif(each[1], 3), theirs = signif(each[2], 3), unit = unit,
    ratio = round(stats::median(turns[1, ] / turns[2, ]), 2), aim = aim
  )
}

time_once <- function(code) system.time(eval(code, globalenv()))[["elapsed"]]

x <- torch$randn(3L, 2L)
y <- torch$randn(3L, 2L)
torch_add <- torch$add
small <- list(
  compare("x + y / torch$add(x, y)", quote(x + y), quote(torch$add(x, y)), "<= 0.65"),
  compare("the floor: torch_add(x, y) / torch$add(x, y)", quote(torch_add(x, y)),
    quote(torch$add(x, y)), "0.53"),
  compare("x * 2 / torch$mul(x, 2)", quote(x * 2), quote(torch$mul(x, 2)), ""),
  compare("x[1, ] / x$select(0L, 0L)", quote(x[1, ]), quote(x$select(0L, 0L)), "<= 1")
)

# The two-layer network's loop, its update written with operators and with torch's functions.
update_with <- list(
  operators = quote(param$data <- param$data - param$grad * learning_rate),
  functions = quote(param$data <- torch$sub(param$data, torch$mul(param$grad, learning_rate)))
)
two_layers <- function(update, epochs = 100L) {
  torch$manual_seed(0)
  x <- torch$randn(64L, 1000L)
  y <- torch$randn(64L, 10L)
  model <- torch$nn$Sequential(
    torch$nn$Linear(1000L, 100L), torch$nn$ReLU(), torch$nn$Linear(100L, 10L)
  )
  loss_fn <- torch$nn$MSELoss(reduction = "sum")
  learning_rate <- 1e-4
  loop <- bquote(for (t in seq_len(epochs)) {
    loss <- loss_fn(model(x), y)
    loss$item()
    model$zero_grad()
    loss$backward()
    with(torch$no_grad(), for (param in iterate(model$parameters())) .(update))
  })
  eval(loop)
}
loop <- compare(
  "two-layer loop, operators / torch$sub(), torch$mul(); 100 epochs",
  quote(two_layers(update_with$operators)), quote(two_layers(update_with$functions)),
  "<= 0.7", "s", time_once
)

big <- torch$randn(1000000L, 20L)
big_matrix <- matrix(stats::rnorm(2e7), ncol = 20)
invisible(as.array(big))
large <- list(
  compare("as.array() of 1e6 x 20 float32 / x$numpy()", quote(as.array(big)), quote(big$numpy()),
    "<= 0.25 s", "s", time_once),
  compare("as_tensor() of 1e6 x 20 doubles / matrix + 0 in R", quote(as_tensor(big_matrix)),
    quote(big_matrix + 0), "one copy", "s", time_once)
)

print(do.call(rbind, c(small, list(loop), large)), right = FALSE, row.names = FALSE)
