skip_if_no_torch()

# What a network computes, in R, from its coefficients.
forward <- function(x, parameters, activation) {
  hidden <- activation(sweep(x %*% t(parameters[["0.weight"]]), 2, parameters[["0.bias"]], "+"))
  sweep(hidden %*% t(parameters[["2.weight"]]), 2, parameters[["2.bias"]], "+")
}

test_that("a network's coefficients are its parameters on the data as they are", {
  fit <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars,
    hidden_units = 5, activation = "tanh", members = 1, seed = 1
  )
  parameters <- coef(fit)
  expect_named(parameters, c("0.weight", "0.bias", "2.weight", "2.bias"))
  expect_identical(dim(parameters[["0.weight"]]), c(5L, 2L))
  expect_identical(dim(parameters[["2.bias"]]), 2L)
  x <- as.matrix(mtcars[c("wt", "hp")])
  expect_equal(
    forward(x, parameters, tanh), predict(fit, mtcars), tolerance = 1e-5, ignore_attr = TRUE
  )
})

test_that("those of a skip connection are on the data as they are, too", {
  fit <- nn_fit(cbind(mpg, qsec) ~ wt + hp, mtcars,
    hidden_units = 5, activation = "tanh", skip = TRUE, members = 1, seed = 1
  )
  parameters <- coef(fit)
  expect_named(parameters, c("0.weight", "0.bias", "2.weight", "2.bias", "skip.weight"))
  x <- as.matrix(mtcars[c("wt", "hp")])
  expect_equal(
    forward(x, parameters, tanh) + x %*% t(parameters[["skip.weight"]]), predict(fit, mtcars),
    tolerance = 1e-5, ignore_attr = TRUE
  )
})

test_that("of a first layer that adds its inputs they are on standardised data", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars,
    hidden_units = 2, activation = "tanh", residual = TRUE, epochs = 20, seed = 1
  )
  parameters <- coef(fit)
  x <- scale(as.matrix(mtcars[c("wt", "hp")]))
  hidden <- x + tanh(sweep(x %*% t(parameters[["0.weight"]]), 2, parameters[["0.bias"]], "+"))
  output <- hidden %*% t(parameters[["3.weight"]]) + as.vector(parameters[["3.bias"]])
  expect_equal(as.vector(output), as.vector(predict(fit, mtcars)), tolerance = 1e-5)
})

test_that("without bias there is nothing to centre, and nothing is", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bias = FALSE)
  expect_equal(coef(fit), coef(lm(mpg ~ wt + hp - 1, mtcars)), tolerance = 1e-6)
})

test_that("several outcomes or classes give a matrix with their names", {
  both <- coef(nn_fit(cbind(mpg, qsec) ~ wt, mtcars))
  expect_equal(both, coef(lm(cbind(mpg, qsec) ~ wt, mtcars)), tolerance = 1e-6)
  classes <- coef(nn_fit(Species ~ Sepal.Width, iris, penalty = 0.01))
  expect_identical(dimnames(classes), list(c("(Intercept)", "Sepal.Width"), levels(iris$Species)))
})

test_that("the columns of a mean and of a log variance are in the data's units", {
  cars <- transform(mtcars, mpg = 100 * mpg)
  fit <- nn_fit(mpg ~ wt + hp, cars, loss = "gaussian_nll")
  expect_identical(
    dimnames(coef(fit)), list(c("(Intercept)", "wt", "hp"), c("mean", "log_variance"))
  )
  design <- cbind(1, as.matrix(cars[c("wt", "hp")]))
  expect_equal(
    unname(design %*% coef(fit)), unname(predict(fit, cars, type = "link")), tolerance = 1e-10
  )
  both <- nn_fit(cbind(mpg, qsec) ~ wt, cars, loss = "gaussian_nll", optimizer = "adam", epochs = 3)
  columns <- c("mpg:mean", "qsec:mean", "mpg:log_variance", "qsec:log_variance")
  expect_identical(colnames(coef(both)), columns)
})

test_that("a network's coefficients give both of its heads, and the log of a gamma's mean", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  for (loss in c("gaussian_nll", "gamma_nll")) {
    fit <- nn_fit(mpg ~ wt + hp, mtcars, loss = loss, hidden_units = 5, activation = "tanh",
      epochs = 20, seed = 1)
    link <- predict(fit, mtcars, type = "link")
    expect_equal(forward(x, coef(fit), tanh), as.matrix(link), tolerance = 1e-5, ignore_attr = TRUE)
  }
})

