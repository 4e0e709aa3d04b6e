skip_if_no_torch()

data <- transform(mtcars, gear = factor(gear))
fit <- nn_fit(mpg ~ wt * gear + hp, data)

test_that("steps are those of ALEPlot", {
  # the algorithm of Apley and Zhu (2020), written out for one number
  z <- unique(quantile(data$wt, 0:4 / 4, type = 1, names = FALSE))
  cell <- cut(data$wt, z, labels = FALSE, include.lowest = TRUE)
  low <- predict(fit, transform(data, wt = z[cell]))
  high <- predict(fit, transform(data, wt = z[cell + 1]))
  steps <- as.vector(tapply(high - low, cell, mean))
  f <- c(0, cumsum(steps))
  n <- as.vector(table(cell))
  f <- f - sum(n * (f[-1] + f[-5]) / 2) / sum(n)
  found <- nn_effects(fit, "wt", type = "ale", grid = 4)
  expect_equal(found$wt, z)
  expect_equal(found$effect, f, tolerance = 1e-8)
})

test_that("levels move to the next, and rows of both tell of it", {
  found <- nn_effects(fit, "gear", type = "ale")
  order <- as.character(found$gear)
  at <- function(rows, level) {
    predict(fit, transform(rows, gear = factor(level, levels(data$gear))))
  }
  steps <- vapply(1:2, function(k) {
    rows <- data[data$gear %in% order[k + 0:1], ]
    mean(at(rows, order[k + 1]) - at(rows, order[k]))
  }, 0)
  f <- c(0, cumsum(steps))
  f <- f - sum(f * table(data$gear)[order]) / 32
  expect_equal(found$effect, f, tolerance = 1e-8)
})

test_that("levels are in an order in which neighbours are alike", {
  rows <- data.frame(
    f = factor(rep(c("low", "high", "mid"), each = 20)), x = c(1:20, 41:60, 21:40),
    g = rep(c("a", "b", "b"), each = 20)
  )
  variable <- list(name = "f", levels = levels(rows$f))
  expect_true(identical(level_order(variable, rows), c("low", "mid", "high")) ||
    identical(level_order(variable, rows), c("high", "mid", "low")))
  rows$f <- factor(rows$f, c("low", "high", "mid"), ordered = TRUE)
  variable$levels <- levels(rows$f)
  expect_identical(level_order(variable, rows), levels(rows$f))
})

test_that("a variable that does not vary has no intervals", {
  expect_refused(
    nn_effects(fit, "wt", transform(data, wt = 2), type = "ale"), "data", "different values of wt",
    from = "nn_effects"
  )
})
