test_that("limits are percentiles of the replicates, in the data's units", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 200, seed = 1)
  limits <- confint(fit)
  expect_identical(dimnames(limits), dimnames(confint(lm(mpg ~ wt + hp, mtcars))))
  each <- coef_replicates(fit, "confint", NULL)
  expect_equal(limits["wt", ], quantile(each[, "wt"], c(0.025, 0.975)), ignore_attr = TRUE)
  expect_identical(colnames(confint(fit, level = 0.9)), c("5 %", "95 %"))
  expect_identical(confint(fit, "hp"), limits["hp", , drop = FALSE])
  expect_identical(confint(fit, 2), limits["wt", , drop = FALSE])
})

test_that("without replicates limits are lm()'s and Wald's", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  expected <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(confint(fit), confint(expected), tolerance = 1e-9)
  expect_equal(confint(fit, "wt", 0.9), confint(expected, "wt", 0.9), tolerance = 1e-9)
  counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")
  by_glm <- glm(carb ~ wt, poisson, mtcars, control = list(epsilon = 1e-14))
  expect_equal(confint(counts), confint.default(by_glm), tolerance = 1e-6)
  # A share of 0.95 of a normal distribution is another than of t's.
  gamma <- nn_fit(mpg ~ wt, mtcars, loss = "gamma_nll")
  away <- unname(confint(gamma)[, 2] - coef(gamma)) / sqrt(diag(vcov(gamma)))
  expect_equal(unname(away), rep(qt(0.975, 30), 2))
  both <- nn_fit(cbind(mpg, wt) ~ hp, mtcars)
  expect_equal(confint(both)["wt:hp", ], confint(lm(wt ~ hp, mtcars))["hp", ], tolerance = 1e-9)
})

test_that("replicates are lm() on the rows drawn", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 3, seed = 1)
  generator <- reticulate::import("numpy")$random$default_rng(fit$replicates$seeds[2])
  drawn <- generator$integers(32L, size = 32L)
  expected <- coef(lm(mpg ~ wt + hp, mtcars[drawn + 1, ]))
  expect_equal(coef_replicates(fit, "coef", NULL)[2, ], expected, tolerance = 1e-6)
})

test_that("vcov() is about lm()'s where lm()'s assumptions hold", {
  skip_if_no_torch()
  data <- withr::with_seed(1, {
    x <- seq(-1, 1, length.out = 100)
    data.frame(x = x, y = 1 + 2 * x + 0.5 * rnorm(100))
  })
  fit <- nn_fit(y ~ x, data, bootstrap = 300, seed = 1)
  expected <- vcov(lm(y ~ x, data))
  expect_identical(dimnames(vcov(fit)), dimnames(expected))
  expect_equal(sqrt(diag(vcov(fit))), sqrt(diag(expected)), tolerance = 0.2)
})

test_that("several outcomes are named as lm() names them", {
  skip_if_no_torch()
  fit <- nn_fit(cbind(mpg, wt) ~ hp, mtcars, bootstrap = 3, seed = 1)
  expected <- rownames(vcov(lm(cbind(mpg, wt) ~ hp, mtcars)))
  expect_identical(rownames(confint(fit)), expected)
  expect_identical(colnames(vcov(fit)), expected)
})

test_that("a model without intercept, and unscaled", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt - 1, mtcars, bootstrap = 3, seed = 1, scale = FALSE)
  expect_identical(rownames(confint(fit)), "wt")
})

test_that("what has no limits is refused", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, loss = "l1")
  expect_refused(confint(fit), "argument", "confint()", "bootstrap = 100", from = "confint")
  expect_refused(vcov(fit), "argument", "bootstrap = 100", from = "vcov")
  net <- nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 2, bootstrap = 2)
  expect_refused(confint(net), "argument", "confint() is for linear models", "one by one")
  linear <- nn_fit(c ~ u, thermometer, bootstrap = 2, seed = 1)
  expect_refused(confint(linear, "v"), "argument", "parm must choose among the coefficients")
  expect_refused(confint(linear, 3), "argument", "parm must choose among the coefficients")
  for (level in list(0, 1, 1.5, -0.1)) {
    expect_refused(
      confint(linear, level = level), "argument", "level must be a number between 0 and 1"
    )
  }
})

test_that("parm chooses by name or by number, as an index does", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 5, seed = 1)
  all <- confint(fit)
  expect_identical(confint(fit, 2:3), all[2:3, ])
  expect_identical(confint(fit, -1), all[-1, ])
  expect_identical(confint(fit, NULL), all)
  wrong <- list(
    0, 4, 1.5, c(1, -1), NA, "nope", NA_character_, character(), integer(), list(), list("wt"),
    factor("wt"), TRUE, globalenv(), mean, ~wt, quote(wt)
  )
  for (parm in wrong) {
    expect_refused(confint(fit, parm), "argument", "parm must choose among", from = "confint")
  }
})
