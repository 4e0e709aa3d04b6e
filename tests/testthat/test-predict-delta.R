skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)
new <- mtcars[c(1, 15, 20, 31), ]

test_that("limits of a linear model are those of predict.lm()", {
  for (formula in list(mpg ~ wt + hp, mpg ~ wt - 1, mpg ~ poly(wt, 2) * am)) {
    fit <- nn_fit(formula, mtcars)
    expected <- lm(formula, mtcars)
    for (interval in c("confidence", "prediction")) {
      expect_equal(
        predict(fit, new, interval = interval, level = 0.9),
        predict(expected, new, interval = interval, level = 0.9), tolerance = 1e-9
      )
    }
    for (interval in c("none", "prediction")) {
      theirs <- predict(expected, new, se.fit = TRUE, interval = interval)
      theirs$se.fit <- stats::setNames(theirs$se.fit, rownames(new))
      expect_equal(predict(fit, new, se.fit = TRUE, interval = interval), theirs, tolerance = 1e-9)
    }
  }
})

test_that("standard errors are those of predict.glm(), on both scales", {
  families <- list(
    list(carb ~ wt + disp, poisson, "poisson_nll"),
    list(mpg ~ wt + disp, Gamma("log"), "gamma_nll"),
    list(am ~ wt, binomial, "bce_with_logits")
  )
  for (one in families) {
    fit <- nn_fit(one[[1]], mtcars, loss = one[[3]])
    expected <- glm(one[[1]], one[[2]], mtcars, control = tight)
    for (type in c("link", "response")) {
      ours <- predict(fit, new, type = type, se.fit = TRUE)
      theirs <- predict(expected, new, type = type, se.fit = TRUE)
      expect_equal(ours$fit, theirs$fit, tolerance = 1e-6)
      expect_equal(ours$se.fit, theirs$se.fit, tolerance = 1e-6)
      expect_equal(ours$residual.scale, theirs$residual.scale, tolerance = 1e-6)
    }
  }
})

test_that("limits come from the scale of the link", {
  fit <- nn_fit(am ~ wt, mtcars, loss = "bce_with_logits")
  link <- predict(fit, new, type = "link", se.fit = TRUE)
  band <- predict(fit, new, interval = "confidence")
  expect_equal(band[, "upr"], plogis(link$fit + qnorm(0.975) * link$se.fit))
  expect_equal(band[, "fit"], predict(fit, new))
  # Another model of the same: it ends with the probability.
  same <- nn_fit(am ~ wt, mtcars, loss = "bce")
  expect_equal(predict(same, new, interval = "confidence"), band, tolerance = 1e-5)
  expect_equal(predict(same, new, type = "link", interval = "confidence"), band, tolerance = 1e-5)
  expect_equal(
    predict(same, new, type = "link", se.fit = TRUE)$se.fit,
    predict(fit, new, se.fit = TRUE)$se.fit, tolerance = 1e-5
  )
  gamma <- nn_fit(mpg ~ wt, mtcars, loss = "gamma_nll")
  link <- predict(gamma, new, type = "link", se.fit = TRUE)
  band <- predict(gamma, new, interval = "confidence")
  expect_equal(band[, "lwr"], exp(link$fit - qt(0.975, 30) * link$se.fit))
})

test_that("both probabilities of two classes have limits, and are as sure", {
  fit <- nn_fit(factor(am) ~ wt, mtcars)
  bands <- predict(fit, new, type = "prob", interval = "confidence")
  expect_named(bands, c("0", "1"))
  expect_equal(unname(bands[[1]][, "lwr"]), unname(1 - bands[[2]][, "upr"]))
  errors <- predict(fit, new, type = "prob", se.fit = TRUE)
  expect_identical(colnames(errors$se.fit), c("0", "1"))
  expect_equal(errors$se.fit[, "0"], errors$se.fit[, "1"])
  expect_equal(errors$fit, predict(fit, new, type = "prob"))
})

# Of the probabilities of a multinomial model by its own covariance, by finite differences.
multinom_errors <- function(model, new) {
  log_odds <- function(values) {
    scores <- cbind(0, stats::model.matrix(~ mpg + hp, new) %*% t(matrix(values, 2, byrow = TRUE)))
    p <- exp(scores) / rowSums(exp(scores))
    as.vector(log(p / (1 - p)))
  }
  at <- as.vector(t(coef(model)))
  slopes <- vapply(seq_along(at), function(i) {
    step <- 1e-5 / sqrt(sum(new[[c("am", "mpg", "hp")[(i - 1) %% 3 + 1]]]^2) + 1)
    (log_odds(replace(at, i, at[i] + step)) - log_odds(replace(at, i, at[i] - step))) / (2 * step)
  }, numeric(3 * nrow(new)))
  matrix(sqrt(rowSums((slopes %*% vcov(model)) * slopes)), ncol = 3)
}

test_that("probabilities of several classes are as sure as nnet has them", {
  skip_if_not_installed("nnet")
  data <- transform(mtcars, gears = factor(gear), hp = hp / 100, mpg = mpg / 10)
  set.seed(1)
  data$gears <- sample(data$gears)
  fit <- nn_fit(gears ~ mpg + hp, data)
  model <- nnet::multinom(gears ~ mpg + hp, data, trace = FALSE, reltol = 1e-15, maxit = 1000)
  few <- data[1:4, ]
  bands <- predict(fit, few, interval = "confidence")
  expect_named(bands, levels(data$gears))
  expected <- multinom_errors(model, few)
  for (class in 1:3) {
    band <- bands[[class]]
    expect_equal(unname(band[, "fit"]), unname(predict(fit, few)[, class]), tolerance = 1e-10)
    away <- qlogis(band[, "upr"]) - qlogis(band[, "fit"])
    expect_equal(unname(away), qnorm(0.975) * expected[, class], tolerance = 1e-4)
  }
  p <- predict(fit, few)
  errors <- predict(fit, few, se.fit = TRUE)$se.fit
  expect_equal(unname(errors), unname(expected * p * (1 - p)), tolerance = 1e-4)
})

