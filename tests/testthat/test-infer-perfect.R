skip_if_no_torch()

exact <- data.frame(x = 1:20 + 0.5, z = cos(1:20))
exact$y <- 3 * exact$x + 1

warns <- function(code, ...) {
  expect_warning(code, "The fit is essentially perfect", class = "nnfit_warning_perfect")
}

test_that("what is rounding alone is warned of where lm() warns", {
  fit <- nn_fit(y ~ x + z, exact)
  model <- lm(y ~ x + z, exact)
  expect_warning(summary(model), "essentially perfect")
  warns(summary(fit))
  warns(tidy(fit))
  warns(glance(fit))
  expect_warning(anova(model), "essentially perfect")
  warns(table <- anova(fit))
  expect_true(all(table$`Sum Sq` >= 0))
  warns(anova(nn_fit(y ~ x, exact), fit))
  expect_warning(drop1(model), "essentially perfect")
  warns(drop1(fit))
  warns(add1(nn_fit(y ~ x, exact), "z"))
})

test_that("small residuals are tested with a warning, and summed up without", {
  near <- transform(exact, y = y + 1e-6 * sin(1:20 * 7))
  fit <- nn_fit(y ~ x + z, near)
  model <- lm(y ~ x + z, near)
  expect_no_warning(summary(fit))
  expect_no_warning(summary(model))
  warns(anova(fit))
  expect_warning(anova(model), "essentially perfect")
})

test_that("other fits are not warned of", {
  expect_no_warning({
    summary(nn_fit(mpg ~ wt, mtcars))
    anova(nn_fit(mpg ~ wt, mtcars))
    summary(nn_fit(carb ~ wt, mtcars, family = poisson()))
    summary(nn_fit(cbind(mpg, hp) ~ wt, mtcars))
    summary(nn_fit(mpg ~ wt, mtcars, validation = 1:4))
    summary(nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1))
  })
})
