# Do limits for the curve cover it? Rscript bench/confidence.R [REPEATS], or as a row of
# `make bench ROWS=confidence`.
#
# Simulated rows whose curve is known: at how many of 200 new places 95% limits hold it, on
# average over places, data sets and numbers of rows. Of untuned networks (the jackknife of
# their members), of plain networks of 8 units with 50 bootstrap replicates, and of linear
# models where the curve is a line (the t and the normal distribution).
options(width = 120)
suppressMessages(library(nnfit))

repeats <- as.integer(c(commandArgs(TRUE), 10)[1])
level <- 0.95

curves <- list(
  line = function(x) 1 + x[, 1],
  sine = function(x) sin(2 * x[, 1]),
  step = function(x) tanh(4 * x[, 1]) + x[, 2] / 2,
  product = function(x) x[, 1] * x[, 2],
  nothing = function(x) 0 * x[, 1]
)

# Outcomes about the curve, on the scale of the link.
outcomes <- list(
  normal = function(curve) curve + 0.5 * stats::rnorm(length(curve)),
  sizes = function(curve) stats::rgamma(length(curve), 4, 4 / exp(curve)),
  counts = function(curve) stats::rpois(length(curve), exp(curve)),
  classes = function(curve) factor(stats::runif(length(curve)) < stats::plogis(curve))
)
losses <- list(normal = "mse", sizes = "gamma_nll", counts = "poisson_nll", classes = "bce_with_logits")

models <- list(
  members = function(...) nn_fit(..., hidden_units = 32, progress = FALSE),
  bootstrap = function(...) {
    nn_fit(..., hidden_units = 8, epochs = 300, bootstrap = 50, progress = FALSE)
  },
  linear = function(...) nn_fit(..., progress = FALSE)
)

rows_of <- function(n) data.frame(a = stats::rnorm(n), b = stats::rnorm(n))

covered <- function(curve, outcome, model, n, seed) {
  set.seed(seed)
  data <- rows_of(n)
  data$y <- outcomes[[outcome]](curves[[curve]](data))
  fit <- suppressWarnings(
    models[[model]](y ~ a + b, data, loss = losses[[outcome]], seed = seed)
  )
  new <- rows_of(200)
  limits <- predict(fit, new, type = "link", interval = "confidence", level = level)
  truth <- curves[[curve]](new)
  mean(limits[, "lwr"] <= truth & truth <= limits[, "upr"])
}

average <- function(curve, outcome, model) {
  if (model == "linear" && !curve %in% c("line", "nothing")) return(NA)
  # These have no limits by members.
  if (model == "members" && outcome %in% c("counts", "classes")) return(NA)
  number <- if (model == "bootstrap") max(1, repeats %/% 3) else repeats
  mean(vapply(c(60, 200, 600), function(n) {
    mean(vapply(seq_len(number), function(seed) covered(curve, outcome, model, n, seed), 0))
  }, 0))
}

for (outcome in names(outcomes)) {
  table <- vapply(names(models), function(model) {
    vapply(names(curves), average, 0, outcome, model)
  }, numeric(length(curves)))
  cat("Places where", level, "limits hold the curve:", outcome, "\n")
  print(round(rbind(table, mean = colMeans(table, na.rm = TRUE)), 3))
}
