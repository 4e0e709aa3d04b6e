skip_if_no_torch()

tight <- stats::glm.control(epsilon = 1e-15, maxit = 100)
by_lm <- lm(mpg ~ wt + factor(cyl), mtcars)
linear <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
by_glm <- glm(carb ~ wt, poisson, mtcars, control = tight)
counts <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll")

test_that("tables are those that broom makes of lm() and glm()", {
  skip_if_not_installed("broom")
  expect_equal(tidy(linear, conf.int = TRUE), broom::tidy(by_lm, conf.int = TRUE), tolerance = 1e-8)
  expect_equal(broom::tidy(counts), broom::tidy(by_glm), tolerance = 1e-6)
  same_but_class <- function(ours, theirs) {
    expect_equal(as.data.frame(ours), as.data.frame(theirs), tolerance = 1e-6, ignore_attr = TRUE)
  }
  same_but_class(generics::glance(linear), broom::glance(by_lm))
  same_but_class(broom::glance(counts), broom::glance(by_glm))
  same_but_class(broom::augment(linear), broom::augment(by_lm))
  theirs <- broom::augment(by_lm, se_fit = TRUE, interval = "confidence")
  ours <- generics::augment(linear, se_fit = TRUE, interval = "confidence")
  expect_setequal(names(ours), names(theirs))
  same_but_class(ours[names(theirs)], theirs)
  new <- mtcars[1:3, c("wt", "cyl")]
  same_but_class(generics::augment(linear, newdata = new), broom::augment(by_lm, newdata = new))
  theirs <- broom::augment(by_glm, type.predict = "response")
  ours <- generics::augment(counts)
  # Its residuals are those of the deviance.
  columns <- setdiff(intersect(names(ours), names(theirs)), c(".sigma", ".resid"))
  same_but_class(ours[columns], theirs[columns])
  link <- generics::augment(counts, type.predict = "link")
  expect_equal(link$.fitted, unname(predict(by_glm)), tolerance = 1e-6)
})

test_that("ratios have their limits", {
  plain <- tidy(counts, conf.int = TRUE, conf.level = 0.9)
  ratios <- tidy(counts, conf.int = TRUE, conf.level = 0.9, exponentiate = TRUE)
  expect_equal(ratios$estimate, exp(plain$estimate))
  expect_equal(ratios$conf.high, exp(plain$conf.high))
  expect_equal(ratios$std.error, plain$std.error)
  expect_equal(plain$conf.low, unname(confint(counts, level = 0.9)[, 1]))
})

test_that("coefficients that are NA have a row, and several outcomes a column", {
  data <- transform(mtcars, double = 2 * wt)
  fit <- suppressWarnings(nn_fit(mpg ~ wt + double, data))
  table <- tidy(fit, conf.int = TRUE)
  expect_identical(is.na(table$estimate), c(FALSE, FALSE, TRUE))
  expect_identical(is.na(table$conf.low), c(FALSE, FALSE, TRUE))
  both <- tidy(nn_fit(cbind(mpg, qsec) ~ wt, mtcars))
  expect_identical(names(both)[1:2], c("response", "term"))
  expect_identical(both$response, rep(c("mpg", "qsec"), each = 2))
  expect_identical(both$term, rep(c("(Intercept)", "wt"), 2))
})

test_that("rows with missing values are those that lm() has", {
  for (action in list(na.omit, na.exclude)) {
    fit <- nn_fit(Ozone ~ Wind, airquality, na.action = action)
    table <- generics::augment(fit)
    expect_identical(nrow(table), 116L)
    expect_equal(table$.hat, unname(hatvalues(lm(Ozone ~ Wind, airquality))), tolerance = 1e-8)
    whole <- generics::augment(fit, airquality)
    kept <- identical(action, na.exclude)
    expect_identical(nrow(whole), if (kept) 153L else 116L)
    expect_identical(whole$.resid[!is.na(whole$.resid)], table$.resid)
    if (kept) expect_identical(is.na(whole$.cooksd), is.na(airquality$Ozone))
    expect_true("Temp" %in% names(whole))
  }
})

