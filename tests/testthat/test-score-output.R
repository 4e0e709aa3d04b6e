# By the loss's name: an outcome that it takes.
outcome_for <- function(family) {
  switch(family$outcome,
    class = "kind", binary = "yes", survival = NULL,
    numeric = if (!is.na(family$above)) "positive" else if (!is.na(family$at_least)) "count"
      else "number"
  )
}

types_of <- function(fit) {
  c(
    "response", "link", if (!is.null(fit$outcome$levels)) "class",
    if (isTRUE(loss_family(fit$options$loss)$probabilities)) "prob"
  )
}

test_that("every loss of the catalog, linear and a network, by all types", {
  skip_if_no_torch()
  set.seed(1)
  rows <- random_rows(80)
  rows$time <- stats::rexp(80)
  rows$status <- rep(0:1, c(20, 60))
  kinds <- expand.grid(
    loss = catalog("loss")$name, units = c(0, 4), dtype = c("float32", "float64"),
    stringsAsFactors = FALSE
  )
  for (i in seq_len(nrow(kinds))) {
    loss <- kinds$loss[i]
    outcome <- outcome_for(loss_family(loss)) %||% "survival::Surv(time, status)"
    fit <- suppressWarnings(nn_fit(stats::as.formula(paste(outcome, "~ a + k")), rows,
      hidden_units = kinds$units[i][kinds$units[i] > 0], loss = loss, epochs = 3, seed = 1,
      optimizer = "adam", dtype = kinds$dtype[i]
    ))
    for (type in types_of(fit)) expect_scored(fit, rows, type = type, info = paste(loss, type))
  }
})

test_that("every link that a loss may have", {
  skip_if_no_torch()
  set.seed(2)
  rows <- random_rows(60)
  table <- table_of_core("options", "arguments", colClasses = "character")
  table <- table[table$kind == "loss" & table$argument %in% "link", ]
  for (row in seq_len(nrow(table))) {
    for (loss in strsplit(table$of[row], " ")[[1]]) {
      for (link in strsplit(table$choices[row], " ")[[1]]) {
        outcome <- if (loss == "mse") "positive" else outcome_for(loss_family(loss))
        fit <- suppressWarnings(nn_fit(stats::as.formula(paste(outcome, "~ a + k")), rows,
          loss = list(loss, link = link), epochs = 2, seed = 1, hidden_units = 3
        ))
        expect_scored(fit, rows, info = paste(loss, link))
        expect_identical(fit$options$link, link)
      }
    }
  }
  expect_warning(response_under("1/mu^2")(matrix(-1)), NA)
})

test_that("levels of several outcomes do not cross", {
  skip_if_no_torch()
  set.seed(3)
  rows <- random_rows(50)
  fit <- nn_fit(cbind(number, other) ~ a + k, rows, hidden_units = 4, epochs = 2, seed = 2,
    loss = list("quantile", level = c(0.1, 0.5, 0.9)), dtype = "float64"
  )
  response <- expect_scored(fit, rows)
  expect_true(all(response[, 1] <= response[, 3] & response[, 4] <= response[, 6]))
  expect_false(identical(unname(response), unname(expect_scored(fit, rows, type = "link"))))
})

test_that("offsets enter before what ends a network", {
  skip_if_no_torch()
  set.seed(5)
  rows <- random_rows(50)
  offset <- stats::runif(50, -2, 2)
  for (loss in c("bce", "bce_with_logits")) {
    fit <- nn_fit(yes ~ a + k, rows, loss = loss, offset = offset, hidden_units = 3, epochs = 2)
    expect_scored(fit, rows, offset = offset)
    expect_scored(fit, rows[1:3, ], offset = c(600, -600, 0))
  }
  three <- matrix(stats::runif(150), 50)
  for (loss in c("nll", "cross_entropy")) {
    fit <- nn_fit(kind ~ a, rows, loss = loss, offset = three, hidden_units = 3, epochs = 2)
    expect_scored(fit, rows, offset = three, type = "prob")
  }
  fit <- nn_fit(number ~ a, rows, loss = "gaussian_nll", offset = offset, hidden_units = 3,
    epochs = 2
  )
  expect_scored(fit, rows, offset = offset, type = "link")
})

test_that("many rows are computed some at a time, and the last network is kept", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 2, members = 2, seed = 1)
  rows <- mtcars[rep(1:32, length.out = 2 * rows_at_once + 7), ]
  expect_identical(
    unname(predict(fit, rows, engine = "r")),
    unname(rep_len(predict(fit, mtcars, engine = "r"), nrow(rows)))
  )
  kept <- cache$scorer
  predict(fit, mtcars, engine = "r")
  expect_identical(cache$scorer, kept)
  other <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 2, members = 2, seed = 2)
  expect_scored(other, mtcars)
  expect_scored(fit, mtcars)
})
