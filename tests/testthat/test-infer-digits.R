# Problems on which digits are lost: the statistical reference data sets of NIST,
# https://www.itl.nist.gov/div898/strd/lls/lls.shtml, and others whose answer is known.
skip_if_no_torch()

# The digits in which all values agree with those that are right, 15 at most.
digits_of <- function(values, right) {
  min(15, -log10(abs(values - right) / abs(right)))
}

# As many as lm() has, less at most one; or there is a warning.
expect_digits <- function(formula, data, right, errors = NULL) {
  fit <- nn_fit(formula, data)
  expected <- lm(formula, data)
  expect_gte(digits_of(coef(fit), right), digits_of(coef(expected), right) - 1)
  if (is.null(errors)) return()
  of <- function(fit) digits_of(sqrt(diag(vcov(fit))), errors)
  expect_gte(of(fit), of(expected) - 1)
}

test_that("Longley's data have as many digits as lm() gives them", {
  data <- with(longley, data.frame(
    y = 1000 * Employed, GNP.deflator, GNP = 1000 * GNP, Unemployed = 10 * Unemployed,
    Armed.Forces = 10 * Armed.Forces, Population = 1000 * Population, Year
  ))
  expect_digits(y ~ ., data,
    c(
      -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
      -1.03322686717359, -0.0511041056535807, 1829.15146461355
    ),
    c(
      890420.383607373, 84.9149257747669, 0.0334910077722432, 0.488399681651699,
      0.214274163161675, 0.226073200069370, 455.478499142212
    )
  )
})

test_that("so have Wampler's polynomials", {
  power <- y ~ x + I(x^2) + I(x^3) + I(x^4) + I(x^5)
  x <- 0:20
  sum_of <- function(weights) as.vector(outer(x, 0:5, "^") %*% weights)
  errors <- c(
    759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048, 2048,
    -2048, 2523, -2048, 2048, -2048, 759
  )
  certified <- c(
    2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752,
    0.112324854679312
  )
  expect_digits(power, data.frame(x, y = sum_of(rep(1, 6))), rep(1, 6))
  expect_digits(power, data.frame(x, y = sum_of(10^-(0:5))), 10^-(0:5))
  for (size in c(1, 100, 10000)) {
    data <- data.frame(x, y = sum_of(rep(1, 6)) + size * errors)
    expect_digits(power, data, rep(1, 6), size * certified)
  }
})

test_that("so have columns far from 0, of very different size, and nearly collinear", {
  z <- seq(1000, 1010, length.out = 50)
  expect_digits(y ~ z, data.frame(z, y = 5 + z), c(5, 1))
  powers <- outer(seq(0, 1, length.out = 60), 1:9, "^")
  expect_digits(y ~ ., data.frame(y = 1 + rowSums(powers), powers), rep(1, 10))
  set.seed(1)
  data <- data.frame(a = 1e-8 * rnorm(40), b = 1e8 * rnorm(40), c = rnorm(40))
  data$y <- with(data, 1 + 1e8 * a + 1e-8 * b + c)
  expect_digits(y ~ ., data, c(1, 1e8, 1e-8, 1))
})

test_that("generalised linear models on nearly collinear columns come to glm()'s maximum", {
  set.seed(2)
  data <- data.frame(a = rnorm(200), c = rnorm(200))
  mean <- exp(0.5 + 0.3 * data$a)
  data$counts <- rpois(200, mean)
  data$sizes <- rgamma(200, 2, 2 / mean)
  data$event <- rbinom(200, 1, plogis(data$a))
  exact <- glm.control(epsilon = 1e-15, maxit = 200)
  for (own in 10^-(2:6)) {
    data$b <- data$a + own * data$c
    for (case in list(
      list(counts ~ a + b, poisson()), list(sizes ~ a + b, Gamma("log")),
      list(event ~ a + b, binomial()), list(counts ~ a + b, quasipoisson())
    )) {
      fit <- nn_fit(case[[1]], data, family = case[[2]])
      expected <- suppressWarnings(glm(case[[1]], case[[2]], data, control = exact))
      gaps <- (coef(fit) - coef(expected)) / sqrt(diag(vcov(expected)))
      expect_lt(max(abs(gaps)), 1e-6)
      expect_equal(vcov(fit), vcov(expected), tolerance = 1e-7)
      expect_lt(fit$information$gap, 1e-6)
    }
  }
})

test_that("so do models of risks and of classes, from every start", {
  skip_if_not_installed("survival")
  set.seed(7)
  data <- data.frame(x = rnorm(80))
  data$time <- rexp(80, exp(0.4 * data$x))
  data$class <- factor(sample(letters[1:3], 80, TRUE))
  exact <- survival::coxph.control(eps = 1e-14, toler.chol = 1e-18, iter.max = 100)
  for (own in 10^-(3:5)) {
    data$z <- data$x + own * rnorm(80)
    expected <- survival::coxph(survival::Surv(time) ~ x + z, data, control = exact)
    for (seed in 1:4) {
      fit <- nn_fit(survival::Surv(time) ~ x + z, data, seed = seed)
      gaps <- (coef(fit) - coef(expected)) / sqrt(diag(vcov(expected)))
      expect_lt(max(abs(gaps)), 1e-6)
      classes <- nn_fit(class ~ x + z, data, seed = seed)
      expect_lt(classes$information$gap, 1e-6)
    }
  }
})
