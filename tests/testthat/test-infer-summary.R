skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)

test_that("parts have the names and values of summary.lm()", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  found <- summary(fit)
  expected <- summary(lm(mpg ~ wt + hp, mtcars))
  same <- c(
    "coefficients", "aliased", "df", "sigma", "r.squared", "adj.r.squared", "fstatistic"
  )
  for (part in same) expect_equal(found[[part]], expected[[part]], tolerance = 1e-9)
})

test_that("parts have the names and values of summary.glm()", {
  fit <- nn_fit(carb ~ wt + hp, mtcars, loss = "poisson_nll", weights = gear)
  expected <- summary(glm(carb ~ wt + hp, poisson, mtcars, weights = gear, control = tight))
  same <- c(
    "coefficients", "aliased", "df", "dispersion", "deviance", "null.deviance", "df.residual",
    "df.null", "aic"
  )
  for (part in same) expect_equal(summary(fit)[[part]], expected[[part]], tolerance = 1e-6)
  fit <- nn_fit(mpg ~ wt, mtcars, loss = "gamma_nll")
  expected <- summary(glm(mpg ~ wt, Gamma("log"), mtcars, control = tight))
  for (part in same) expect_equal(summary(fit)[[part]], expected[[part]], tolerance = 1e-6)
})

test_that("a summary prints as it was", {
  lines_of <- function(...) {
    lines <- capture.output(print(summary(nn_fit(..., seed = 1)), signif.stars = FALSE))
    lines <- sub(" after [0-9]+ epochs.*", "", lines)
    cat(sub("^(Loss [-0-9.]+), .* s$", "\\1", lines), sep = "\n")
  }
  expect_prints("infer-summary", {
    lines_of(mpg ~ wt + hp, mtcars)
    lines_of(carb ~ wt, mtcars, loss = "poisson_nll")
    lines_of(mpg ~ wt, mtcars, loss = "gamma_nll")
    lines_of(cbind(mpg, qsec) ~ wt, mtcars)
    lines_of(mpg ~ wt, mtcars, penalty = 0.1)
    lines_of(factor(gear) ~ mpg, mtcars)
    lines_of(mpg ~ 1, mtcars)
  })
})

test_that("stars are as asked, and a coefficient that is NA has a row", {
  data <- transform(mtcars, double = 2 * wt)
  fit <- suppressWarnings(nn_fit(mpg ~ wt + double, data))
  text <- capture.output(print(summary(fit), signif.stars = TRUE))
  expect_match(text, "^double +NA +NA +NA +NA", all = FALSE)
  expect_match(text, "[*]{3}$", all = FALSE)
  text <- capture.output(print(summary(fit), digits = 3, signif.stars = FALSE))
  expect_no_match(text, "[*]{3}$")
  expect_match(text, "^wt +-5.344", all = FALSE)
  expect_refused(print(summary(fit), signif.stars = 2), "argument", "signif.stars must be")
})

test_that("a descent that has not arrived says so in place of standard errors", {
  fit <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", epochs = 5)
  text <- capture.output(print(summary(fit)))
  expect_match(text, "No standard errors. Training ended more than", all = FALSE)
  expect_null(summary(fit)[["sigma"]])
})

test_that("numbers that are no counts have a summary without AIC", {
  found <- summary(nn_fit(I(mpg / 100) ~ wt, mtcars, loss = "poisson_nll"))
  expect_output(print(found), "Residual deviance")
  expect_true(is.na(glance(found$fit)$logLik))
})
