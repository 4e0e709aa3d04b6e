skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)

test_that("the table of coefficients is that of lm() and glm()", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, weights = qsec)
  expected <- summary(lm(mpg ~ wt + hp, mtcars, weights = qsec))
  expect_equal(coefficient_table(fit), expected$coefficients, tolerance = 1e-9)
  for (one in list(list(poisson, "poisson_nll"), list(Gamma("log"), "gamma_nll"))) {
    fit <- nn_fit(carb ~ wt + hp, mtcars, loss = one[[2]])
    expected <- summary(glm(carb ~ wt + hp, one[[1]], mtcars, control = tight))
    expect_equal(coefficient_table(fit), expected$coefficients, tolerance = 1e-6)
  }
})

test_that("coefficients that are NA have no row", {
  data <- transform(mtcars, double = 2 * wt)
  fit <- suppressWarnings(nn_fit(mpg ~ wt + double + hp, data))
  expected <- summary(lm(mpg ~ wt + double + hp, data))$coefficients
  expect_equal(coefficient_table(fit), expected, tolerance = 1e-9)
})

test_that("without standard errors there are coefficients", {
  for (fit in list(
    nn_fit(mpg ~ wt, mtcars, penalty = 0.1), nn_fit(factor(gear) ~ mpg, mtcars),
    nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", epochs = 3)
  )) {
    table <- coefficient_table(fit)
    expect_identical(table[, 1], flat_coefficients(coef(fit)))
    expect_true(all(is.na(table[, -1])))
  }
  expect_match(no_standard_errors(nn_fit(factor(gear) ~ mpg, mtcars)), "added to all of them")
})

test_that("shares of the sum of squares, and the F test, are those of summary.lm()", {
  designs <- list(mpg ~ wt + hp, mpg ~ wt - 1, mpg ~ factor(cyl) * wt)
  for (formula in designs) {
    for (weights in list(NULL, rep(0:3, 8))) {
      fit <- nn_fit(formula, mtcars, weights = weights)
      expected <- summary(eval(bquote(lm(.(formula), mtcars, weights = weights))))
      found <- square_statistics(fit)
      expect_equal(found$r.squared, expected$r.squared, tolerance = 1e-9)
      expect_equal(found$adj.r.squared, expected$adj.r.squared, tolerance = 1e-9)
      expect_equal(found$fstatistic, expected$fstatistic, tolerance = 1e-9)
    }
  }
  expect_null(square_statistics(nn_fit(mpg ~ 1, mtcars))$fstatistic)
  expect_null(square_statistics(nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")))
})

test_that("with an offset, of several outcomes, on files", {
  fit <- nn_fit(mpg ~ wt, mtcars, offset = hp / 10)
  expected <- summary(lm(mpg ~ wt, mtcars, offset = hp / 10))
  expect_equal(square_statistics(fit)$r.squared, expected$r.squared, tolerance = 1e-9)
  both <- square_statistics(nn_fit(cbind(mpg, qsec) ~ wt, mtcars))
  of_qsec <- summary(lm(qsec ~ wt, mtcars))
  expect_equal(both$r.squared[["qsec"]], of_qsec$r.squared, tolerance = 1e-9)
  expect_equal(both$fstatistic[, "qsec"], of_qsec$fstatistic, tolerance = 1e-9)
  skip_if_no_pyarrow()
  on_files <- nn_fit(mpg ~ wt + hp, write_parquet(mtcars))
  expected <- summary(lm(mpg ~ wt + hp, mtcars))
  expect_equal(square_statistics(on_files)$fstatistic, expected$fstatistic, tolerance = 1e-9)
})

test_that("the deviance without predictors is glm()'s", {
  same <- function(formula, ...) {
    rows <- list(...)
    fit <- do.call(nn_fit, c(list(formula, mtcars, loss = "poisson_nll"), rows))
    expected <- do.call(glm, c(list(formula, poisson, mtcars, control = tight), rows))
    expect_equal(as.vector(null_deviance(fit, NULL)), expected$null.deviance, tolerance = 1e-8)
  }
  same(carb ~ wt)
  same(carb ~ wt, offset = log(mtcars$cyl))
  same(carb ~ wt - 1)
  same(carb ~ wt - 1, offset = log(mtcars$cyl))
  same(carb ~ wt, weights = mtcars$gear)
})
