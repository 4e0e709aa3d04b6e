skip_if_no_torch()

test_that("the rows of the fit are read again where newdata are not given", {
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars, weights = qsec, subset = hp > 90)
  expected <- lm(mpg ~ wt + factor(cyl), mtcars, weights = qsec, subset = hp > 90)
  expect_equal(
    predict(fit, interval = "confidence"), predict(expected, interval = "confidence"),
    tolerance = 1e-9
  )
  expect_equal(predict(fit, se.fit = TRUE)$se.fit, predict(expected, se.fit = TRUE)$se.fit,
    tolerance = 1e-9, ignore_attr = TRUE
  )
})

test_that("rows with missing values are as na.action leaves them", {
  for (action in list(na.omit, na.exclude)) {
    fit <- nn_fit(Ozone ~ Wind, airquality, na.action = action)
    expected <- lm(Ozone ~ Wind, airquality, na.action = action)
    expect_equal(
      predict(fit, interval = "confidence"), predict(expected, interval = "confidence"),
      tolerance = 1e-9
    )
  }
})

test_that("an offset is read too", {
  fit <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", offset = log(cyl))
  expected <- glm(carb ~ wt + offset(log(cyl)), poisson, mtcars, control = list(epsilon = 1e-14))
  theirs <- predict(expected, se.fit = TRUE)
  # Its rows, and no offset beside them.
  found <- predict(fit, se.fit = TRUE, interval = "confidence")
  expect_equal(unname(found$fit[, "fit"]), unname(exp(theirs$fit)), tolerance = 1e-6)
  expect_equal(unname(found$se.fit), unname(exp(theirs$fit) * theirs$se.fit), tolerance = 1e-6)
})

test_that("data that are no longer what they were are refused", {
  rows <- mtcars
  fit <- nn_fit(mpg ~ wt, rows)
  refused <- function(...) {
    expect_refused(
      predict(fit, interval = "confidence"), "argument", "the data are not what they were", ...,
      from = "predict"
    )
  }
  rows$wt <- rev(rows$wt)
  refused("They do not give")
  rows <- mtcars[1:10, ]
  refused("They do not give")
  rows$wt <- NULL
  refused("newdata")
})

test_that("a fit without a formula wants newdata", {
  fit <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  expect_refused(predict(fit, interval = "confidence"), "argument", "needs a formula")
  expect_equal(
    unname(predict(fit, as.matrix(mtcars["wt"]), interval = "confidence")),
    unname(predict(lm(mpg ~ wt, mtcars), interval = "confidence")), tolerance = 1e-9
  )
})

test_that("so are data whose outcome is another", {
  rows <- mtcars
  fit <- nn_fit(mpg ~ wt, rows)
  rows$mpg <- rev(rows$mpg)
  refused <- function(code) expect_refused(code, "argument", "They do not have the fit", "outcome")
  refused(hatvalues(fit))
  refused(augment(fit))
  refused(drop1(fit))
  classes <- transform(mtcars, am = factor(am))
  fit <- nn_fit(am ~ wt, classes)
  classes$am <- rev(classes$am)
  refused(hatvalues(fit))
})

test_that("contrasts that a factor brings are no reason to warn", {
  data <- transform(mtcars, cyl = C(factor(cyl), contr.sum))
  fit <- nn_fit(mpg ~ cyl, data)
  expect_no_warning(found <- hatvalues(fit))
  expect_equal(found, hatvalues(lm(mpg ~ cyl, data)), tolerance = 1e-9)
})
