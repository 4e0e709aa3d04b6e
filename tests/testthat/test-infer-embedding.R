skip_if_no_torch()

set.seed(1)
d <- data.frame(x = rnorm(60), f = factor(rep(letters[1:6], 10)), g = rep(c("u", "v", "w"), 20))
d$y <- d$x + as.integer(d$f) + rnorm(60)
fit <- nn_fit(y ~ x + f + g, d, hidden_units = 3, embed = list(f = 2, g = 1), epochs = 5, seed = 1)

test_that("coef() has a matrix for each factor, with a row for each level", {
  coefficients <- coef(fit)
  expect_named(coefficients, c("embed.f", "embed.g", "0.weight", "0.bias", "2.weight", "2.bias"))
  expect_identical(dimnames(coefficients$embed.f), list(letters[1:6], c("1", "2")))
  expect_identical(dimnames(coefficients$embed.g), list(c("u", "v", "w"), "1"))
  expect_equal(unname(coefficients$embed.f), fit$parameters[["embed.0.weight"]])
  expect_identical(coefficients$embed.f["c", ], stats::setNames(
    fit$parameters[["embed.0.weight"]][3, ], 1:2
  ))
})

test_that("the coefficients are those of the fit, worked out by hand", {
  coefficients <- coef(fit)
  inputs <- cbind(d$x, coefficients$embed.f[d$f, ], coefficients$embed.g[d$g, ])
  before <- sweep(inputs %*% t(coefficients[["0.weight"]]), 2, coefficients[["0.bias"]], `+`)
  hidden <- pmax(before, 0)
  expect_equal(
    unname(as.vector(hidden %*% t(coefficients[["2.weight"]]) + c(coefficients[["2.bias"]]))),
    unname(fitted(fit)), tolerance = 1e-5
  )
})

test_that("summary() names the factors too", {
  expect_identical(summary(fit)$parameters$name, names(coef(fit)))
  expect_identical(summary(fit)$parameters$layer[1:2], c("Embedding(6, 2)", "Embedding(3, 1)"))
})

test_that("members have arrays of their vectors", {
  several <- nn_fit(y ~ x + f, d, hidden_units = 3, embed = list(f = 1), epochs = 3, members = 2,
    seed = 1)
  expect_identical(dimnames(coef(several)$embed.f), list(NULL, letters[1:6], "1"))
})

test_that("a fit without has none", {
  expect_identical(table_names(nn_fit(y ~ x, d)), character())
  expect_named(coef(nn_fit(y ~ x, d, hidden_units = 2, epochs = 2)),
    c("0.weight", "0.bias", "2.weight", "2.bias"))
})

test_that("the likelihood counts vectors among the parameters", {
  expect_equal(estimated_parameters(fit), parameter_count(fit))
  expect_identical(parameter_count(fit), 12L + 3L + 12L + 3L + 3L + 1L)
})

test_that("a skip connection has a weight for each number", {
  past <- nn_fit(y ~ x + f, d, hidden_units = 3, embed = list(f = 2), epochs = 3, skip = TRUE,
    seed = 1)
  expect_identical(dim(coef(past)$skip.weight), c(1L, 3L))
  expect_equal(per_output(past), 3 + 3 + 1)
  expect_output(print(past), "Neural network 3 -> 3 relu -> 1, skip", fixed = TRUE)
})
