# Random networks to hold predictions in R to torch's: fixed by their number.

# Rows with numbers, classes and an offset, and an outcome for each loss.
random_rows <- function(rows) {
  x <- data.frame(
    a = stats::rnorm(rows, 20, 5), b = stats::rexp(rows), k = stats::rnorm(rows, sd = 0.1),
    f = factor(sample(letters[1:4], rows, TRUE)), g = factor(sample(LETTERS[1:15], rows, TRUE)),
    o = stats::runif(rows, -0.5, 0.5)
  )
  eta <- (x$a - 20) / 10 + x$k + as.integer(x$f) / 4
  x$number <- eta * 30 + stats::rnorm(rows)
  x$other <- 100 - eta + stats::rnorm(rows, sd = 0.1)
  x$positive <- exp(eta + stats::rnorm(rows, sd = 0.1))
  x$count <- stats::rpois(rows, exp(eta))
  x$yes <- factor(eta + stats::rnorm(rows) > 0.5)
  x$kind <- factor(sample(c("u", "v", "w"), rows, TRUE))
  x
}

# A loss, with the outcome that it takes.
random_loss <- function() {
  losses <- list(
    list("number", NULL), list("cbind(number, other)", NULL), list("number", "huber"),
    list("number", "l1"), list("number", "gaussian_nll"),
    list("number", list("quantile", level = c(0.1, 0.5, 0.9))),
    list("cbind(number, other)", list("expectile", level = c(0.2, 0.8))),
    list("count", "poisson_nll"), list("count", list("poisson_nll", link = "sqrt")),
    list("count", "negative_binomial_nll"), list("positive", "gamma_nll"),
    list("positive", "inverse_gaussian_nll"), list("positive", "tweedie_nll"),
    list("positive", list("gamma_nll", link = "log")), list("yes", NULL), list("yes", "bce"),
    list("yes", list("bce_with_logits", link = "probit")),
    list("yes", list("bce_with_logits", link = "cloglog")),
    list("yes", list("bce_with_logits", link = "cauchit")), list("yes", "soft_margin"),
    list("kind", NULL), list("kind", "nll"), list("kind", "focal"), list("kind", "multi_margin"),
    list("yes", "cross_entropy")
  )
  losses[[sample(length(losses), 1)]]
}

random_network <- function(number) {
  set.seed(number)
  one <- function(...) sample(list(...), 1)[[1]]
  rows <- random_rows(60)
  loss <- random_loss()
  layers <- sample(0:3, 1)
  units <- if (layers && stats::runif(1) < 0.4) rep(5L, layers) else sample(3:9, layers, TRUE)
  activations <- setdiff(catalog("activation")$name, c("log_softmax", "softmin"))
  offset <- stats::runif(1) < 0.3 && loss[[1]] != "kind" && !identical(loss[[2]], "cross_entropy")
  terms <- paste(c("a", "b", "k", "f", one("g", "a:f", "log(b)")), collapse = " + ")
  members <- if (layers) one(NULL, NULL, 3L)
  chosen <- sample(setdiff(activations, if (length(members)) "prelu"), layers, TRUE)
  options <- list(
    formula = stats::as.formula(paste(loss[[1]], "~", terms, if (offset) "+ offset(o)")),
    data = rows, loss = loss[[2]], hidden_units = units, epochs = 3, seed = number,
    dtype = one("float32", "float64"), scale = one(TRUE, TRUE, FALSE),
    optimizer = "adam", learn_rate = 0.01
  )
  if (layers) {
    options <- c(options, list(
      activation = as.list(chosen), norm = one(NULL, NULL, "batch_norm", "layer_norm"),
      residual = layers > 1 && all(units == 5) && one(TRUE, FALSE),
      skip = one(TRUE, FALSE), dropout = one(0, 0.2),
      embed = one(NULL, TRUE), bias = one(TRUE, TRUE, FALSE)
    ))
    options$members <- members
  }
  options
}