test_that("networks have predictions, and no weights to conclude on", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, seed = 1)
  expect_refused(tidy(network), "argument", "tidy() is for linear models", from = "tidy")
  glanced <- generics::glance(network)
  expect_identical(glanced$data, "held out")
  expect_identical(glanced$nobs, 32L)
  table <- generics::augment(network)
  expect_equal(table$.resid, unname(residuals(network)))
  new <- generics::augment(network, newdata = mtcars[1:2, ], interval = "prediction")
  expect_true(all(new$.lower < new$.fitted & new$.fitted < new$.upper))
  expect_false(".resid" %in% names(new))
  classes <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 2, epochs = 5, seed = 1)
  table <- generics::augment(classes)
  expect_identical(table$.class, predict(classes, type = "class"), ignore_attr = TRUE)
  expect_equal(table$.fitted_setosa, unname(predict(classes)[, "setosa"]))
  two <- generics::augment(nn_fit(factor(am) ~ wt, mtcars), newdata = mtcars)
  expect_true(all(c(".fitted", ".class") %in% names(two)))
})

test_that("of files, and with rows held out, there is what is known", {
  part <- generics::glance(nn_fit(mpg ~ wt, mtcars, validation = 0.25, seed = 1))
  expect_true(is.na(part$logLik))
  expect_false(is.na(part$r.squared))
  skip_if_no_pyarrow()
  on_files <- nn_fit(mpg ~ wt, write_parquet(mtcars))
  expected <- summary(lm(mpg ~ wt, mtcars))
  expect_equal(generics::glance(on_files)$sigma, expected$sigma, tolerance = 1e-9)
  expect_equal(tidy(on_files)$p.value, unname(expected$coefficients[, 4]), tolerance = 1e-8)
})

test_that("wrong values are refused by name", {
  refused <- function(code, ...) expect_refused(code, "argument", ...)
  refused(tidy(linear, conf.int = 2), "conf.int must be", from = "tidy")
  refused(tidy(linear, conf.int = TRUE, conf.level = 95), "conf.level must be a number")
  refused(tidy(linear, exponentiate = NA), "exponentiate must be")
  refused(generics::augment(linear, data = mtcars[1:3, ]), "It has 3 rows, and the fit has 32")
  expect_refused(generics::augment(linear, data = 3), "data", "data must be a data frame")
  expect_refused(generics::augment(linear, newdata = 3), "data", "newdata must be a data frame")
  refused(generics::augment(linear, se_fit = NA), "se_fit must be")
  refused(generics::augment(linear, interval = "both"), "interval")
  several <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars)
  refused(generics::augment(several), "this fit has several")
  matrix <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  refused(generics::augment(matrix), "needs a formula")
})

test_that("rows that were left out keep their places, as in lm()", {
  skip_if_not_installed("broom")
  d <- client_data()
  pair <- list(padded = list(
    lm(breaks ~ half, d, na.action = na.exclude), nn_fit(breaks ~ half, d, na.action = na.exclude)
  ))
  expect_same_answer(pair, function(model) as.data.frame(augment(model, data = d)))
  expect_same_answer(pair, function(model) as.data.frame(augment(model, newdata = d)))
  fit <- pair$padded[[2]]
  limits <- augment(fit, data = d, interval = "confidence", se_fit = TRUE)
  plain <- augment(fit, interval = "confidence", se_fit = TRUE)
  expect_identical(limits$.lower[!is.na(d$half)], plain$.lower)
  expect_identical(limits$.se.fit[!is.na(d$half)], plain$.se.fit)
  classes <- nn_fit(factor(many) ~ half, d, na.action = na.exclude)
  expect_identical(is.na(augment(classes, data = d)$.class), is.na(d$half))
})

test_that("residuals are of the type that is asked for", {
  skip_if_not_installed("broom")
  d <- client_data()
  pairs <- client_pairs(c("poisson", "logistic", "gamma"))
  for (type in c("deviance", "pearson")) {
    expect_same_answer(pairs, function(model) {
      table <- augment(model, type.predict = "link", type.residuals = type, se_fit = TRUE)
      table <- as.data.frame(table)
      # Of a glm() broom standardises those of that type, of a fit they are as rstandard().
      table[setdiff(sort(names(table)), if (type == "pearson") ".std.resid")]
    })
  }
  fit <- pairs$poisson[[2]]
  expect_equal(augment(fit, type.residuals = "working")$.resid, unname(residuals(fit, "working")))
  expect_refused(
    augment(fit, type.residuals = "partial"), "argument", "type.residuals must be one of response"
  )
})
