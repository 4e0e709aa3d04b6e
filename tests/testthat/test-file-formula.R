# What a formula means in numbers; that Python makes the same columns of it is tested in
# tests/python/core/formula and in test-file.R.

meaning <- function(formula, data, ...) {
  design <- design_formula(formula, data, rlang::current_env(), ...)
  formula_meaning(list(
    blueprint = design$blueprint, columns = design$columns, outcome = list(names = "y")
  ))
}
d <- data.frame(
  y = 1:8 + 0, x = 1:8 + 0.5, g = factor(rep(c("a", "b"), 4)), l = rep(c(TRUE, FALSE), each = 4),
  n = rep(c(4, 6, 8, 4), 2)
)

test_that("variables are trees of columns, values and calls", {
  k <- 3
  found <- meaning(y ~ log(x + k, base = 2) + factor(n) + l, d)
  code <- found$variables[[1]]$code
  expect_identical(code$call, "log")
  expect_identical(code$names, list(NULL, "base"))
  expect_identical(code$args[[1]]$args, list(list(column = "x"), list(value = 3)))
  expect_identical(found$variables[[2]]$levels, list("4", "6", "8"))
  expect_identical(found$variables[[3]]$levels, list("FALSE", "TRUE"))
  expect_identical(found$variables[[3]]$contrasts, matrix(c(0, 1)))
  expect_identical(found$names, list("log(x + k, base = 2)", "factor(n)6", "factor(n)8", "lTRUE"))
})

test_that("what makepredictcall() keeps is numbers", {
  poly <- meaning(y ~ poly(x, 2), d)$variables[[1]]$code
  coefs <- poly$args[[match("coefs", poly$names)]]$value
  expect_equal(as.vector(coefs$alpha), attr(stats::poly(d$x, 2), "coefs")$alpha)
  ns <- meaning(y ~ splines::ns(x, 3), d)$variables[[1]]$code
  expect_identical(ns$call, "ns")
  expect_equal(as.vector(ns$args[[match("knots", ns$names)]]$value),
    unname(attr(splines::ns(d$x, 3), "knots"))
  )
})

test_that("terms are a table, with the codes that model.matrix() takes", {
  expect_identical(meaning(y ~ x * g, d)$factors, matrix(c(1L, 0L, 0L, 1L, 1L, 1L), 2))
  expect_identical(meaning(y ~ g + x - 1, d)$factors, matrix(c(2L, 0L, 0L, 1L), 2))
  expect_identical(dim(meaning(y ~ 1, d)$factors), c(0L, 0L))
  skip_if_not_installed("survival")
  strata <- survival::strata
  times <- survival::Surv(d$y)
  of_times <- function(formula) meaning(formula, cbind(d, times = times))$factors
  expect_identical(of_times(times ~ 0 + strata(g) + l + x), matrix(c(2L, 0L, 0L, 1L), 2))
  expect_identical(of_times(times ~ 0 + strata(g) * l)[, 1], c(0L, 1L))
  expect_identical(meaning(y ~ x + offset(2 * x), d)$offsets[[1]]$call, "offset")
})

test_that("without a formula names are enough", {
  expect_identical(
    formula_meaning(list(columns = list(names = c("a", "b"), number = 2L), outcome = list())),
    list(text = NULL, feature_names = list("a", "b"), outcome_names = list())
  )
  expect_null(formula_meaning(list(columns = list(names = c("a", "a"))))$feature_names)
})

test_that("a value that is no number or text is none", {
  expect_null(plain_value(as.Date("2024-01-01")))
  expect_identical(plain_value(factor("a")), "a")
  expect_identical(plain_value(c(a = 1, b = 2)), array(c(1, 2), 2))
  expect_identical(plain_value(list(a = 1)), list(a = 1))
})
