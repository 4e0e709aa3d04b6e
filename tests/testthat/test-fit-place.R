skip_if_no_torch()

# As users make many: each fit is of data that a function alone names.
parts <- split(mtcars, mtcars$am)
fits <- lapply(parts, function(part) nn_fit(mpg ~ wt, part))
lines <- lapply(parts, function(part) lm(mpg ~ wt, part))

test_that("fits of data that are a local variable have all that lm() has", {
  asks <- list(
    hatvalues, cooks.distance, rstudent, model.matrix, function(fit) anova(fit)[["F value"]],
    function(fit) drop1(fit)$AIC, function(fit) add1(fit, ~ . + qsec)$AIC,
    function(fit) predict(fit, interval = "confidence"),
    function(fit) predict(fit, type = "terms"), function(fit) residuals(fit, type = "partial"),
    function(fit) as.data.frame(model.frame(fit)), function(fit) length(coef(step(fit, trace = 0)))
  )
  for (ask in asks) {
    for (name in names(fits)) {
      expect_equal(ask(fits[[name]]), ask(lines[[name]]), tolerance = 1e-7, ignore_attr = TRUE)
    }
  }
  expect_equal(augment(fits[[1]])$.hat, unname(hatvalues(lines[[1]])), tolerance = 1e-7)
  found <- nn_test(fits[[1]], "wt", times = 19)
  expect_s3_class(found, "htest")
})

test_that("so have they for other packages", {
  for (package in c("sandwich", "emmeans", "lmtest")) skip_if_not_installed(package)
  fit <- fits[[1]]
  line <- lines[[1]]
  expect_equal(sandwich::vcovHC(fit), sandwich::vcovHC(line), tolerance = 1e-7)
  expect_equal(
    sandwich::vcovCL(fit, ~cyl, type = "HC0"), sandwich::vcovCL(line, ~cyl, type = "HC0"),
    tolerance = 1e-7
  )
  means <- function(model) as.data.frame(emmeans::emmeans(model, "wt"))
  expect_equal(means(fit), means(line), tolerance = 1e-7, ignore_attr = TRUE)
  gain <- 2 * as.numeric(logLik(line) - logLik(lm(mpg ~ 1, parts[[1]])))
  expect_equal(lmtest::lrtest(fit, . ~ 1)$Chisq[2], gain, tolerance = 1e-7)
})

test_that("pipes, weights, subsets and formulas of a function are found", {
  piped <- (function(d) nn_fit(mpg ~ wt + hp, d))(mtcars)
  expect_equal(hatvalues(piped), hatvalues(lm(mpg ~ wt + hp, mtcars)), tolerance = 1e-7)
  first <- (function(d) nn_fit(d, mpg ~ wt + hp))(mtcars) # the data first
  expect_equal(hatvalues(first), hatvalues(piped))
  make <- function(fitter, rows) {
    importance <- rows$qsec
    many <- 4
    model <- mpg ~ wt
    fitter(model, rows, weights = importance, subset = cyl > many)
  }
  expect_equal(hatvalues(make(nn_fit, mtcars)), hatvalues(make(lm, mtcars)), tolerance = 1e-7)
  passed <- function(rows, ...) nn_fit(mpg ~ wt, rows, ...)
  weighted <- function(rows) passed(rows, weights = qsec)
  expect_equal(
    hatvalues(weighted(mtcars)), hatvalues(lm(mpg ~ wt, mtcars, weights = qsec)),
    tolerance = 1e-7
  )
  chosen <- (function(rows) nn_fit(mpg ~ wt, subset(rows, cyl > 4)))(mtcars)
  expect_equal(hatvalues(chosen), hatvalues(lm(mpg ~ wt, mtcars, cyl > 4)), tolerance = 1e-7)
  expect_identical(nobs(update(chosen, . ~ . + hp)), nobs(chosen))
  called <- local({
    rows <- mtcars
    do.call("nn_fit", list(mpg ~ wt, quote(rows)))
  })
  expect_equal(hatvalues(called), hatvalues(lm(mpg ~ wt, mtcars)), tolerance = 1e-7)
})

test_that("variables without data are found where they were", {
  expected <- lm(mpg ~ wt, mtcars)
  inside <- with(mtcars, {
    fit <- nn_fit(mpg ~ wt)
    list(fit, hatvalues(fit), drop1(fit)$AIC)
  })
  expect_equal(inside[[2]], unname(hatvalues(expected)), tolerance = 1e-7, ignore_attr = TRUE)
  expect_equal(inside[[3]], drop1(expected)$AIC, tolerance = 1e-7)
  expect_equal(hatvalues(inside[[1]]), inside[[2]])
  expect_equal(add1(inside[[1]], ~ . + qsec)$AIC, add1(expected, ~ . + qsec)$AIC, tolerance = 1e-7)
  larger <- update(inside[[1]], . ~ . + hp)
  expect_equal(
    unname(hatvalues(larger)), unname(hatvalues(lm(mpg ~ wt + hp, mtcars))), tolerance = 1e-7
  )
  formula <- local({
    speed <- cars$speed
    dist <- cars$dist
    dist ~ speed
  })
  expect_equal(
    unname(hatvalues(nn_fit(formula))), unname(hatvalues(lm(dist ~ speed, cars))), tolerance = 1e-7
  )
})

