skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)

test_that("terms in turn are those of anova.lm()", {
  for (formula in list(mpg ~ wt * factor(cyl) + hp, mpg ~ poly(wt, 2) - 1, mpg ~ 1)) {
    for (weights in list(NULL, mtcars$qsec)) {
      fit <- nn_fit(formula, mtcars, weights = weights)
      expected <- anova(eval(bquote(lm(.(formula), mtcars, weights = weights))))
      expect_equal(anova(fit), expected, tolerance = 1e-8)
    }
  }
})

test_that("terms in turn are those of anova.glm()", {
  for (one in list(
    list(carb ~ wt + factor(cyl), poisson, "poisson_nll", "Chisq"),
    list(mpg ~ wt + hp, Gamma("log"), "gamma_nll", "F"),
    list(am ~ wt, binomial, "bce_with_logits", "Chisq")
  )) {
    fit <- nn_fit(one[[1]], mtcars, loss = one[[3]])
    expected <- anova(glm(one[[1]], one[[2]], mtcars, control = tight), test = one[[4]])
    expect_equal(as.data.frame(anova(fit)), as.data.frame(expected), tolerance = 1e-6)
    expect_equal(attr(anova(fit), "heading"), attr(expected, "heading"))
    plain <- as.data.frame(expected)[1:4]
    expect_equal(as.data.frame(anova(fit, test = "none")), plain,
      tolerance = 1e-6, ignore_attr = TRUE
    )
  }
  offset <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", offset = log(cyl))
  expected <- glm(carb ~ wt + offset(log(cyl)), poisson, mtcars, control = tight)
  expect_equal(
    as.data.frame(anova(offset)), as.data.frame(anova(expected, test = "Chisq")), tolerance = 1e-6
  )
})

test_that("several fits are compared as lm() and glm() are", {
  formulas <- list(mpg ~ 1, mpg ~ wt, mpg ~ wt + hp)
  fits <- lapply(formulas, nn_fit, mtcars)
  expected <- do.call(anova, lapply(formulas, lm, mtcars))
  expect_equal(do.call(anova, fits), expected, tolerance = 1e-8)
  formulas <- list(carb ~ wt, carb ~ wt + hp)
  fits <- lapply(formulas, nn_fit, mtcars, loss = "poisson_nll")
  by_glm <- lapply(formulas, glm, poisson, mtcars, control = tight)
  expected <- do.call(anova, c(by_glm, test = "Chisq"))
  expect_equal(as.data.frame(do.call(anova, fits)), as.data.frame(expected), tolerance = 1e-6)
  expect_equal(attr(do.call(anova, fits), "heading"), attr(expected, "heading"))
})

test_that("a chi-squared test under squared error", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  expected <- anova(glm(mpg ~ wt + hp, gaussian, mtcars), test = "Chisq")
  expect_equal(as.data.frame(anova(fit, test = "Chisq")), as.data.frame(expected),
    tolerance = 1e-8
  )
  expect_named(anova(fit, test = "none"), c("Df", "Sum Sq", "Mean Sq"))
})

test_that("what can not be tested is refused", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "anova")
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused(anova(fit, lm(mpg ~ wt, mtcars)), "compares fits by nn_fit()", "lm_compare()")
  refused(anova(fit, test = "Wald"), "test must be one of")
  refused(anova(fit, tst = "F"), "Did you mean test?")
  counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  refused(anova(counts, test = "F"), "needs a dispersion that is estimated")
  refused(anova(fit, nn_fit(mpg ~ wt, mtcars[-1, ])), "in the same rows", "another outcome")
  refused(anova(fit, nn_fit(mpg ~ wt, mtcars, weights = qsec)), "with the same weights")
  refused(anova(nn_fit(mpg ~ wt, mtcars, penalty = 1)), "anova() compares models by coefficients", "penalty")
  refused(anova(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)), "needs a formula")
  refused(anova(nn_fit(cbind(mpg, wt) ~ hp, mtcars)), "this fit has several")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(anova(network), "unsupported", "nn_cv()", from = "anova")
})

tested_models <- list(
  list(carb ~ I(wt > 3) + hp + offset(log(qsec)), poisson()), list(mpg ~ wt * hp, Gamma("log")),
  list(carb ~ 0 + wt + cyl, quasipoisson()), list(mpg ~ wt + hp, gaussian("log")),
  list(cbind(carb, 10 - carb) ~ wt + cyl, binomial()), list(vs ~ wt, binomial()),
  list(carb ~ 1, poisson()), list(mpg ~ wt + cyl, gaussian())
)

motors <- transform(mtcars, cyl = factor(cyl), count = rep(1:4, 8))

# A fit and the model that it should be.
made_twice <- function(formula, family, weights) {
  call <- bquote(nn_fit(.(formula), motors, family = .(family), weights = .(weights)))
  fit <- suppressWarnings(eval(call))
  call <- bquote(glm(.(formula), .(family), motors, weights = .(weights), control = tight))
  list(fit = fit, model = suppressWarnings(eval(call)))
}

tests_for <- function(fit) {
  c("Chisq", "LRT", "Rao", "Cp", if (fit$information$scatters && !is_normal(fit)) "F")
}

test_that("every test of anova.glm(), of one fit", {
  for (one in tested_models) {
    for (weights in list(NULL, quote(count))) {
      made <- made_twice(one[[1]], one[[2]], weights)
      for (test in tests_for(made$fit)) {
        expected <- as.data.frame(anova(made$model, test = test))
        expect_equal(as.data.frame(anova(made$fit, test = test)), expected, tolerance = 1e-5)
      }
    }
  }
})

test_that("every test of anova.glm(), of two fits", {
  for (one in Filter(function(one) one[[2]]$family != "gaussian", tested_models)) {
    for (weights in list(NULL, quote(count))) {
      small <- made_twice(one[[1]], one[[2]], weights)
      large <- made_twice(update(one[[1]], . ~ . + drat), one[[2]], weights)
      for (test in tests_for(small$fit)) {
        expected <- as.data.frame(anova(small$model, large$model, test = test))
        found <- as.data.frame(anova(small$fit, large$fit, test = test))
        expect_equal(found, expected, tolerance = 1e-5)
        expected <- as.data.frame(anova(large$model, small$model, test = test))
        found <- as.data.frame(anova(large$fit, small$fit, test = test))
        expect_equal(found, expected, tolerance = 1e-5)
      }
    }
  }
  for (test in c("F", "Chisq", "LRT", "Rao", "Cp")) {
    found <- anova(nn_fit(mpg ~ wt, mtcars), nn_fit(mpg ~ wt + hp, mtcars), test = test)
    expected <- anova(lm(mpg ~ wt, mtcars), lm(mpg ~ wt + hp, mtcars), test = test)
    expect_equal(as.data.frame(found), as.data.frame(expected), tolerance = 1e-8)
  }
})

test_that("rows held out have no part", {
  seen <- mtcars[-(1:8), ]
  fit <- nn_fit(mpg ~ wt + hp, mtcars, validation = 1:8)
  expect_equal(anova(fit), anova(lm(mpg ~ wt + hp, seen)), tolerance = 1e-8)
  counts <- nn_fit(carb ~ wt + hp, mtcars, validation = 1:8, family = poisson())
  expected <- anova(glm(carb ~ wt + hp, poisson(), seen, control = tight), test = "Rao")
  expect_equal(
    as.data.frame(anova(counts, test = "Rao")), as.data.frame(expected), tolerance = 1e-5
  )
})
