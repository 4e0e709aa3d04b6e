skip_if_no_torch()

# As close as the machine's last digits, where glm() is made to go on to the end.
tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)
counts <- transform(mtcars, cyl = factor(cyl))

test_that("the covariance is that of lm()", {
  designs <- list(
    mpg ~ wt + hp, mpg ~ wt * factor(cyl), mpg ~ poly(wt, 3) + log(hp), mpg ~ wt - 1,
    mpg ~ factor(cyl) + hp:wt
  )
  for (formula in designs) {
    for (weights in list(NULL, mtcars$qsec)) {
      fit <- nn_fit(formula, mtcars, weights = weights)
      expected <- eval(bquote(lm(.(formula), mtcars, weights = weights)))
      expect_equal(vcov(fit), vcov(expected), tolerance = 1e-9)
    }
  }
})

test_that("the covariance is that of glm()", {
  families <- list(
    list(carb ~ wt + disp, poisson, "poisson_nll"),
    list(mpg ~ wt + disp, Gamma("log"), "gamma_nll"),
    list(am ~ wt, binomial, "bce_with_logits"),
    list(am ~ wt, binomial, "bce")
  )
  for (one in families) {
    fit <- nn_fit(one[[1]], mtcars, loss = one[[3]])
    expected <- glm(one[[1]], one[[2]], mtcars, control = tight)
    expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
    fit <- nn_fit(one[[1]], mtcars, loss = one[[3]], weights = gear, offset = 0.1 * drat)
    # Weights that are no counts of trials, of which glm() warns, are what is meant.
    expected <- suppressWarnings(eval(bquote(glm(
      .(one[[1]]), .(one[[2]]), mtcars, weights = gear, offset = 0.1 * drat, control = tight
    ))))
    expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
  }
})

test_that("several outcomes, as of lm()", {
  fit <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars)
  expect_equal(vcov(fit), vcov(lm(cbind(mpg, qsec) ~ wt + hp, mtcars)), tolerance = 1e-9)
})

test_that("outputs that have a covariance each", {
  fit <- nn_fit(cbind(carb, gear) ~ wt, mtcars, loss = "poisson_nll")
  covariance <- vcov(fit)
  for (outcome in c("carb", "gear")) {
    own <- paste0(outcome, ":", c("(Intercept)", "wt"))
    alone <- glm(stats::reformulate("wt", outcome), poisson, mtcars, control = tight)
    expect_equal(unname(covariance[own, own]), unname(vcov(alone)), tolerance = 1e-6)
  }
  expect_identical(unname(covariance[1:2, 3:4]), matrix(0, 2, 2))
})

test_that("coefficients that are NA have rows of NA", {
  data <- transform(mtcars, double = 2 * wt)
  fit <- suppressWarnings(nn_fit(mpg ~ wt + double + hp, data))
  expected <- lm(mpg ~ wt + double + hp, data)
  expect_equal(vcov(fit), vcov(expected), tolerance = 1e-9)
  expect_equal(vcov(fit, complete = FALSE), vcov(expected, complete = FALSE), tolerance = 1e-9)
  expect_refused(vcov(fit, complete = NA), "argument", "complete must be")
})

test_that("it is there after a fit on files, too", {
  skip_if_no_pyarrow()
  file <- write_parquet(mtcars)
  fit <- nn_fit(mpg ~ wt + hp, file)
  expected <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(vcov(fit), vcov(expected), tolerance = 1e-9)
  new <- mtcars[1:3, ]
  expect_equal(
    predict(fit, new, interval = "confidence"), predict(expected, new, interval = "confidence"),
    ignore_attr = TRUE, tolerance = 1e-9
  )
})

test_that("every reason why there is none is said", {
  refused <- function(fit, ...) {
    expect_refused(vcov(fit), "argument", "vcov() needs to know how sure", "bootstrap = 100", ...)
  }
  refused(nn_fit(mpg ~ wt, mtcars, penalty = 0.1), "A penalty draws them to zero")
  refused(nn_fit(mpg ~ wt, mtcars, loss = "l1"), "Its loss is no likelihood")
  refused(nn_fit(mpg ~ wt + hp, mtcars[1:3, ]), "as many coefficients as rows")
  short <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", epochs = 5)
  refused(short, "Training ended", "standard errors from the maximum", "train on")
  parted <- suppressWarnings(nn_fit(factor(mpg > 20) ~ mpg, mtcars))
  refused(parted, "classes can be told apart")
  diverged <- suppressWarnings(
    nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 1e9, epochs = 300)
  )
  refused(diverged, "Training has diverged")
  old <- nn_fit(mpg ~ wt, mtcars)
  old$information <- NULL
  old$schema <- 3L
  refused(old, "made by an earlier version")
})

test_that("a network and scores of classes are refused for what they are", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(vcov(network), "argument", "vcov() is for linear models", "one by one")
  scores <- nn_fit(factor(gear) ~ mpg, mtcars)
  expect_refused(
    vcov(scores), "argument", "not there for scores of several classes", "probabilities have limits"
  )
})

test_that("a fit by a descent that has arrived has them", {
  fit <- nn_fit(mpg ~ wt, mtcars, optimizer = "adam", learn_rate = 0.1, epochs = 500)
  expect_lt(fit$information$gap, near_maximum)
  expect_equal(vcov(fit), vcov(lm(mpg ~ wt, mtcars)), tolerance = 1e-2)
})

test_that("replicates are named where they help, and to who has none", {
  data <- data.frame(x = 1:10, y = rep(0:1, each = 5))
  make <- function(...) suppressWarnings(nn_fit(y ~ x, data, family = binomial(), ...))
  said <- function(code) conditionMessage(rlang::catch_cnd(code, "nnfit_error"))
  fit <- make()
  helped <- "bootstrap = 100"
  expect_match(said(vcov(fit)), helped)
  expect_match(said(confint(fit)), helped)
  expect_match(said(predict(fit, data, interval = "confidence")), helped)
  expect_no_match(said(confint(fit, method = "profile")), helped)
  expect_no_match(said(hatvalues(fit)), helped)
  expect_no_match(said(anova(fit)), helped)
  expect_no_match(said(drop1(fit, test = "Chisq")), helped)
  expect_no_match(said(predict(fit, data, se.fit = TRUE)), helped)
  replicated <- make(bootstrap = 2, seed = 1)
  expect_no_match(said(hatvalues(replicated)), helped)
  expect_no_match(said(predict(replicated, data, se.fit = TRUE)), helped)
})

test_that("tests of separated fits are refused for the reason that there is", {
  data <- data.frame(x = 1:10, y = rep(0:1, each = 5))
  fit <- suppressWarnings(nn_fit(y ~ x, data, family = binomial()))
  for (ask in list(anova, function(fit) drop1(fit, test = "Chisq"))) {
    expect_refused(
      ask(fit), "argument", "compares models by coefficients at the maximum of the likelihood",
      "classes can be told apart", "drop1(fit) compares deviances without a test"
    )
  }
  expect_equal(drop1(fit)$Deviance[2], deviance(glm(y ~ 1, binomial, data)), tolerance = 1e-7)
})
