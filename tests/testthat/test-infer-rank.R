skip_if_no_torch()

test_that("the parameters of a softmax model are multinom()'s", {
  skip_if_not_installed("nnet")
  data <- transform(iris, Species = factor(rep_len(c("a", "b", "c"), 150)))
  for (model in list(Species ~ Sepal.Width, Species ~ . - 1, Species ~ Sepal.Width * Petal.Width)) {
    fit <- nn_fit(model, data)
    reference <- nnet::multinom(model, data, trace = FALSE, maxit = 1000, reltol = 1e-15)
    expect_equal(attr(logLik(fit), "df"), reference$edf)
    expect_equal(AIC(fit), AIC(reference), tolerance = 1e-6)
  }
  # Separated classes: no finite coefficients, but 10 of them
  expect_equal(attr(logLik(nn_fit(Species ~ ., iris, epochs = 50)), "df"), 10)
})

test_that("two classes under cross_entropy have the parameters of the logistic model", {
  fit <- nn_fit(factor(am) ~ wt, mtcars, loss = "cross_entropy")
  expect_equal(AIC(fit), AIC(glm(am ~ wt, binomial, mtcars)), tolerance = 1e-7)
})

test_that("a network with a softmax has one output's parameters less", {
  network <- function(...) nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 2, ...)
  expect_equal(attr(logLik(network()), "df"), 4 * 3 + 3 + (3 + 1) * 2)
  expect_equal(attr(logLik(network(bias = FALSE)), "df"), 4 * 3 + 3 * 2)
  expect_equal(attr(logLik(network(loss = "nll")), "df"), 4 * 3 + 3 + (3 + 1) * 2)
  binary <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 3, epochs = 2)
  expect_equal(attr(logLik(binary), "df"), 3 + 3 + 3 + 1)
  module <- torch$nn$Sequential(torch$nn$Linear(4L, 3L))
  expect_equal(attr(logLik(nn_fit(Species ~ ., iris, model = module, epochs = 2)), "df"), 15)
})

test_that("columns that follow from others are not counted, as by lm()", {
  data <- transform(mtcars, twice = 2 * wt, sum = wt + hp, one = 1)
  for (model in list(
    mpg ~ wt + twice, mpg ~ wt + hp + sum, mpg ~ wt + one, mpg ~ one, mpg ~ wt + twice - 1,
    mpg ~ factor(cyl) + I(cyl == 4) + wt
  )) {
    fit <- suppressWarnings(nn_fit(model, data))
    reference <- lm(model, data)
    expect_equal(attr(logLik(fit), "df"), attr(logLik(reference), "df"), label = deparse1(model))
    expect_identical(df.residual(fit), df.residual(reference))
    expect_equal(AIC(fit), AIC(reference))
    expect_equal(sigma(fit), sigma(reference))
  }
  counts <- suppressWarnings(nn_fit(carb ~ wt + twice, data, loss = "poisson_nll"))
  expect_equal(AIC(counts), AIC(glm(carb ~ wt + twice, poisson, data)), tolerance = 1e-7)
})

test_that("rows that have no part do not count: of weight 0, or held out", {
  data <- transform(mtcars, odd = as.numeric(seq_len(32) == 1))
  fit <- suppressWarnings(nn_fit(mpg ~ wt + odd, data, weights = as.numeric(odd == 0)))
  reference <- lm(mpg ~ wt + odd, data, weights = as.numeric(odd == 0))
  expect_identical(fit$rank, reference$rank)
  expect_identical(nobs(fit), nobs(reference))
  expect_equal(BIC(fit), BIC(reference))
})

test_that("the rank found in a few rows is that of all", {
  x <- withr::with_seed(1, matrix(rnorm(3000 * 4), 3000))
  all <- rep(TRUE, 3000)
  by_lm <- function(x) lm.fit(cbind(1, x), numeric(nrow(x)))$rank
  dependent <- cbind(x, x[, 1] - 3 * x[, 2], 2)
  rare <- cbind(x, replace(numeric(3000), 1234, 1)) # one row that few rows do not show
  broken <- dependent
  broken[1234, 5] <- 7
  for (table in list(x, dependent, rare, broken, x[, 0])) {
    expect_identical(design_rank(table, TRUE, all), by_lm(table))
  }
  expect_identical(design_rank(dependent, FALSE, all), 5L)
  expect_identical(design_rank(rare, TRUE, all & seq_len(3000) != 1234), 5L)
  expect_identical(design_rank(x[1:3, ], TRUE, all[1:3]), 3L)
  expect_null(design_rank(matrix(0, 2, most_ranked), TRUE, c(TRUE, TRUE)))
})

test_that("a fit of an earlier version, which does not know its rank, counts its parameters", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  fit$rank <- NULL
  expect_equal(AIC(fit), AIC(lm(mpg ~ wt, mtcars)))
  species <- nn_fit(Species ~ ., iris, epochs = 2)
  species$rank <- NULL
  expect_equal(attr(logLik(species), "df"), 10)
})
