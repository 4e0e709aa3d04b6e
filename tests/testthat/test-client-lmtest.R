skip_if_no_torch()
skip_if_not_installed("lmtest")

d <- client_data()
pairs <- client_pairs(c("lm", "weighted", "padded", "poisson", "logistic", "gamma", "deficient"))
table_of <- function(test) unclass(test)[, , drop = FALSE]

test_that("coefficients are tested as those of lm() and glm()", {
  expect_same_answer(pairs, function(model) table_of(lmtest::coeftest(model)))
  expect_same_answer(pairs, function(model) lmtest::coefci(model))
  expect_same_answer(pairs, function(model) attr(lmtest::coeftest(model), "method"))
  expect_same_answer(pairs["lm"], function(model) table_of(lmtest::coeftest(model, df = 7)))
})

test_that("so they are with a robust covariance, as a function or a matrix", {
  skip_if_not_installed("sandwich")
  vcov_hc <- sandwich::vcovHC
  expect_same_answer(pairs, function(model) table_of(lmtest::coeftest(model, vcov. = vcov_hc)))
  expect_same_answer(pairs, function(model) lmtest::coefci(model, vcov. = vcov_hc(model)))
  expect_same_answer(pairs["poisson"], function(model) {
    table_of(lmtest::coeftest(model, vcov. = sandwich::vcovCL, cluster = ~group, type = "HC0"))
  })
})

test_that("nested models are compared as lm() and glm()", {
  whole <- pairs[c("lm", "weighted", "poisson", "logistic")]
  numbers <- function(table) as.matrix(as.data.frame(table))
  expect_same_answer(whole, function(model) numbers(lmtest::waldtest(model)))
  expect_same_answer(whole["logistic"], function(model) {
    numbers(lmtest::waldtest(model, "z", test = "Chisq"))
  })
  expect_same_answer(whole["poisson"], function(model) numbers(lmtest::waldtest(model, 3)))
})

test_that("the likelihood-ratio test takes a term or a second fit", {
  fit <- nn_fit(breaks ~ wool + z, d, loss = "poisson_nll")
  less <- nn_fit(breaks ~ wool, d, loss = "poisson_nll")
  expected <- lmtest::lrtest(
    glm(breaks ~ wool + z, poisson, d), glm(breaks ~ wool, poisson, d)
  )
  expect_equal(lmtest::lrtest(fit, less)$Chisq, expected$Chisq, tolerance = 1e-6)
  expect_equal(lmtest::lrtest(fit, "z")$LogLik, expected$LogLik, tolerance = 1e-8)
})

test_that("tests that take a fitted model are those of lm() and glm()", {
  found <- function(test) test[c("statistic", "parameter", "p.value")]
  whole <- pairs[c("lm", "weighted", "poisson", "logistic", "gamma")]
  for (name in c("bptest", "resettest", "bgtest", "gqtest", "raintest")) {
    ask <- getExportedValue("lmtest", name)
    expect_same_answer(whole, function(model) found(ask(model)))
  }
  expect_same_answer(pairs["lm"], function(model) found(lmtest::dwtest(model)))
  expect_same_answer(whole["lm"], function(model) {
    found(lmtest::bptest(model, ~z, data = d, studentize = FALSE))
  })
  not_nested <- list(
    list(lm(breaks ~ wool, d), nn_fit(breaks ~ wool, d)),
    list(lm(breaks ~ z, d), nn_fit(breaks ~ z, d))
  )
  # lm() is fitted again from lmtest's own functions, which see the workspace alone.
  in_workspace(list(d = d), for (name in c("encomptest", "coxtest", "jtest")) {
    ask <- getExportedValue("lmtest", name)
    expected <- as.data.frame(ask(not_nested[[1]][[1]], not_nested[[2]][[1]]))
    again <- as.data.frame(ask(not_nested[[1]][[2]], not_nested[[2]][[2]]))
    expect_equal(again, expected, tolerance = 1e-6, label = name)
  })
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_error(lmtest::bptest(network), class = "nnfit_error")
})

test_that("what has no coefficients to test is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  several <- nn_fit(cbind(mpg, hp) ~ wt, mtcars)
  for (name in c("coeftest", "coefci", "waldtest")) {
    fun <- getExportedValue("lmtest", name)
    expect_refused(fun(network), "argument", paste0(name, "() is for linear models"))
    expect_refused(fun(several), "argument", paste0(name, "() is for one outcome"))
  }
})

test_that("models of other rows are compared, and the user's frame is found", {
  data <- transform(mtcars, hp = replace(hp, c(3, 9), NA))
  fit <- nn_fit(mpg ~ wt + hp, data)
  # The reduced model has the rows of the larger one.
  whole <- lm(mpg ~ wt + hp, mtcars[-c(3, 9), ])
  nothing <- lm(mpg ~ 1, mtcars[-c(3, 9), ])
  ratio <- 2 * as.numeric(logLik(whole) - logLik(nothing))
  expect_equal(lmtest::lrtest(fit)$Chisq[2], ratio, tolerance = 1e-6)
  expect_equal(lmtest::waldtest(fit)$F[2], anova(nothing, whole)$F[2], tolerance = 1e-6)
})

test_that("a likelihood ratio is not tested where its distribution does not hold", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  short <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", epochs = 2)
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(lmtest::lrtest(short, fit), "argument", "lrtest() compares models by coefficients")
  expect_refused(lmtest::lrtest(fit, nn_fit(mpg ~ wt, mtcars, penalty = 1)), "argument", "penalty")
  expect_refused(lmtest::lrtest(fit, network), "argument", "lrtest() is for linear models")
  expect_refused(drop1(short, test = "Chisq"), "argument", "drop1() compares models by coefficients")
})

test_that("fits of other rows, outcomes and families are not compared", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "lrtest")
  refused(lmtest::lrtest(fit, nn_fit(hp ~ wt + qsec, mtcars)), "Fit 2 has another outcome")
  refused(lmtest::lrtest(fit, nn_fit(mpg ~ wt + hp, mtcars, weights = qsec)), "other weights")
  refused(lmtest::lrtest(fit, nn_fit(mpg ~ wt + hp, mtcars[32:1, ])), "another outcome")
  # a formula, too, may take in other rows
  gaps <- data.frame(y = c(0, 0, 0, 0, rep(0:1, 18)), x = cos(1:40), z = sin(1:40))
  gaps$x[1] <- gaps$z[3] <- NA
  first <- nn_fit(y ~ x, gaps, family = binomial())
  refused(lmtest::lrtest(first, . ~ z), "Fit 2 has other rows of the same data")
  whole <- na.omit(gaps)
  models <- lapply(list(y ~ x, y ~ x + z), glm, binomial(), whole)
  ours <- lmtest::lrtest(nn_fit(y ~ x, whole, family = binomial()), . ~ . + z)
  expect_equal(ours$Chisq, do.call(lmtest::lrtest, models)$Chisq, tolerance = 1e-5)
})
