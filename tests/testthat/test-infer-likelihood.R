skip_if_no_torch()

test_that("a linear model's log-likelihood, AIC and BIC are lm()'s", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  reference <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(logLik(fit), logLik(reference), ignore_attr = TRUE, tolerance = 1e-8)
  expect_identical(attr(logLik(fit), "df"), attr(logLik(reference), "df"))
  expect_identical(attr(logLik(fit), "nobs"), 32L)
  expect_identical(class(logLik(fit)), "logLik")
  expect_equal(AIC(fit), AIC(reference), tolerance = 1e-8)
  expect_equal(BIC(fit), BIC(reference), tolerance = 1e-8)
  weighted <- nn_fit(mpg ~ wt, mtcars, weights = hp)
  expect_equal(
    logLik(weighted), logLik(lm(mpg ~ wt, mtcars, weights = hp)), ignore_attr = TRUE,
    tolerance = 1e-8
  )
})

test_that("a logistic model's log-likelihood is glm()'s, for a factor and for 0/1", {
  reference <- logLik(glm(am ~ wt, binomial, mtcars))
  expect_equal(
    logLik(nn_fit(factor(am) ~ wt, mtcars)), reference, ignore_attr = TRUE, tolerance = 1e-6
  )
  expect_equal(logLik(nn_fit(am ~ wt, mtcars, loss = "bce_with_logits")), reference,
    ignore_attr = TRUE, tolerance = 1e-6)
})

test_that("for more classes it is minus the rows' summed cross-entropy", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 20, seed = 1)
  last <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 21, seed = 1)
  expect_equal(as.numeric(logLik(fit)), -150 * loss_table(last)$train_loss[21], tolerance = 1e-5)
})

# Data of two predictors, with an outcome for each loss.
outcomes_of <- function(n = 150) {
  withr::local_seed(4)
  data <- data.frame(x = rnorm(n), z = runif(n, 100, 200), w = runif(n, 0.2, 2))
  mean <- exp(1 + 0.5 * data$x - 0.01 * (data$z - 150))
  data$positive <- rgamma(n, 3, scale = 5000 * mean / 3)
  data$count <- rpois(n, mean)
  data$over <- rnbinom(n, size = 2, mu = mean)
  data$normal <- 20 + 3 * data$x + exp(0.3 + 0.6 * data$x) * rnorm(n)
  data
}

data <- outcomes_of()

# glm() until nothing changes any more.
exact <- glm.control(epsilon = 1e-15, maxit = 100)

expect_same_fit <- function(fit, reference) {
  expect_equal(coef(fit), coef(reference), tolerance = 1e-7)
  expect_equal(logLik(fit), logLik(reference), ignore_attr = TRUE, tolerance = 1e-9)
  expect_identical(attr(logLik(fit), "df"), as.numeric(attr(logLik(reference), "df")))
  expect_equal(AIC(fit), AIC(reference), tolerance = 1e-9)
  expect_equal(fitted(fit), fitted(reference), tolerance = 1e-7)
  expect_equal(
    residuals(fit), residuals(reference, type = "response"), tolerance = 1e-7, ignore_attr = TRUE
  )
  expect_equal(predict(fit, data[1:3, ], type = "link"), predict(reference, data[1:3, ]))
}

test_that("a gamma model is glm()'s", {
  fit <- nn_fit(positive ~ x + z, data, loss = "gamma_nll")
  expect_same_fit(fit, glm(positive ~ x + z, Gamma("log"), data, control = exact))
  loss <- loss_table(fit)$train_loss
  expect_equal(tail(loss, 1), mean(log(fitted(fit)) + data$positive / fitted(fit)))
  weighted <- nn_fit(positive ~ x + z, data, weights = w, loss = "gamma_nll")
  reference <- glm(positive ~ x + z, Gamma("log"), data, weights = w, control = exact)
  expect_same_fit(weighted, reference)
  through <- nn_fit(positive ~ z - 1, data, loss = "gamma_nll")
  reference <- glm(positive ~ z - 1, Gamma("log"), data, start = 0.06, control = exact)
  expect_same_fit(through, reference)
})

test_that("a Poisson model's log-likelihood is glm()'s", {
  fit <- nn_fit(count ~ x + z, data, loss = "poisson_nll")
  expect_same_fit(fit, glm(count ~ x + z, poisson, data, control = exact))
  rates <- nn_fit(positive ~ x, data, loss = "poisson_nll", optimizer = "adam", epochs = 2)
  expect_refused(logLik(rates), "argument", "outcome of whole numbers", from = "logLik")
})

test_that("a negative binomial model is that of MASS", {
  skip_if_not_installed("MASS")
  by_mass <- function(theta) {
    family <- MASS::negative.binomial(theta, link = "log")
    glm(over ~ x + z, family, data, control = exact)
  }
  for (theta in c(0.5, 2, 100)) {
    fit <- nn_fit(over ~ x + z, data, loss = list("negative_binomial_nll", dispersion = 1 / theta))
    expect_same_fit(fit, by_mass(theta))
    expect_equal(tail(loss_table(fit)$train_loss, 1) * nrow(data), -as.numeric(logLik(fit)))
  }
  estimated <- MASS::glm.nb(over ~ x + z, data, control = glm.control(epsilon = 1e-12, maxit = 100))
  dispersion <- 1 / estimated$theta
  fit <- nn_fit(over ~ x + z, data, loss = list("negative_binomial_nll", dispersion = dispersion))
  expect_equal(coef(fit), coef(estimated), tolerance = 1e-6)
  # glm.nb() counts theta among its parameters
  expect_equal(as.numeric(logLik(fit)), as.numeric(logLik(estimated)), tolerance = 1e-8)
  plain <- nn_fit(over ~ x + z, data, loss = "negative_binomial_nll")
  expect_equal(coef(plain), coef(by_mass(1)), tolerance = 1e-7)
})

