skip_if_no_torch()

test_that("drop1() and add1() give lm()'s and glm()'s AIC", {
  fit <- nn_fit(mpg ~ wt + hp + factor(cyl), mtcars)
  reference <- lm(mpg ~ wt + hp + factor(cyl), mtcars)
  expect_equal(drop1(fit)$AIC, drop1(reference)$AIC, tolerance = 1e-7)
  expect_equal(rownames(drop1(fit)), rownames(drop1(reference)))
  # nor does it say that a scale was given
  expect_no_match(attr(drop1(fit), "heading"), "scale")
  expect_no_match(attr(add1(fit, ~ . + qsec), "heading"), "scale")
  expect_equal(drop1(fit, k = 5)$AIC, drop1(reference, k = 5)$AIC, tolerance = 1e-7)
  expect_equal(
    add1(fit, ~ . + qsec + am)$AIC, add1(reference, ~ . + qsec + am)$AIC, tolerance = 1e-7
  )
  counts <- nn_fit(carb ~ wt + hp, mtcars, loss = "poisson_nll")
  reference <- glm(carb ~ wt + hp, poisson, mtcars)
  expect_equal(drop1(counts)$AIC, drop1(reference)$AIC, tolerance = 1e-7)
  tested <- drop1(counts, test = "Chisq")
  expect_equal(tested$LRT, drop1(reference, test = "Chisq")$LRT, tolerance = 1e-5)
})

test_that("what only the fit's formula can see is found, whatever its name", {
  fit <- local({
    .half <- function(x) x / 2
    nn_fit(mpg ~ .half(wt) + hp, mtcars)
  })
  expect_equal(drop1(fit)$AIC, drop1(lm(mpg ~ I(wt / 2) + hp, mtcars))$AIC, tolerance = 1e-7)
})

test_that("step() ends where it ends for lm()", {
  in_function <- function() {
    here <- mtcars[c("mpg", "wt", "hp", "qsec", "am")]
    curve <- function(x) x^2
    fit <- nn_fit(mpg ~ wt + hp + curve(qsec) + am, here)
    reference <- lm(mpg ~ wt + hp + curve(qsec) + am, here)
    list(step(fit, trace = 0), step(reference, trace = 0))
  }
  both <- in_function()
  expect_identical(names(coef(both[[1]])), names(coef(both[[2]])))
  expect_equal(coef(both[[1]]), coef(both[[2]]), tolerance = 1e-6)
})

test_that("what can not be compared by AIC is refused by name", {
  network <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = 2)
  expect_refused(drop1(network), "argument", "drop1() is for linear models", from = "drop1")
  expect_refused(add1(network, ~ . + am), "argument", "add1() is for linear models", from = "add1")
  matrix <- nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg)
  expect_refused(drop1(matrix), "argument", "drop1() needs a formula")
  robust <- nn_fit(mpg ~ wt + hp, mtcars, loss = "huber")
  expect_refused(drop1(robust), "argument", "drop1() is defined for the losses", "huber")
  penalised <- nn_fit(mpg ~ wt + hp, mtcars, penalty = 1)
  expect_refused(drop1(penalised), "argument", "drop1() compares models by coefficients", "penalty", from = "drop1")
  short <- nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", epochs = 2)
  expect_refused(add1(short, "hp"), "argument", "add1() compares models by coefficients", "train on", from = "add1")
})

test_that("wrong arguments are refused by name, before anything is fitted", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "drop1")
  for (wrong in list(-1, NA, "1", TRUE, NULL)) refused(drop1(fit, scale = wrong), "scale must be")
  for (wrong in list(NA, "2", NULL, 1:2)) refused(drop1(fit, k = wrong), "k must be a number")
  for (wrong in list(NA, "yes", NULL)) refused(drop1(fit, trace = wrong), "trace must be")
  refused(drop1(fit, test = "Wald"), "test must be one of")
  refused(drop1(fit, test = "Rao"), "test Rao is not there under squared error", "Use F")
  counts <- nn_fit(carb ~ wt + hp, mtcars, family = poisson())
  refused(drop1(counts, test = "F"), "needs a dispersion that is estimated")
  both <- nn_fit(cbind(mpg, hp) ~ wt + qsec, mtcars)
  refused(drop1(both, test = "F"), "test F is for models of one outcome", "Use Chisq")
  refused(drop1(both, test = "Rao"), "test Rao is for models of one outcome with a family")
  for (wrong in list(3, NA_character_, character(), list("wt"), mean)) {
    refused(drop1(fit, wrong), "scope must be a formula")
  }
  refused(drop1(fit, "a b {"), "scope must name terms of the model", "none: a b {")
  refused(drop1(fit, NULL), "scope must be a formula")
  refused(drop1(fit, "qsec"), "scope must name terms of the model", "none: qsec")
  refused(drop1(fit, ~1), "scope must name terms of the model")
  expect_refused(add1(fit), "argument", "that the model does not have yet", from = "add1")
  expect_refused(add1(fit, "wt"), "argument", "that the model does not have yet", from = "add1")
  expect_refused(add1(fit, ~ . + mpgg), "data", "Not found: mpgg", from = "add1")
  for (code in c(stats::as.formula("~ . + {stop('run')}"), "{stop('run')}")) {
    expect_refused(add1(fit, code), "argument", "scope must name terms", from = "add1")
  }
  expect_identical(rownames(drop1(fit, "wt")), c("<none>", "wt"))
  expect_identical(rownames(add1(fit, "qsec", test = "Chi")), c("<none>", "qsec"))
})

