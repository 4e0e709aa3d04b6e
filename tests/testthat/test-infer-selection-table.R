skip_if_no_torch()

tight <- glm.control(epsilon = 1e-14, maxit = 100)
data <- transform(mtcars,
  cyl = factor(cyl), gear = factor(gear), big = wt > 3, far = disp > 200, count = rep(1:4, 8)
)

# Names of terms apart: lm() is asked for columns, as it can not read comparisons again.
expect_same_table <- function(ours, theirs, tolerance = 1e-6) {
  expect_identical(class(ours), c("anova", "data.frame"))
  expect_identical(names(ours), names(theirs))
  for (name in names(ours)) expect_equal(ours[[name]], theirs[[name]], tolerance = tolerance)
}

with_columns <- function(formula) {
  text <- paste(deparse(formula), collapse = "")
  text <- gsub("(disp > 200)", "far", gsub("(wt > 3)", "big", text, fixed = TRUE), fixed = TRUE)
  stats::as.formula(text)
}

test_that("the tables of lm(), with every test", {
  for (formula in list(
    mpg ~ (wt > 3) + hp, mpg ~ (wt > 3) * hp, mpg ~ I(wt^2) + log(hp) + poly(qsec, 2),
    mpg ~ cyl * gear + wt, mpg ~ cyl:wt + hp, mpg ~ 0 + cyl + wt, mpg ~ 0 + wt, mpg ~ wt,
    mpg ~ wt + offset(hp / 10) + cyl, mpg ~ (wt > 3):hp + qsec - 1
  )) {
    for (weights in list(NULL, quote(qsec))) {
      fit <- suppressWarnings(eval(bquote(nn_fit(.(formula), data, weights = .(weights)))))
      model <- eval(bquote(lm(.(with_columns(formula)), data, weights = .(weights))))
      for (test in c("none", "F", "Chisq")) {
        expect_same_table(drop1(fit, test = test), drop1(model, test = test))
        expect_same_table(
          add1(fit, ~ . + drat + am + (disp > 200) + drat:am, test = test),
          add1(model, ~ . + drat + am + far + drat:am, test = test)
        )
      }
    }
  }
  expect_identical(
    attr(drop1(nn_fit(mpg ~ wt, data)), "heading"), attr(drop1(lm(mpg ~ wt, data)), "heading")
  )
})

test_that("a scale, and another price of a parameter", {
  fit <- nn_fit(mpg ~ wt + hp, data)
  model <- lm(mpg ~ wt + hp, data)
  for (test in c("none", "F", "Chisq")) {
    ours <- drop1(fit, k = log(32), scale = 4, test = test)
    expect_same_table(ours, drop1(model, k = log(32), scale = 4, test = test))
    expect_same_table(
      add1(fit, "qsec", k = 3, scale = 4, test = test),
      add1(model, "qsec", k = 3, scale = 4, test = test)
    )
  }
  expect_match(attr(ours, "heading")[4], "scale:  4")
  gamma <- nn_fit(mpg ~ wt + hp, data, family = Gamma("log"))
  model <- glm(mpg ~ wt + hp, Gamma("log"), data, control = tight)
  expect_same_table(drop1(gamma, scale = 0.02, test = "LRT"),
    drop1(model, scale = 0.02, test = "LRT"), 1e-5
  )
})

