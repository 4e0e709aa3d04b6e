skip_if_no_torch()

d <- client_data()
pairs <- client_pairs()
network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)

test_that("generics of stats answer as of lm() and glm()", {
  expect_same_answer(pairs, function(model) alias(model)$Complete)
  expect_same_answer(pairs[names(pairs) != "deficient"], function(model) dummy.coef(model))
  expect_same_answer(pairs, function(model) effects(model))
  expect_same_answer(pairs[c("lm", "weighted", "padded", "deficient")], function(model) {
    unclass(proj(model))[, , drop = FALSE]
  })
  expect_same_answer(pairs, function(model) kappa(model))
  expect_same_answer(pairs, function(model) qr(model)$rank)
  expect_same_answer(pairs["lm"], function(model) qr.fitted(qr(model), d$breaks))
})

test_that("outcomes are drawn as of lm() and glm(), by the seed or the user's generator", {
  expect_same_answer(pairs, function(model) simulate(model, 2, seed = 1))
  expect_same_answer(pairs[c("lm", "poisson")], function(model) {
    withr::with_seed(3, simulate(model, nsim = 2))
  })
  quasi <- nn_fit(breaks ~ wool, d, family = quasipoisson())
  expect_error(simulate(quasi), "family")
})

test_that("every generic refuses a network by its name", {
  for (package in names(handed_on)) {
    if (!requireNamespace(package, quietly = TRUE)) next
    for (generic in intersect(handed_on[[package]], getNamespaceExports(package))) {
      method <- utils::getS3method(generic, "nn_fit", envir = asNamespace(package))
      expect_refused(method(network), "argument", paste0(generic, "() is for linear models"))
    }
  }
})

test_that("a method has the name of the generic for the fit, and hands on what it is given", {
  fit <- pairs$lm[[2]]
  expect_identical(names(formals(handing_on("stats", "alias"))), c("object", "..."))
  expect_identical(names(formals(handing_on("base", "kappa"))), c("z", "..."))
  expect_equal(kappa(z = fit, exact = TRUE), kappa(pairs$lm[[1]], exact = TRUE), tolerance = 1e-6)
  expect_refused(alias(network), "argument", from = "alias")
})

test_that("what a package does not have is passed over", {
  expect_no_error(register_for("stats", c("alias", "not_there")))
})

test_that("the data are found where the user is", {
  own <- function() {
    here <- mtcars
    fit <- nn_fit(mpg ~ wt, here)
    simulate(fit, seed = 2)
  }
  expect_equal(own(), simulate(lm(mpg ~ wt, mtcars), seed = 2), ignore_attr = TRUE)
})
