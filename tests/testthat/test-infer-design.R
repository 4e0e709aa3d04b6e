skip_if_no_torch()

models <- list(mpg ~ wt + factor(cyl), mpg ~ wt * hp, log(mpg) ~ poly(wt, 2) + am - 1)

test_that("terms, model matrix, labels and names are lm()'s", {
  data <- transform(mtcars, w = rep(c(0, 1), 16))
  for (model in models) {
    fit <- nn_fit(model, data, weights = w)
    reference <- lm(model, data, weights = w)
    expect_identical(attr(terms(fit), "term.labels"), attr(terms(reference), "term.labels"))
    expect_equal(model.matrix(fit), model.matrix(reference), ignore_attr = "class")
    expect_equal(model.matrix(fit, data[3:6, ]), model.matrix(reference)[3:6, ], ignore_attr = TRUE)
    expect_identical(labels(fit), labels(reference))
    expect_identical(case.names(fit), case.names(reference))
    expect_identical(case.names(fit, full = TRUE), case.names(reference, full = TRUE))
    expect_identical(variable.names(fit), variable.names(reference))
    expect_identical(variable.names(fit, full = TRUE), variable.names(reference, full = TRUE))
    expect_identical(weights(fit), weights(reference))
  }
  expect_null(weights(nn_fit(mpg ~ wt, mtcars)))
})

test_that("bias = FALSE leaves the column of ones out", {
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars, bias = FALSE)
  x <- model.matrix(fit)
  expect_identical(colnames(x), names(coef(fit)))
  expect_identical(attr(x, "assign"), c(1L, 2L, 2L))
  expect_identical(variable.names(fit), names(coef(fit)))
})

test_that("the data of a function's own are found, by a fit of its own", {
  fitted_here <- function() {
    here <- mtcars[1:20, ]
    dim(model.matrix(nn_fit(mpg ~ wt, here)))
  }
  expect_identical(fitted_here(), c(20L, 2L))
})

test_that("a fit without a formula names its columns, and has no terms", {
  fit <- nn_fit(as.matrix(mtcars[c("wt", "hp")]), mtcars$mpg)
  expect_identical(labels(fit), c("wt", "hp"))
  expect_identical(variable.names(fit), c("(Intercept)", "wt", "hp"))
  expect_identical(case.names(fit), rownames(mtcars))
  bare <- nn_fit(unname(as.matrix(mtcars[c("wt", "hp")])), mtcars$mpg, hidden_units = 2, epochs = 2)
  expect_identical(variable.names(bare), c("x1", "x2"))
  expect_identical(case.names(bare), as.character(1:32))
  expect_refused(terms(fit), "argument", "terms() needs a formula", from = "terms")
  expect_refused(model.matrix(fit), "argument", "model.matrix() needs a formula")
  expect_refused(case.names(fit, full = 2), "argument", "full must be TRUE or FALSE")
})

test_that("the contrasts are those that the model was fitted with", {
  withr::local_options(contrasts = c("contr.sum", "contr.poly"))
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
  expected <- model.matrix(lm(mpg ~ wt + factor(cyl), mtcars))
  withr::local_options(contrasts = c("contr.treatment", "contr.poly"))
  expect_identical(model.matrix(fit), expected)
  expect_identical(unname(model.matrix(fit, mtcars[1:3, ])), unname(expected[1:3, ]),
    ignore_attr = TRUE
  )
})

test_that("working weights are those of glm(), and of squared error those that were given", {
  tight <- glm.control(epsilon = 1e-14)
  fit <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", weights = qsec)
  expected <- glm(carb ~ wt, poisson, mtcars, weights = qsec, control = tight)
  expect_equal(weights(fit, "working"), weights(expected, "working"), tolerance = 1e-6)
  expect_equal(weights(fit), unname(weights(expected)), ignore_attr = TRUE)
  expect_null(weights(nn_fit(mpg ~ wt, mtcars), "working"))
  expect_identical(weights(nn_fit(mpg ~ wt, mtcars, weights = qsec), "working"), mtcars$qsec)
  expect_refused(weights(fit, "none"), "argument", "type must be one of prior and working")
  network <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", hidden_units = 2, epochs = 2)
  expect_refused(weights(network, "working"), "argument", "weights() is for linear models")
})

test_that("columns that take no part are named where they are asked for", {
  data <- transform(mtcars, double = 2 * wt)
  fit <- suppressWarnings(nn_fit(mpg ~ wt + double + hp, data))
  reference <- lm(mpg ~ wt + double + hp, data)
  expect_identical(variable.names(fit), variable.names(reference))
  expect_setequal(variable.names(fit, full = TRUE), variable.names(reference, full = TRUE))
  expect_refused(variable.names(fit, full = 2), "argument", "full must be")
})

test_that("rows that were left out are named as in lm()", {
  for (action in list(na.omit, na.exclude)) {
    fit <- nn_fit(Ozone ~ Wind, airquality, na.action = action)
    reference <- lm(Ozone ~ Wind, airquality, na.action = action)
    expect_identical(case.names(fit), case.names(reference))
    expect_identical(na.action(fit), na.action(reference), ignore_attr = "names")
    expect_identical(naprint(na.action(fit)), naprint(na.action(reference)))
  }
  expect_null(na.action(nn_fit(mpg ~ wt, mtcars)))
})