test_that("the tables of glm(), with every test", {
  for (one in list(
    list(carb ~ (wt > 3) + hp + offset(log(qsec)), poisson()), list(am ~ wt + cyl, binomial()),
    list(mpg ~ wt * hp + cyl, Gamma("log")), list(mpg ~ wt + hp, gaussian("log")),
    list(carb ~ wt + hp, quasipoisson()), list(mpg ~ wt + hp, inverse.gaussian("log")),
    list(cbind(carb, 10 - carb) ~ wt + cyl, binomial()), list(carb ~ 0 + wt + cyl, poisson())
  )) {
    for (weights in list(NULL, quote(count))) {
      family <- one[[2]]
      fit <- eval(bquote(nn_fit(.(one[[1]]), data, family = family, weights = .(weights))))
      model <- suppressWarnings(eval(bquote(
        glm(.(with_columns(one[[1]])), .(family), data, weights = .(weights), control = tight)
      )))
      # Without an intercept drop1() of a glm() takes the mean off the score, and with an
      # offset add1() adds it to that: see below.
      plain <- attr(terms(fit), "intercept") == 1 && is.null(attr(terms(fit), "offset"))
      tests <- c("none", "Chisq", "LRT", if (plain) "Rao", if (fit$information$scatters) "F")
      for (test in tests) {
        expect_same_table(drop1(fit, test = test), drop1(model, test = test), 1e-5)
        ours <- suppressWarnings(add1(fit, c("drat", "gear"), test = test))
        theirs <- suppressWarnings(add1(model, c("drat", "gear"), test = test))
        expect_same_table(ours, theirs, 1e-5)
      }
    }
  }
})

test_that("Rao's test without an intercept, and with an offset, is that of anova.glm()", {
  for (formulas in list(
    list(carb ~ 0 + wt, carb ~ 0 + wt + hp),
    list(carb ~ wt + offset(log(qsec)), carb ~ wt + hp + offset(log(qsec)))
  )) {
    models <- lapply(formulas, glm, poisson(), data, control = tight)
    expected <- anova(models[[1]], models[[2]], test = "Rao")$Rao[2]
    fits <- lapply(formulas, nn_fit, data, family = poisson())
    expect_equal(add1(fits[[1]], "hp", test = "Rao")$`Rao score`[2], expected, tolerance = 1e-6)
    expect_equal(drop1(fits[[2]], "hp", test = "Rao")$`Rao score`[2], expected, tolerance = 1e-6)
  }
})

test_that("the tables of coxph()", {
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  lung <- na.omit(survival::lung[c("time", "status", "age", "sex", "ph.ecog", "wt.loss")])
  lung$lost <- lung$wt.loss > 5
  fit <- nn_fit(Surv(time, status) ~ age * sex + factor(ph.ecog) + (wt.loss > 5), lung)
  model <- survival::coxph(Surv(time, status) ~ age * sex + factor(ph.ecog) + lost, lung)
  expect_same_table(drop1(fit, test = "Chisq"), drop1(model, test = "Chisq"))
  # to the model without any predictor
  fit <- nn_fit(Surv(time, status) ~ age, lung)
  model <- survival::coxph(Surv(time, status) ~ age, lung)
  expect_same_table(drop1(fit, test = "Chisq"), drop1(model, test = "Chisq"))
  expect_same_table(
    add1(fit, ~ . + sex + (wt.loss > 5), test = "Chisq"),
    add1(model, ~ . + sex + lost, test = "Chisq")
  )
})

test_that("other models are compared by their likelihoods", {
  classes <- nn_fit(tension ~ breaks + wool, warpbreaks)
  smaller <- nn_fit(tension ~ wool, warpbreaks)
  table <- drop1(classes, "breaks", test = "Chisq")
  expect_equal(table$AIC, c(AIC(classes), AIC(smaller)), tolerance = 1e-6)
  ratio <- 2 * as.numeric(logLik(classes) - logLik(smaller))
  expect_equal(table$LRT[2], ratio, tolerance = 1e-5)
  expect_identical(table$Df[2], 2)
  expect_equal(add1(smaller, "breaks")$AIC, rev(table$AIC), tolerance = 1e-6)
  # classes that can be told apart have a likelihood, and no test
  apart <- suppressWarnings(nn_fit(Species ~ Petal.Length + Petal.Width + Sepal.Length, iris))
  expect_named(suppressWarnings(drop1(apart)), c("Df", "AIC"))
  both <- nn_fit(cbind(mpg, hp) ~ wt + qsec, mtcars)
  smaller <- nn_fit(cbind(mpg, hp) ~ qsec, mtcars)
  expect_equal(diff(drop1(both, "wt")$AIC), AIC(smaller) - AIC(both), tolerance = 1e-6)
})
