# A search that takes a moment.
search_of <- function(..., candidates = 3, folds = 2, epochs = 8, hidden_units = 2, seed = 1) {
  nn_tune(mpg ~ wt + hp, mtcars,
    ..., candidates = candidates, folds = folds, epochs = epochs, hidden_units = hidden_units,
    seed = seed
  )
}

# What nn_tune() gives, of numbers that are written here: what a fit learns is another on another
# machine.
fixed_search <- function(number = 24, stages = NULL, maximize = FALSE) {
  i <- seq_len(number)
  rate <- 10^(-3 + 2.5 * ((7 * i) %% number) / number)
  penalty <- 10^(-4 + 4 * ((11 * i) %% number) / number)
  size <- list(8, 32, c(32, 16))[i %% 3 + 1]
  score <- 4 + 6 * (log10(rate) + 1.5)^2 + i %% 3 + 0.1 * ((5 * i) %% 7)
  score <- if (maximize) 1 / score else score
  order <- order(if (maximize) -score else score)
  results <- tibble::tibble(
    rank = i, candidate = order, hidden_units = size[order], penalty = penalty[order],
    learn_rate = rate[order], mean = score[order], std_error = score[order] / 20,
    trained = 270L, stage = 1L, stopped = "epochs", chosen = i == 1
  )
  if (!is.null(stages)) {
    results$stage <- rep(1:3, c(16, 6, 2))[number + 1 - i]
    results$trained <- c(30L, 90L, 270L)[results$stage]
  }
  results$mean[number] <- NA
  results$std_error[number] <- NA
  results$stopped[number] <- "diverged"
  space <- list(
    hidden_units = new_choice(list(8, 32, c(32, 16)), "hidden_units"),
    penalty = structure(
      list(lower = 1e-4, upper = 1, log = TRUE, levels = 5, name = "penalty"),
      class = c("nn_range", "nn_axis")
    ),
    learn_rate = structure(
      list(lower = 0.001, upper = 0.5, log = TRUE, levels = 5, name = "learn_rate"),
      class = c("nn_range", "nn_axis")
    )
  )
  best <- list(
    hidden_units = results$hidden_units[[1]], penalty = results$penalty[1],
    learn_rate = results$learn_rate[1]
  )
  structure(list(
    call = quote(nn_tune()), formula = y ~ x, results = results, scores = NULL,
    folds = matrix(rep(1:5, 20)), stages = stages, best = best, fit = list(), changed = list(),
    method = if (is.null(stages)) "random" else "halving", select = "best",
    metric = if (maximize) "rsq", maximize = maximize, candidates = number, space = space,
    rows = 100L, options = list(loss = "mse", reduction = "mean"), seed = 1L, seconds = 1.234
  ), class = "nn_tune")
}

fixed_stages <- function() {
  tibble::tibble(candidates = c(24L, 8L, 2L), epochs = c(30L, 90L, 270L))
}
