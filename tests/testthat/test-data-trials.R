skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-14, maxit = 100)
budworm <- data.frame(
  ldose = rep(0:5, 2), sex = factor(rep(c("M", "F"), each = 6)),
  dead = c(1, 4, 9, 13, 18, 20, 0, 2, 6, 10, 12, 16)
)
budworm$alive <- 20 - budworm$dead

test_that("successes and failures are shares that count as often as there were trials", {
  fit <- nn_fit(cbind(dead, alive) ~ sex + ldose, budworm, family = binomial())
  expected <- glm(cbind(dead, alive) ~ sex + ldose, binomial(), budworm, control = tight)
  expect_equal(coef(fit), coef(expected), tolerance = 1e-7)
  expect_equal(logLik(fit), logLik(expected), tolerance = 1e-9)
  expect_identical(unname(weights(fit)), unname(weights(expected)))
  expect_identical(as.vector(fit$outcome$values), budworm$dead / 20)
  expect_equal(fitted(fit), fitted(expected), tolerance = 1e-7)
  expect_equal(predict(fit, budworm[2, ]), predict(expected, budworm[2, ], type = "response"))
})

test_that("weights multiply them, and rows without trials do not count", {
  data <- rbind(budworm, transform(budworm[1, ], dead = 0, alive = 0))
  data$w <- rep_len(1:3, 13)
  fit <- nn_fit(cbind(dead, alive) ~ ldose, data, family = binomial("probit"), weights = w)
  expected <- suppressWarnings(
    glm(cbind(dead, alive) ~ ldose, binomial("probit"), data, weights = w, control = tight)
  )
  expect_equal(coef(fit), coef(expected), tolerance = 1e-7)
  expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
  expect_identical(nobs(fit), nobs(expected))
  expect_identical(df.residual(fit), expected$df.residual)
})

test_that("rows with a missing count are left out", {
  data <- budworm
  data$alive[3] <- NA
  fit <- nn_fit(cbind(dead, alive) ~ ldose, data, family = binomial())
  expected <- glm(cbind(dead, alive) ~ ldose, binomial(), data, control = tight)
  expect_equal(coef(fit), coef(expected), tolerance = 1e-7)
  expect_identical(nobs(fit), 11L)
})

test_that("a matrix, networks and rows held out have them too", {
  y <- as.matrix(budworm[c("dead", "alive")])
  fit <- nn_fit(as.matrix(budworm["ldose"]), y, family = binomial())
  expected <- glm(y ~ ldose, binomial(), budworm, control = tight)
  expect_equal(unname(coef(fit)), unname(coef(expected)), tolerance = 1e-7)
  net <- nn_fit(cbind(dead, alive) ~ sex + ldose, budworm,
    family = quasibinomial("cloglog"), hidden_units = 3, epochs = 20, validation = 0.25
  )
  expect_true(all(fitted(net) > 0 & fitted(net) < 1))
  folds <- nn_cv(cbind(dead, alive) ~ ldose, budworm, family = binomial(), folds = 3)
  expect_true(all(is.finite(folds$loss$valid_loss)))
})

test_that("without such a family two columns are two outcomes", {
  fit <- nn_fit(cbind(dead, alive) ~ ldose, budworm, family = poisson())
  expect_identical(ncol(fitted(fit)), 2L)
})

test_that("what is no number of trials is refused", {
  wrong <- transform(budworm, alive = alive - 5)
  expect_refused(
    nn_fit(cbind(dead, alive) ~ ldose, wrong, family = binomial()), "argument",
    "family binomial needs an outcome of successes and failures", "at least 0"
  )
  expect_refused(
    nn_fit(cbind(dead, alive) ~ ldose, budworm, family = binomial(), validation = budworm),
    "argument", "validation can not be other data where the outcome is successes and failures"
  )
})

test_that("weights beside numbers of trials say how often a row counts, as in glm()", {
  data <- transform(mtcars, often = rep(1:4, 8))
  formula <- cbind(carb, 10 - carb) ~ wt + cyl
  fit <- nn_fit(formula, data, family = binomial(), weights = often)
  model <- glm(formula, binomial(), data, weights = often)
  expect_equal(as.numeric(logLik(fit)), as.numeric(logLik(model)), tolerance = 1e-8)
  expect_equal(AIC(fit), AIC(model), tolerance = 1e-8)
  part <- nn_fit(formula, data, family = binomial(), subset = often > 1)
  model <- glm(formula, binomial(), data, subset = often > 1)
  expect_equal(AIC(part), AIC(model), tolerance = 1e-8)
})