test_that("the place of the call comes before that of the user, and before that of the formula", {
  part <- mtcars[1:5, ]
  rows <- mtcars[1:5, ]
  expect_equal(hatvalues(fits[[1]]), hatvalues(lines[[1]]), tolerance = 1e-7)
  fit <- (function(rows, model) nn_fit(model, rows))(mtcars, mpg ~ wt)
  expect_equal(hatvalues(fit), hatvalues(lm(mpg ~ wt, mtcars)), tolerance = 1e-7)
})

test_that("data that have changed in their place are refused still", {
  change <- NULL
  fit <- (function(rows) {
    change <<- function() rows$wt <<- rev(rows$wt)
    force(rows)
    nn_fit(mpg ~ wt, rows)
  })(mtcars)
  expect_no_error(hatvalues(fit))
  change()
  expect_refused(hatvalues(fit), "argument", "not what they were", from = "hatvalues")
})

test_that("update() finds the data, and what it gives does", {
  larger <- update(fits[[1]], . ~ . + qsec)
  expect_equal(
    hatvalues(larger), hatvalues(lm(mpg ~ wt + qsec, parts[[1]])), tolerance = 1e-7
  )
  expect_equal(hatvalues(update(larger, weights = hp)),
    hatvalues(lm(mpg ~ wt + qsec, parts[[1]], weights = hp)), tolerance = 1e-7
  )
  expect_equal(hatvalues(fits[[1]]), hatvalues(update(fits[[1]])))
  # The user's own come first, as update() of an lm() has it.
  part <- mtcars
  expect_identical(nobs(update(fits[[1]], . ~ . + qsec)), 32L)
  network <- (function(rows) nn_fit(mpg ~ wt, rows, hidden_units = 2, epochs = 3, seed = 1))(mtcars)
  expect_identical(nrow(loss_table(update(network, epochs = 2))), 5L)
})

read_again <- function(fit) unserialize(serialize(fit, NULL))

test_that("a file of a fit has none of what else was there", {
  large <- function() {
    other <- stats::rnorm(1e5)
    rows <- mtcars
    nn_fit(mpg ~ wt, rows)
  }
  expect_lt(length(serialize(large(), NULL)), 2e4)
  expect_equal(read_again(fits[[1]]), fits[[1]])
})

test_that("data that are not found are said to be so by all generics", {
  fit <- read_again(fits[[1]])
  asks <- list(
    hatvalues = hatvalues, anova = anova, drop1 = drop1, cooks.distance = cooks.distance,
    model.frame = model.frame, model.matrix = model.matrix, augment = augment, step = step,
    predict = function(fit) predict(fit, interval = "confidence"),
    residuals = function(fit) residuals(fit, type = "partial"),
    update = function(fit) update(fit, . ~ . + hp), nn_test = function(fit) nn_test(fit, "wt"),
    vcovHC = if (rlang::is_installed("sandwich")) sandwich::vcovHC
  )
  for (name in names(Filter(Negate(is.null), asks))) {
    said <- rlang::catch_cnd(asks[[name]](fit), "error")
    expect_s3_class(said, "nnfit_error_argument")
    words <- flat_message(said)
    expect_match(words, "reads the rows of the fit again, and does not find them", fixed = TRUE)
    expect_match(words, "part not found", fixed = TRUE)
    expect_no_match(words, "not what they were")
  }
  expect_refused(model.frame(fit), "argument", "does not find them", from = "model.frame")
  expect_refused(augment(fit), "argument", "does not find them", from = "augment")
  expect_refused(residuals(fit, type = "partial"), "argument", "not find them", from = "residuals")
  skip_if_not_installed("sandwich")
  vcovHC <- sandwich::vcovHC
  expect_refused(vcovHC(fit), "argument", "does not find them", from = "vcovHC")
})

test_that("data under that name where the fit is used are found", {
  fit <- read_again(fits[[1]])
  part <- parts[[1]]
  expect_equal(hatvalues(fit), hatvalues(lines[[1]]), tolerance = 1e-7)
  # A function of that name is none.
  named <- read_again((function(df) nn_fit(mpg ~ wt, df))(mtcars))
  expect_refused(hatvalues(named), "argument", "object df not found")
})

test_that("pictures and risks find them, too", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_silent(plot(fits[[1]], "curve"))
  skip_if_not_installed("survival")
  lung <- survival::lung
  fit <- (function(rows) nn_fit(Surv(time, status) ~ age, rows))(lung)
  expected <- survival::coxph(survival::Surv(time, status) ~ age, lung, x = TRUE)
  expect_equal(
    unname(residuals(fit, type = "score")), unname(residuals(expected, type = "score")),
    tolerance = 1e-6
  )
})

test_that("what a fit was made of is not mixed with others of the same name", {
  made <- with(mtcars, nn_fit(mpg ~ wt))
  attach(list(mpg = rev(mtcars$mpg)), name = "others", warn.conflicts = FALSE)
  on.exit(detach("others"))
  expected <- lm(mpg ~ wt + hp, mtcars)
  expect_equal(coef(update(made, . ~ . + hp)), coef(expected), tolerance = 1e-6)
})
