test_that("parts of lm() and glm() that a fit does not have are refused, with what gives them", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused <- function(code, ...) expect_refused(code, "unsupported", ..., from = "$")
  refused(sum(fit$residuals^2), "residuals is no part of a fit", "Use residuals(fit)")
  refused(fit$coefficients, "coef(fit)")
  refused(fit$df.residual, "df.residual(fit)")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(summary(network)$r.squared, "r.squared is no part of a fits summary", "glance(fit)")
  refused(summary(network)$coefficients, "coef(fit)")
  refused(summary(fit)$deviance, "deviance(fit)")
  for (name in names(parts_of_fits)) {
    expect_refused(do.call("$", list(fit, as.name(name))), "unsupported", name)
  }
  error <- tryCatch(fit$deviance, error = identity)
  expect_identical(conditionCall(error), quote(fit$deviance))
})

# sandwich reads and sets it.
test_that("what was left out is to be had by its name in lm(), and set by it", {
  skip_if_no_torch()
  fit <- nn_fit(Ozone ~ Wind, airquality, na.action = na.exclude)
  expect_s3_class(fit$na.action, "exclude")
  expect_identical(fit$na.action, fit$na_action)
  class(fit$na.action) <- "omit"
  expect_s3_class(fit$na_action, "omit")
  expect_length(residuals(fit), nobs(fit))
  expect_false("na.action" %in% names(fit))
})

test_that("the tables name parts that lm() and glm() have, and no part of a fit", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars)
  line <- lm(mpg ~ wt, mtcars, na.action = na.exclude)
  models <- list(line, glm(mpg ~ wt, data = mtcars))
  has <- c(unlist(lapply(models, names)), "coef", "resid", "na.action")
  expect_identical(setdiff(names(parts_of_fits), has), character())
  summaries <- unlist(lapply(models, function(model) names(summary(model))))
  expect_identical(setdiff(names(parts_of_summaries), summaries), character())
  expect_identical(setdiff(has, c(names(parts_of_fits), names(fit))), c(
    "rank", "assign", "qr", "xlevels", "R", "df.null", "boundary", "control", "method", "contrasts",
    "na.action"
  ))
  expect_identical(setdiff(summaries, c(names(parts_of_summaries), names(summary(fit)))), c(
    "contrasts", "df.null", "iter", "deviance.resid"
  ))
  expect_identical(intersect(names(parts_of_fits), names(fit)), character())
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_identical(intersect(names(parts_of_summaries), names(summary(network))), character())
})

test_that("what is said to give them does", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, bootstrap = 5, seed = 1)
  here <- list2env(list(fit = fit, newdata = mtcars, formula = mpg ~ wt, data = mtcars))
  weighted <- "weights(fit)" # NULL here, as for lm()
  for (code in setdiff(c(parts_of_fits, parts_of_summaries), weighted)) {
    expect_false(is.null(eval(str2lang(code), here)), label = code)
  }
})

test_that("packages find the parts of the lm() or glm() that a linear fit is equal to", {
  skip_if_no_torch()
  # In the place of a function of such a package.
  part <- function(fit, name) do.call("$", list(fit, name))
  environment(part) <- asNamespace("stats")
  d <- client_data()
  pairs <- client_pairs(c("weighted", "poisson"))
  own <- c("iter", "data", "control", "effects", "model", "terms")
  for (name in setdiff(parts_of_models, own)) {
    expect_same_answer(pairs, function(model) {
      found <- part(model, name)
      if (inherits(found, "qr")) found <- qr.R(found)
      if (is.matrix(found)) abs(found) else found
    })
  }
  expect_null(pairs$poisson[[2]]$rank)
  expect_identical(pairs$poisson[[2]]$offset[, 1], d$o)
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_null(part(network, "contrasts"))
  expect_null(part(network, "weights"))
  expect_refused(part(network, "rank"), "argument", "is for linear models")
  expect_refused(part(network, "residuals"), "argument", "is for linear models")
})

test_that("every other name gives what `$` of a list gives", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars)
  plain <- unclass(fit)
  for (name in c(names(plain), "hist", "nothing")) {
    expect_identical(do.call("$", list(fit, name)), do.call("$", list(plain, name)), label = name)
  }
  expect_null(fit[["residuals"]])
  fit$residuals <- 1:3
  expect_identical(fit$residuals, 1:3)
  short <- summary(nn_fit(mpg ~ wt, mtcars))
  expect_identical(short$total, short[["total"]])
})