test_that("a mean has limits where the variance is modelled too", {
  fit <- nn_fit(mpg ~ wt, mtcars, loss = "gaussian_nll", epochs = 500)
  band <- predict(fit, new, interval = "confidence")
  expect_equal(band[, "fit"], predict(fit, new), tolerance = 1e-9)
  links <- predict(fit, new, type = "link", interval = "confidence")
  expect_named(links, c("mean", "log_variance"))
  expect_equal(links$mean, band)
  fisher <- crossprod(cbind(1, mtcars$wt) / sqrt(2))
  away <- qnorm(0.975) * sqrt(diag(cbind(1, new$wt) %*% solve(fisher, t(cbind(1, new$wt)))))
  expect_equal(unname(links$log_variance[, "upr"] - links$log_variance[, "fit"]), away)
})

test_that("limits stay where a mean can be", {
  # A mean that is its own link has limits below 0, where no count has one.
  fit <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  fit$options$link <- "identity"
  rows <- list(x = cbind(0:1))
  found <- delta_of(fit, rows, NULL)
  limits <- delta_limits(fit, rows, found, "confidence", 0.999999, "response", NULL)
  expect_identical(limits$lwr, cbind(c(0, 0)))
  limits <- delta_limits(fit, rows, found, "confidence", 0.999999, "link", NULL)
  expect_true(all(limits$lwr < 0))
})

test_that("rows with a missing predictor are NA", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  found <- predict(fit, data.frame(wt = c(3, NA)), interval = "confidence", se.fit = TRUE)
  expect_identical(is.na(unname(found$se.fit)), c(FALSE, TRUE))
  expect_identical(unname(is.na(found$fit[, "upr"])), c(FALSE, TRUE))
})

test_that("columns that take no part do not count", {
  data <- transform(mtcars, double = 2 * wt, one = 1)
  fit <- suppressWarnings(nn_fit(mpg ~ one + wt + double + hp, data))
  expect_equal(
    predict(fit, data[1:3, ], interval = "confidence"),
    predict(lm(mpg ~ wt + hp, data), data[1:3, ], interval = "confidence"), tolerance = 1e-9
  )
})

test_that("with replicates limits are theirs, and standard errors the likelihood's", {
  fit <- nn_fit(mpg ~ wt, mtcars, bootstrap = 20, seed = 1)
  alone <- nn_fit(mpg ~ wt, mtcars)
  band <- predict(fit, new, interval = "confidence")
  expect_false(isTRUE(all.equal(band, predict(alone, new, interval = "confidence"))))
  expect_equal(predict(fit, new, se.fit = TRUE), predict(alone, new, se.fit = TRUE))
})

test_that("what has no standard errors is refused", {
  fit <- nn_fit(factor(am) ~ wt, mtcars)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "predict")
  refused(predict(fit, new, type = "class", se.fit = TRUE), "se.fit goes with numbers")
  refused(predict(fit, new, type = "set", se.fit = TRUE), "se.fit goes with numbers")
  refused(predict(fit, new, se.fit = NA), "se.fit must be")
  refused(predict(nn_fit(mpg ~ wt, mtcars, loss = "l1"), new, se.fit = TRUE), "no likelihood")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(predict(network, new, se.fit = TRUE), "se.fit is for linear models")
  refused(predict(fit, "a.parquet", se.fit = TRUE), "newdata must be in memory for standard errors")
  scores <- nn_fit(factor(gear) ~ mpg, mtcars)
  refused(predict(scores, new, type = "link", se.fit = TRUE), "scores of several classes")
  refused(predict(scores, new, type = "link", interval = "confidence"), "scores of several")
  counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  refused(
    predict(counts, new, interval = "prediction"), "a linear model under squared error"
  )
  refused(predict(nn_fit(mpg ~ wt, mtcars, penalty = 1), new, interval = "prediction"), "penalty")
})

test_that("limits of outcomes of a weighted fit follow the weights of its own rows", {
  fit <- nn_fit(mpg ~ wt, mtcars, weights = hp)
  expected <- lm(mpg ~ wt, mtcars, weights = hp)
  own <- suppressWarnings(predict(expected, interval = "prediction"))
  expect_equal(predict(fit, interval = "prediction"), own, tolerance = 1e-9)
  expect_warning(
    found <- predict(fit, new, interval = "prediction"), class = "nnfit_warning_weights"
  )
  theirs <- suppressWarnings(predict(expected, new, interval = "prediction"))
  expect_equal(found, theirs, tolerance = 1e-9)
})

test_that("no rows have no limits", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_identical(dim(predict(fit, mtcars[0, ], interval = "confidence")), c(0L, 3L))
  expect_length(predict(fit, mtcars[0, ], se.fit = TRUE)$se.fit, 0)
  two <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars)
  expect_named(predict(two, mtcars[0, ], interval = "confidence"), c("mpg", "qsec"))
})
