skip_if_no_torch()

test_that("the family is that of glm()", {
  expect_identical(family(nn_fit(mpg ~ wt, mtcars))$family, "gaussian")
  expect_identical(family(nn_fit(carb ~ wt, mtcars, loss = "poisson_nll"))$link, "log")
  plain <- list("poisson_nll", log_input = FALSE)
  negative <- suppressWarnings(nn_fit(carb ~ wt, mtcars, loss = plain, epochs = 1))
  expect_identical(family(negative)$link, "identity")
  expect_identical(family(nn_fit(mpg ~ wt, mtcars, loss = "gamma_nll"))$family, "Gamma")
  expect_identical(family(nn_fit(factor(am) ~ wt, mtcars))$family, "binomial")
})

test_that("the negative binomial family is that of MASS", {
  skip_if_not_installed("MASS")
  fit <- nn_fit(carb ~ wt, mtcars, loss = list("negative_binomial_nll", dispersion = 0.5))
  own <- family(fit)
  known <- MASS::negative.binomial(2, link = "log")
  expect_identical(own$family, known$family)
  y <- c(0, 1, 5)
  mean <- c(0.5, 2, 3)
  for (part in c("variance", "linkfun", "linkinv", "mu.eta", "validmu", "valideta")) {
    expect_equal(own[[part]](mean), known[[part]](mean))
  }
  expect_false(own$validmu(c(1, 0)))
  expect_equal(own$dev.resids(y, mean, 1:3), known$dev.resids(y, mean, 1:3))
  expect_equal(own$aic(y, 1, mean, 1:3, 0), known$aic(y, 1, mean, 1:3, 0))
})

test_that("a loss that is no family of stats is refused", {
  species <- nn_fit(Species ~ ., iris, optimizer = "adam", epochs = 2)
  expect_refused(
    family(species), "argument", "family() is defined for the losses mse", "the loss cross_entropy",
    from = "family"
  )
  expect_refused(family(nn_fit(mpg ~ wt, mtcars, loss = "huber")), "argument", "loss huber")
})

test_that("every family is one to R", {
  negative <- nn_fit(carb ~ wt, mtcars, loss = "negative_binomial_nll",
    optimizer = "adam", epochs = 2)
  for (fit in list(negative, nn_fit(mpg ~ wt, mtcars))) expect_s3_class(family(fit), "family")
  expect_output(print(family(negative)), "Link function: log")
})
