skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)

expect_same_influence <- function(fit, expected, tolerance = 1e-6) {
  expect_equal(hatvalues(fit), hatvalues(expected), tolerance = tolerance)
  expect_equal(rstandard(fit), rstandard(expected), tolerance = tolerance)
  expect_equal(rstudent(fit), rstudent(expected), tolerance = tolerance)
  expect_equal(cooks.distance(fit), cooks.distance(expected), tolerance = tolerance)
}

test_that("rows weigh as in lm()", {
  expect_same_influence(nn_fit(mpg ~ wt + hp, mtcars), lm(mpg ~ wt + hp, mtcars), 1e-9)
  expect_same_influence(nn_fit(mpg ~ wt - 1, mtcars), lm(mpg ~ wt - 1, mtcars), 1e-9)
  weighted <- nn_fit(mpg ~ wt, mtcars, weights = qsec)
  expect_same_influence(weighted, lm(mpg ~ wt, mtcars, weights = qsec), 1e-9)
  padded <- nn_fit(Ozone ~ Wind, airquality, na.action = na.exclude)
  expect_same_influence(padded, lm(Ozone ~ Wind, airquality, na.action = na.exclude), 1e-9)
})

test_that("rows weigh as in glm()", {
  for (one in list(
    list(carb ~ wt, poisson, "poisson_nll"), list(mpg ~ wt + hp, Gamma("log"), "gamma_nll"),
    list(am ~ wt, binomial, "bce_with_logits")
  )) {
    expected <- glm(one[[1]], one[[2]], mtcars, control = tight)
    expect_same_influence(nn_fit(one[[1]], mtcars, loss = one[[3]]), expected)
  }
})

test_that("influence() has the parts of that of a glm", {
  fit <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  expected <- influence(glm(carb ~ wt, poisson, mtcars, control = tight))
  found <- influence(fit)
  expect_equal(found$hat, expected$hat, tolerance = 1e-6)
  expect_equal(found$dev.res, expected$dev.res, tolerance = 1e-6)
  expect_equal(found$pear.res, expected$pear.res, tolerance = 1e-6)
  expect_equal(found$coefficients, expected$coefficients, tolerance = 1e-6)
  expect_null(influence(fit, do.coef = FALSE)$coefficients)
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_equal(influence(fit), influence(lm(mpg ~ wt, mtcars)), tolerance = 1e-9)
})

test_that("a row that alone says something of a coefficient", {
  data <- transform(mtcars, first = replace(numeric(32), 1, 1))
  fit <- nn_fit(mpg ~ wt + first, data)
  expect_identical(unname(hatvalues(fit)[1]), 1)
  expect_true(is.nan(rstandard(fit)[1]))
})

test_that("what has none is refused", {
  refused <- function(code, ...) expect_refused(code, "argument", ...)
  refused(hatvalues(nn_fit(mpg ~ wt, mtcars, penalty = 1)), "hatvalues() needs to know", "penalty")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(cooks.distance(network), "is for linear models", from = "cooks.distance")
  refused(rstandard(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)), "needs a formula")
  refused(rstudent(nn_fit(cbind(mpg, wt) ~ hp, mtcars)), "this fit has several")
  refused(rstudent(nn_fit(mpg ~ wt, mtcars, validation = 1:9)), "holds out 9 rows")
  refused(influence(nn_fit(factor(gear) ~ mpg, mtcars)), "scores of several classes")
})

test_that("dfbeta() and dfbetas() are those of lm() and glm()", {
  for (pair in list(
    list(lm(mpg ~ wt + hp, mtcars), nn_fit(mpg ~ wt + hp, mtcars)),
    list(
      glm(carb ~ wt, poisson, mtcars, control = tight),
      nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
    )
  )) {
    expect_equal(dfbeta(pair[[2]]), dfbeta(pair[[1]]), tolerance = 1e-6)
    expect_equal(dfbetas(pair[[2]]), dfbetas(pair[[1]]), tolerance = 1e-6)
  }
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(dfbeta(network), "argument", "dfbeta() is for linear models", from = "dfbeta")
  expect_refused(dfbetas(network), "argument", "dfbetas() is for linear models", from = "dfbetas")
})

test_that("functions of stats that are no generics take a fit", {
  d <- client_data()
  pairs <- client_pairs()
  for (ask in list(lm.influence, dffits, covratio, weighted.residuals)) {
    expect_same_answer(pairs, function(model) ask(model))
  }
  of_lm <- c("lm", "weighted", "padded", "deficient")
  expect_same_answer(pairs[of_lm], function(model) {
    influence.measures(model)[c("infmat", "is.inf")]
  })
  expect_refused(
    influence.measures(pairs$poisson[[2]]), "unsupported",
    "influence.measures() is right for fits by squared error only", "cooks.distance()",
    from = "influence.measures"
  )
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(lm.influence(network), "argument", "lm.influence() is for linear models")
  expect_refused(dffits(network), "argument", "lm.influence() is for linear models")
})

test_that("what the methods for lm() and glm() take is taken, and no more", {
  d <- client_data()
  pairs <- client_pairs(c("lm", "poisson"))
  expect_same_answer(pairs["lm"], function(model) rstandard(model, type = "predictive"))
  expect_same_answer(pairs["poisson"], function(model) rstandard(model, type = "pearson"))
  expect_same_answer(pairs, function(model) {
    rstudent(model, infl = influence(model, do.coef = FALSE))
  })
  fit <- pairs$poisson[[2]]
  expect_refused(rstandard(fit, sd = 2), "argument", "sd is not an argument of rstandard()")
  expect_refused(hatvalues(fit, foo = 2), "argument", "foo is not an argument of hatvalues()")
})
