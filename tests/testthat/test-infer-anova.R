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
  refused(anova(fit, test = "Rao"), "test")
  refused(anova(fit, tst = "F"), "Did you mean test?")
  counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  refused(anova(counts, test = "F"), "needs a dispersion that is estimated")
  refused(anova(fit, nn_fit(mpg ~ wt, mtcars[-1, ])), "the same outcome, in the same rows")
  refused(anova(fit, nn_fit(mpg ~ wt, mtcars, weights = qsec)), "with the same weights")
  refused(anova(nn_fit(mpg ~ wt, mtcars, penalty = 1)), "anova() needs to know", "penalty")
  refused(anova(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)), "needs a formula")
  refused(anova(nn_fit(cbind(mpg, wt) ~ hp, mtcars)), "this fit has several")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(anova(network), "unsupported", "nn_cv()", from = "anova")
})