test_that("a fit of an earlier version, which says nothing of its output, is read", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expected <- coef(fit)
  fit$scaling[c("output_scale", "output_center")] <- NULL
  expect_equal(coef(fit), expected)
  expect_equal(predict(fit, mtcars), fitted(fit))
})

test_that("columns without names are x1, x2, ...", {
  expect_named(
    coef(nn_fit(unname(as.matrix(mtcars[2:3])), mtcars$mpg)), c("(Intercept)", "x1", "x2")
  )
})

test_that("a module of one's own keeps its parameters as trained", {
  fit <- nn_fit(
    c ~ u, thermometer, model = torch$nn$Linear(1L, 1L), scale = FALSE, epochs = 1, seed = 1
  )
  expect_named(coef(fit), c("weight", "bias"))
})

test_that("what lm() can not determine is NA here too, and takes no part in predictions", {
  cars <- transform(mtcars, k = 3, twin = wt, both = wt + hp, zero = 0)
  new <- transform(cars, k = -1e5, twin = rev(wt), both = 7, zero = 1)
  for (formula in list(
    mpg ~ k + wt + hp + both, mpg ~ both + wt + hp + k, mpg ~ twin + wt + zero + hp,
    mpg ~ k + zero, mpg ~ 0 + k + wt + zero + twin, mpg ~ wt + factor(cyl) + I(cyl == 4),
    cbind(mpg, qsec) ~ wt + twin + k
  )) {
    oracle <- lm(formula, cars)
    for (scale in c(TRUE, FALSE)) {
      fit <- suppressWarnings(nn_fit(formula, cars, scale = scale))
      expect_equal(coef(fit), coef(oracle), tolerance = 1e-6)
      # Newer versions of R say beside it which rows are not determined.
      expected <- suppressWarnings(predict(oracle, new))
      attr(expected, "non-estim") <- NULL
      expect_equal(predict(fit, new), expected, tolerance = 1e-6)
      if (!is.matrix(coef(fit))) {
        expect_equal(attr(logLik(fit), "df"), attr(logLik(oracle), "df"))
      }
    }
  }
})

test_that("nor what glm() can not", {
  cars <- transform(mtcars, k = 3, twin = wt, both = wt + hp)
  exact <- list(epsilon = 1e-11) # less would move the tolerance of its decomposition, too
  for (formula in list(am ~ wt + k + twin, am ~ both + wt + hp)) {
    oracle <- glm(formula, binomial, cars, control = exact)
    fit <- suppressWarnings(nn_fit(formula, cars, loss = "bce_with_logits"))
    expect_equal(coef(fit), coef(oracle), tolerance = 1e-6)
  }
  oracle <- glm(carb ~ twin + wt + hp + k, poisson, cars, control = exact)
  fit <- suppressWarnings(nn_fit(carb ~ twin + wt + hp + k, cars, loss = "poisson_nll"))
  expect_equal(coef(fit), coef(oracle), tolerance = 1e-6)
})

test_that("a penalty settles the coefficients of twins, but not of a constant", {
  cars <- transform(mtcars, k = 3, twin = wt)
  found <- coef(suppressWarnings(nn_fit(mpg ~ wt + twin + k, cars, penalty = 0.1)))
  expect_equal(found[["wt"]], found[["twin"]])
  expect_identical(is.na(found), c("(Intercept)" = FALSE, wt = FALSE, twin = FALSE, k = TRUE))
})

test_that("replicates leave out what is constant in their rows, and the others count", {
  cars <- transform(mtcars, k = 3, rare = as.numeric(carb == 8)) # one car
  fit <- suppressWarnings(nn_fit(mpg ~ wt + rare + k, cars, bootstrap = 30, seed = 1))
  each <- coef_replicates(fit, "vcov", NULL)
  expect_true(anyNA(each[, "rare"]) && !all(is.na(each[, "rare"])))
  limits <- confint(fit)
  expect_equal(
    unname(limits["rare", ]),
    quantile(each[, "rare"], c(0.025, 0.975), na.rm = TRUE, names = FALSE)
  )
  expect_true(all(is.na(limits["k", ])))
  expect_equal(vcov(fit)["rare", "rare"], var(each[, "rare"], na.rm = TRUE))
  expect_true(all(is.na(vcov(fit)["k", ])))
  plain <- suppressWarnings(nn_fit(mpg ~ wt + rare, cars, bootstrap = 30, seed = 1, scale = FALSE))
  expect_equal(
    coef_replicates(plain, "vcov", NULL), each[, c("(Intercept)", "wt", "rare")],
    tolerance = 1e-6
  )
})