test_that("rows in which something is missing stay out where that is dropped", {
  fit <- nn_fit(Ozone ~ Wind + Solar.R, airquality)
  expect_equal(drop1(fit)$AIC, drop1(lm(Ozone ~ Wind + Solar.R, airquality))$AIC)
  part <- nn_fit(Ozone ~ Wind + Solar.R, airquality, subset = Month > 5)
  expect_equal(drop1(part)$AIC, drop1(lm(Ozone ~ Wind + Solar.R, airquality, Month > 5))$AIC)
})

test_that("a term that is missing in some rows is not added, nor dropped by step()", {
  fit <- nn_fit(Ozone ~ Wind, airquality)
  expect_refused(
    add1(fit, ~ . + Solar.R), "argument", "scope must name terms that are known in all rows",
    "111 rows of 116", from = "add1"
  )
  both <- nn_fit(Ozone ~ Solar.R + cos(Day), airquality)
  expect_error(step(both, scope = list(lower = ~1), trace = 0, k = 1000), "number of rows")
  whole <- na.omit(airquality)
  expect_equal(
    add1(nn_fit(Ozone ~ Wind, whole), ~ . + Solar.R)$AIC,
    add1(lm(Ozone ~ Wind, whole), ~ . + Solar.R)$AIC
  )
})

test_that("step() goes through comparisons, and back", {
  steps <- utils::capture.output(
    found <- step(nn_fit(mpg ~ (wt > 3) * hp + qsec + (am > 0), mtcars), trace = 2)
  )
  expect_true("trying - wt > 3:hp" %in% steps)
  data <- transform(mtcars, heavy = wt > 3, manual = am > 0)
  expected <- step(lm(mpg ~ heavy * hp + qsec + manual, data), trace = 0)
  expect_equal(unname(coef(found)), unname(coef(expected)), tolerance = 1e-6)
  expect_equal(found$anova$AIC, expected$anova$AIC, tolerance = 1e-7)
  # what stats deparses into a scope is read as calls
  grown <- step(nn_fit(mpg ~ 1, mtcars), ~ I(wt > 3) + hp + I(am > 0), trace = 0)
  expected <- step(lm(mpg ~ 1, mtcars), ~ I(wt > 3) + hp + I(am > 0), trace = 0)
  expect_equal(coef(grown), coef(expected), tolerance = 1e-6)
})

test_that("step() is that of glm() and coxph()", {
  fit <- nn_fit(carb ~ wt + hp + qsec + offset(log(gear)), mtcars, family = poisson())
  model <- glm(carb ~ wt + hp + qsec + offset(log(gear)), poisson(), mtcars)
  for (k in c(2, log(32))) {
    expected <- step(model, trace = 0, k = k)
    expect_equal(coef(step(fit, trace = 0, k = k)), coef(expected), tolerance = 1e-5)
  }
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  lung <- na.omit(survival::lung[c("time", "status", "age", "sex", "ph.ecog", "wt.loss")])
  formula <- Surv(time, status) ~ age * wt.loss + sex + ph.ecog
  expected <- step(survival::coxph(formula, lung), trace = 0)
  expect_equal(coef(step(nn_fit(formula, lung), trace = 0)), coef(expected), tolerance = 1e-6)
})

test_that("step() ends where nothing would be left", {
  data <- transform(mtcars, noise = sin(7 * seq_along(mpg)), far = cos(5 * seq_along(mpg)))
  fit <- nn_fit(far ~ 0 + noise, data)
  expect_warning(found <- step(fit, trace = 0), "ends at the term `noise`",
    class = "nnfit_warning_scope"
  )
  expect_identical(format(formula(found)), "far ~ 0 + noise")
  expect_lt(drop1(fit)$AIC[2], drop1(fit)$AIC[1])
  skip_if_not_installed("survival")
  lung <- survival::lung
  lung$noise <- sin(7 * seq_along(lung$time))
  risks <- nn_fit(Surv(time, status) ~ noise + strata(sex), lung)
  expect_warning(found <- step(risks, trace = 0), "ends at the term", class = "nnfit_warning_scope")
  expect_identical(names(coef(found)), "noise")
})

test_that("drop1() leaves the fit, its data and the generator as they are", {
  withr::local_seed(1)
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  before <- .Random.seed
  drop1(fit, test = "F")
  add1(fit, "qsec")
  expect_identical(.Random.seed, before)
})

test_that("a scale may be a number in a matrix", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  expect_silent(table <- drop1(fit, scale = matrix(6)))
  expect_equal(table, drop1(fit, scale = 6))
})
