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
  expect_equal(attr(logLik(suppressWarnings(nn_fit(Species ~ ., iris))), "df"), 10)
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

test_that("a skip connection has the parameters of a linear model without intercept", {
  df <- function(...) attr(logLik(nn_fit(..., hidden_units = 3, epochs = 2)), "df")
  expect_equal(df(mpg ~ wt + hp, mtcars, skip = TRUE), df(mpg ~ wt + hp, mtcars) + 2)
  one <- transform(mtcars, one = 1)
  expect_equal(
    suppressWarnings(df(mpg ~ wt + one, one, skip = TRUE)), df(mpg ~ wt, one, skip = TRUE)
  )
  expect_equal(df(Species ~ ., iris, skip = TRUE), df(Species ~ ., iris) + 4 * 2)
  constant <- transform(iris, one = 1)
  expect_equal(
    suppressWarnings(df(Species ~ ., constant, skip = TRUE)), df(Species ~ ., iris, skip = TRUE)
  )
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

test_that("rows of weight 0 do not count", {
  data <- transform(mtcars, odd = as.numeric(seq_len(32) == 1))
  fit <- suppressWarnings(nn_fit(mpg ~ wt + odd, data, weights = as.numeric(odd == 0)))
  reference <- lm(mpg ~ wt + odd, data, weights = as.numeric(odd == 0))
  expect_identical(df.residual(fit), df.residual(reference))
  expect_identical(nobs(fit), nobs(reference))
  expect_equal(BIC(fit), BIC(reference))
})

test_that("a softmax of aliased columns, and a network of a constant one, have what is left", {
  data <- transform(iris, twice = 2 * Sepal.Width, one = 1)
  count <- function(...) attr(logLik(suppressWarnings(nn_fit(..., epochs = 3))), "df")
  expect_equal(count(Species ~ Sepal.Width + twice, data), 4)
  expect_equal(count(Species ~ Sepal.Width + one, data, hidden_units = 2), 1 * 2 + 2 + (2 + 1) * 2)
})

test_that("more columns than rows are no more parameters than rows", {
  data <- data.frame(y = 1:3, matrix(withr::with_seed(1, rnorm(24)), 3))
  fit <- suppressWarnings(nn_fit(y ~ ., data))
  expect_equal(estimated_parameters(fit), lm(y ~ ., data)$rank)
})

test_that("an aliased column of a softmax is left out, in memory and in files", {
  skip_if_no_pyarrow()
  data <- transform(iris, twice = 2 * Sepal.Width)
  models <- suppressWarnings(list(
    nn_fit(Species ~ Sepal.Width + twice, data),
    nn_fit(Species ~ Sepal.Width + twice, write_parquet(data), epochs = 3)
  ))
  for (fit in models) expect_true(all(is.na(coef(fit)["twice", ])))
})
