skip_if_no_torch()

test_that("lm()'s table stands beside torch's estimates and the gap", {
  compared <- lm_compare(mpg ~ wt + factor(cyl), mtcars)
  reference <- summary(lm(mpg ~ wt + factor(cyl), mtcars))$coefficients
  table <- compared$coefficients
  expect_named(
    table, c("term", "estimate", "std.error", "statistic", "p.value", "nn_estimate", "gap")
  )
  expect_identical(table$term, rownames(reference))
  expect_equal(as.matrix(table[2:5]), unname(reference), ignore_attr = TRUE)
  expect_equal(table$nn_estimate, table$estimate, tolerance = 1e-8)
  expect_equal(table$gap, table$nn_estimate - table$estimate)
  expect_equal(compared$mse[["lm"]], mean(lm(mpg ~ wt + factor(cyl), mtcars)$residuals^2))
  expect_equal(compared$mse[["nn_fit"]], compared$mse[["lm"]], tolerance = 1e-8)
  expect_identical(tidy(compared), table)
  expect_identical(deparse(compared$lm$call), "lm(formula = mpg ~ wt + factor(cyl), data = data)")
})

test_that("weights reach both fits", {
  compared <- lm_compare(mpg ~ ., mtcars[c("mpg", "wt", "hp")], weights = hp)
  expect_equal(
    compared$coefficients$estimate, unname(coef(lm(mpg ~ wt + hp, mtcars, weights = hp)))
  )
  expect_lt(max(abs(compared$coefficients$gap)), 1e-6)
  expect_equal(compared$mse[["nn_fit"]], compared$mse[["lm"]], tolerance = 1e-8)
})

test_that("descent that has not arrived shows its gap", {
  compared <- lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 5)
  expect_gt(max(abs(compared$coefficients$gap)), 0.01)
  expect_gt(compared$mse[["nn_fit"]], compared$mse[["lm"]])
})

test_that("two fits that are there already are compared, either way round", {
  reference <- lm(c ~ u, thermometer)
  fit <- nn_fit(c ~ u, thermometer)
  expect_identical(lm_compare(reference, fit)$coefficients, lm_compare(fit, reference)$coefficients)
})

test_that("a coefficient that lm() can not estimate has no gap", {
  twins <- transform(thermometer, v = 2 * u)
  expect_warning(compared <- lm_compare(c ~ u + v, twins), class = "nnfit_warning_collinear")
  table <- compared$coefficients
  expect_identical(is.na(table$estimate), c(FALSE, FALSE, TRUE))
  expect_identical(is.na(table$gap), c(FALSE, FALSE, TRUE))
})

test_that("what can not be compared is refused", {
  refused <- function(...) expect_refused(..., from = "lm_compare")
  refused(
    lm_compare(c ~ u, thermometer, hidden_units = 3), "argument",
    "hidden_units and model do not apply"
  )
  empty <- quote(lm_compare(c ~ u, thermometer, epochs = 1))
  empty$epochs <- rlang::missing_arg()
  refused(eval(empty), "argument", "epochs is empty")
  refused(lm_compare(3), "argument", "x must be a formula or a fit")
  refused(lm_compare(c ~ v, thermometer), "data", "Not found: v")
  refused(lm_compare(tension ~ breaks, warpbreaks), "argument", "nn_fit() of one numeric outcome")
  refused(lm_compare(cbind(mpg, hp) ~ wt, mtcars), "argument", "nn_fit() of one numeric outcome")
  fit <- nn_fit(c ~ u, thermometer)
  refused(lm_compare(fit), "argument", "y is missing", "the lm() to set beside x")
  refused(lm_compare(lm(c ~ u, thermometer)), "argument", "y is missing", "the nn_fit() to set")
  refused(lm_compare(), "argument", "x is missing", "Begin with a formula")
  refused(lm_compare(fit, 3), "argument", "y must be an lm()")
  refused(lm_compare(lm(mpg ~ wt, mtcars), fit), "argument", "same rows", "32", "11")
  # Coefficients of a logarithm, or of mean and variance, are not beside lm()'s.
  for (loss in c("poisson_nll", "gamma_nll", "gaussian_nll")) {
    refused(lm_compare(mpg ~ wt, mtcars, loss = loss), "argument", "one output is the prediction")
  }
  refused(
    lm_compare(carb ~ wt, mtcars, loss = "mse", family = poisson()), "argument",
    "loss does not go with family"
  )
  refused(lm_compare(c ~ v, thermometer, methods = "sgd"), "data", "Not found: v")
  holes <- transform(mtcars, wt = replace(wt, 2, Inf))
  refused(lm_compare(mpg ~ wt, holes, methods = "sgd"), "data", "finite")
  refused(lm_compare(mpg ~ wt, mtcars, methods = "sgd", family = binomial()), "data", "y values")
})

test_that("it prints a table and both errors", {
  text <- capture.output(print(lm_compare(c ~ u, thermometer)))
  expect_match(
    text, "^term +estimate +std.error +statistic +p.value +nn_estimate +gap$", all = FALSE
  )
  expect_match(text, " 8.70e-06 ", fixed = TRUE, all = FALSE)
  expect_match(text, "Mean squared error: lm\\(\\) 2\\.9276, nn_fit\\(\\) 2\\.9276", all = FALSE)
})

test_that("rows that na.exclude() pads do not count in the errors", {
  holes <- transform(mtcars, wt = replace(wt, 2, NA))
  for (action in list(na.exclude, na.omit)) {
    both <- lm_compare(mpg ~ wt, holes, na.action = action, weights = hp)
    expect_equal(both$mse[["nn_fit"]], both$mse[["lm"]])
  }
})

test_that("a misspelt option is named before its value is looked for", {
  expect_refused(
    lm_compare(mpg ~ wt, mtcars, weigths = hp), "argument", "weigths", "Did you mean weights?",
    from = "lm_compare"
  )
})

test_that("a single coefficient is compared", {
  compared <- lm_compare(mpg ~ 1, mtcars)
  expect_identical(compared$coefficients$term, "(Intercept)")
  expect_equal(compared$coefficients$nn_estimate, mean(mtcars$mpg))
  expect_equal(compared$coefficients$gap, 0)
})

test_that("every line of print() is as it was", {
  compared <- lm_compare(mpg ~ wt + hp, mtcars)
  # What is left of rounding differs from machine to machine.
  compared$coefficients$gap <- c(1.234e-10, -2e-11, 0)
  compared$nn_fit$seconds <- 1.25
  compared$nn_fit$history$train_loss <- c(9, 6.09524)
  expect_prints("compare-lm", print(compared), print(compared, digits = 3))
})

test_that("censored times are refused as what they are", {
  skip_if_not_installed("survival")
  lung <- survival::lung
  times <- survival::Surv(time, status) ~ age
  refusal <- paste(
    "x must not have censored times as its outcome, which lm() and glm() do not fit. i Fit them",
    "by nn_fit(), compare such fits by anova(), and set one beside survival::coxph() by as_coxph()"
  )
  expect_refused(lm_compare(times, lung), "argument", refusal)
  expect_refused(lm_compare(times, lung, methods = "sgd"), "argument", refusal)
  expect_refused(lm_compare(times, lung, family = poisson()), "argument", refusal)
  cox <- nn_fit(times, lung)
  line <- lm(time ~ age, lung)
  expect_refused(lm_compare(line, cox), "argument", sub("^x", "y", refusal))
  # What it names works.
  expect_s3_class(as_coxph(cox), "coxph")
  expect_s3_class(anova(nn_fit(survival::Surv(time, status) ~ sex + age, lung), cox), "anova")
})