test_that("a model of mean and variance is at the maximum that optim() finds", {
  fit <- nn_fit(normal ~ x, data, loss = "gaussian_nll")
  minus_likelihood <- function(b, weights = 1) {
    mean <- b[1] + b[2] * data$x
    -sum(weights * dnorm(data$normal, mean, exp((b[3] + b[4] * data$x) / 2), log = TRUE))
  }
  at <- function(fit) as.vector(coef(fit))
  best <- optim(c(20, 0, 1, 0), minus_likelihood, method = "BFGS",
    control = list(reltol = 1e-15, maxit = 1000))
  expect_equal(at(fit), best$par, tolerance = 1e-4)
  expect_equal(as.numeric(logLik(fit)), -best$value, tolerance = 1e-9)
  expect_identical(attr(logLik(fit), "df"), 4)
  expect_equal(as.numeric(logLik(fit)), -minus_likelihood(at(fit)))
  full <- nn_fit(normal ~ x, data, loss = list("gaussian_nll", full = TRUE), reduction = "sum")
  expect_equal(tail(loss_table(full)$train_loss, 1), best$value, tolerance = 1e-9)
  weighted <- nn_fit(normal ~ x, data, weights = w, loss = "gaussian_nll")
  expect_equal(as.numeric(logLik(weighted)), -minus_likelihood(at(weighted), data$w))
})

test_that("a constant variance is that of the normal likelihood", {
  one <- nn_fit(normal ~ x, data)
  network <- nn_fit(cbind(normal, positive) ~ x, data, loss = "gaussian_nll", hidden_units = 2,
    epochs = 20, seed = 1)
  density <- dnorm(
    as.matrix(data[c("normal", "positive")]), fitted(network),
    exp(predict(network, data, type = "link")[, 3:4] / 2), log = TRUE
  )
  expect_equal(as.numeric(logLik(network)), sum(density), tolerance = 1e-6)
  expect_gt(as.numeric(logLik(nn_fit(normal ~ x, data, loss = "gaussian_nll"))), logLik(one))
})

test_that("rows of weight zero have no part in a likelihood", {
  zero <- data
  zero$w <- rep(c(1, 0), length.out = nrow(data))
  kept <- zero[zero$w > 0, ]
  for (loss in list("gamma_nll", "gaussian_nll")) {
    fit <- nn_fit(positive ~ x, zero, weights = w, loss = loss, scale = TRUE)
    expect_equal(
      as.numeric(logLik(fit)), as.numeric(logLik(nn_fit(positive ~ x, kept, loss = loss))),
      tolerance = 1e-6
    )
  }
})

test_that("a loss that is no likelihood, or held-out rows, are refused", {
  refused <- function(fit, ...) expect_refused(logLik(fit), "argument", ..., from = "logLik")
  refused(
    nn_fit(c ~ u, thermometer, loss = "huber"), "This fit has the loss huber",
    "defined for the losses mse, gaussian_nll, poisson_nll"
  )
  refused(nn_fit(c ~ u, thermometer, validation = 0.2), "holds out 2 rows")
})

test_that("a row of no weight has no part, however unlikely it is", {
  expect_identical(weighted_sum(c(2, 0), c(-1, -Inf)), -2)
  expect_identical(weighted_sum(c(1, 0, 1), matrix(c(-1, -Inf, -2, -3, -Inf, -4), 3)), -10)
})

test_that("rows of weight zero are counted as lm() and glm() count them", {
  counted <- transform(mtcars, w = rep(c(0, 1, 2, 1), 8))
  asks <- list(nobs = nobs, AIC = AIC, BIC = BIC, own = function(fit) attr(logLik(fit), "nobs"))
  alike <- function(fit, reference) {
    for (name in names(asks)) {
      ask <- asks[[name]]
      expect_equal(ask(fit), ask(reference), tolerance = 1e-8, info = name)
    }
  }
  alike(nn_fit(mpg ~ wt, counted, weights = w), lm(mpg ~ wt, counted, weights = w))
  exact <- list(epsilon = 1e-14)
  alike(
    nn_fit(carb ~ wt, counted, weights = w, family = poisson()),
    glm(carb ~ wt, poisson, counted, weights = w, control = exact)
  )
  alike(
    nn_fit(carb ~ wt, counted, weights = w, family = Gamma("log")),
    glm(carb ~ wt, Gamma("log"), counted, weights = w, control = exact)
  )
})

test_that("what AIC() and BIC() of several refuse comes from the user's call", {
  skip_if_no_torch()
  line <- nn_fit(mpg ~ wt, mtcars)
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, members = 2, epochs = 2, seed = 1)
  refused <- function(code, from) expect_refused(code, "argument", "mean of 2", from = from)
  refused(AIC(line, network), "AIC")
  refused(BIC(lm(mpg ~ wt, mtcars), network), "BIC")
  refused(AIC(network), "AIC")
  refused(logLik(network), "logLik")
})
