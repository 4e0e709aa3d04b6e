skewed <- function() {
  set.seed(4)
  data <- data.frame(x = stats::rexp(90), z = stats::rnorm(90), w = stats::rlnorm(90, sd = 2))
  data$y <- sin(2 * data$x) + data$z
  data
}

test_that("columns are straightened and drawn in as torch's are", {
  skip_if_no_torch()
  fit <- nn_fit(y ~ ., skewed(), hidden_units = 4, seed = 1)
  expect_true(all(c(fit$options$tuned, fit$scaling$x_power != 1) %in% c(TRUE, FALSE)))
  expect_true(any(fit$scaling$x_power != 1))
  far <- data.frame(
    x = c(-5, 0, 1e6, 1e300, -1e300, 1), z = c(0, -50, 50, 1e200, -1e250, 1),
    w = c(1, -1, 0, 1e100, 1e305, NA)
  )
  expect_scored(fit, far)
})

test_that("each power of the ladder is computed as the core does it", {
  scaling <- list(x_power = c(-1, -0.5, 0, 0.5, 1, 2), x_low = rep(1, 6), x_unit = rep(2, 6))
  straight <- straightened(matrix(c(1, 7, -3, 1), 6, 4, byrow = TRUE), scaling)
  # z is 0, 3, -2
  expect_equal(straight[, 2], c(1 - 1 / 4, 2 * (1 - 1 / 2), log(4), 2 * (2 - 1), 7, (16 - 1) / 2))
  expect_equal(straight[-5, 3], rep(-2, 5))
  expect_equal(straight[-5, 1], rep(0, 5))
})

test_that("far values are drawn in, and squares may be beyond numbers", {
  x <- c(0, 1, -3, 1e8, -1e200, 1e308)
  expect_equal(drawn_in(x), c(0, 1 / sqrt(1 + 1 / 9), -3 / sqrt(2), 3, -3, 3))
})

test_that("rows beyond numbers are refused as torch refuses them", {
  skip_if_no_torch()
  data <- skewed()
  far <- data.frame(x = 1, z = c(1, 1.7e308), w = 1)
  fits <- list(
    nn_fit(y ~ ., data, hidden_units = 3, epochs = 2, dtype = "float64"),
    nn_fit(y ~ ., transform(data, z = z / 1e3), hidden_units = 3, epochs = 2),
    nn_fit(y ~ x + z + w, transform(data, z = z / 1e3))
  )
  for (fit in fits) {
    said <- lapply(c("r", "torch"), function(engine) {
      tryCatch(predict(fit, far, engine = engine), error = identity)
    })
    expect_identical(class(said[[1]]), class(said[[2]]))
    if (is.numeric(said[[2]])) {
      expect_equal(said[[1]], said[[2]])
    } else {
      expect_identical(conditionMessage(said[[1]]), conditionMessage(said[[2]]))
    }
  }
  expect_refused(
    predict(fits[[2]], far, engine = "r"), "argument", "so far from the rows of the fit",
    from = "predict"
  )
})
