call <- NULL

forge <- function(design, data) {
  forge_design(design$blueprint, design$columns, data, "newdata", call)
}

test_that("a formula's matrix is model.matrix() without the intercept", {
  expect_design <- function(formula, data) {
    expected <- stats::model.matrix(formula, data)
    expected <- expected[, colnames(expected) != "(Intercept)", drop = FALSE]
    expect_equal(design_formula(formula, data, call)$x, expected, ignore_attr = TRUE)
    expect_identical(colnames(design_formula(formula, data, call)$x), colnames(expected))
  }
  expect_design(mpg ~ ., mtcars)
  expect_design(mpg ~ wt * factor(cyl) + log(hp), mtcars)
  expect_design(Sepal.Length ~ Species:Sepal.Width, iris)
  expect_design(Sepal.Length ~ Species - 1, iris)
  expect_design(Sepal.Length ~ 0 + Sepal.Width + Species, iris)
  expect_design(mpg ~ I(wt^2) + am, transform(mtcars, am = am == 1))
  expect_design(len ~ supp + ordered(dose), ToothGrowth)
})

test_that("an intercept term is understood in all its spellings", {
  for (formula in list(mpg ~ wt - 1, mpg ~ 0 + wt, mpg ~ wt + 0)) {
    expect_false(design_formula(formula, mtcars, call)$intercept)
  }
  for (formula in list(mpg ~ wt, mpg ~ 1 + wt, mpg ~ wt - 0)) {
    expect_true(design_formula(formula, mtcars, call)$intercept)
  }
})

test_that("a constant of the workspace may stand in a formula", {
  base <- 10
  x <- design_formula(mpg ~ log(wt, base) + sin(2 * pi * hp), mtcars, call)$x
  expect_equal(unname(x[, 1]), log10(mtcars$wt))
  expect_equal(unname(x[, 2]), sin(2 * pi * mtcars$hp))
})

test_that("a function of the workspace may stand in a formula", {
  double <- function(x) 2 * x
  expect_equal(unname(design_formula(mpg ~ double(wt), mtcars, call)$x[, 1]), 2 * mtcars$wt)
})

test_that("outcomes keep lm()'s names", {
  expect_named(design_formula(cbind(mpg, hp) ~ wt, mtcars, call)$y, c("mpg", "hp"))
  expect_named(design_formula(log(mpg) ~ wt, mtcars, call)$y, "log(mpg)")
})

test_that("new data come out by the training data's terms", {
  design <- design_formula(mpg ~ poly(wt, 2) + factor(cyl), mtcars, call)
  expect_equal(forge(design, mtcars[3:4, ])$x, design$x[3:4, ], ignore_attr = TRUE)

  text <- transform(iris, Species = as.character(Species))
  design <- design_formula(Sepal.Length ~ Species, text, call)
  expect_equal(forge(design, text[150, ])$x, design$x[150, , drop = FALSE], ignore_attr = TRUE)
  expect_refused(forge(design_formula(mpg ~ wt, mtcars, call), mtcars["hp"]), "data", "Missing: wt")
})

test_that("a level that was not there in training is missing, with a warning", {
  design <- design_formula(Sepal.Length ~ Species, iris, call)
  new <- data.frame(Species = c("rose", "virginica", NA))
  expect_warning(forged <- forge(design, new), "Species.*\"rose\"", class = "nnfit_warning_levels")
  expect_identical(is.na(forged$x[, "Speciesvirginica"]), c(TRUE, FALSE, TRUE), ignore_attr = TRUE)

  design <- design_formula(mpg ~ factor(cyl):wt, mtcars, call)
  expect_warning(forged <- forge(design, data.frame(cyl = c(5, 6), wt = 3)), "factor\\(cyl\\)")
  expect_identical(unname(forged$x), rbind(c(NA, NA, NA), c(0, 3, 0)), ignore_attr = TRUE)
})

test_that("a missing value gives a row of its own", {
  holes <- transform(mtcars[1:3, ], wt = c(1, NA, 3))
  forged <- forge(design_formula(mpg ~ wt, mtcars, call), holes)$x
  expect_identical(unname(is.na(forged[, 1])), c(FALSE, TRUE, FALSE))
})

test_that("of the workspace, only what the formula uses travels along", {
  large <- numeric(1e6)
  # With its source, a function carries the text of this whole file.
  twice <- utils::removeSource(function(x) 2 * x)
  environment(twice) <- globalenv()
  design <- design_formula(mpg ~ twice(wt), mtcars, call)
  expect_named(as.list(environment(design$blueprint$terms)), "twice")
  expect_lt(length(serialize(design$blueprint, NULL)), 1e5)
})

test_that("a factor of one level is refused by its name", {
  one <- data.frame(y = 1:3, x = 1:3, f = "a", g = factor("b"), k = c("a", "b", "a"))
  for (name in c("f", "g")) {
    formula <- stats::reformulate(c("x", name, "k"), "y")
    expect_error(lm(formula, one), "2 or more levels")
    said <- paste("have one:", name)
    expect_refused(design_formula(formula, one, call), "data", "two levels or more", said)
  }
  expect_refused(nn_fit(one[c("x", "g")], 1:3), "data", "have one: g. i Leave it out")
  expect_refused(design_formula(y ~ k, one[c(1, 3), ], call), "data", "have one: k")
})

test_that("what model.matrix() refuses is an error of the data", {
  withr::local_options(contrasts = c("no_such_contrasts", "contr.poly"))
  expect_refused(design_formula(mpg ~ factor(cyl), mtcars, call), "data", "no_such_contrasts")
})

test_that("classes are not taken for numbers", {
  design <- design_formula(mpg ~ wt, mtcars, call)
  expect_refused(forge(design, data.frame(wt = "3")), "data", "wt (strings in place of numbers)")
  expect_true(is.na(forge(design, data.frame(wt = NA))$x))
})

test_that("without data, the variables must be in the workspace", {
  y <- 1:3
  refused <- function(formula, ...) {
    expect_refused(nn_fit(formula), "data", "Without data, the variables", ..., from = "nn_fit")
  }
  refused(y ~ nowhere, "object nowhere not found")
  refused(thermometer$c ~ thermometer$u, "Name the columns alone, and give their data frame")
})

test_that("a function of an attached package is no variable: it is a misspelt column", {
  refused <- function(formula) {
    expect_refused(nn_fit(formula, mtcars), "data", "Not found: df", from = "nn_fit")
  }
  refused(mpg ~ df)
  refused(df ~ wt)
  refused(log(mpg) ~ wt + df)
})

test_that("a formula may name what attached packages have", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ C(factor(cyl), contr.sum), mtcars)
  linear <- lm(mpg ~ C(factor(cyl), contr.sum), mtcars)
  expect_equal(unname(coef(fit)), unname(coef(linear)), tolerance = 1e-8)
  expect_equal(unname(predict(fit, mtcars)), unname(fitted(linear)), tolerance = 1e-8)
})

test_that("a part of a list is a name with `$`, `[[` or `@`, however deep", {
  for (code in expression(a$b, a$b$c, a[["b"]], a@b$c)) expect_true(is_part(code))
  for (code in expression(a, f()$b, f(a)$b$c, a + b, a[1])) expect_false(is_part(code))
  expect_identical(parts_of_lists(quote(log(a$b) + c * (d$e$f))), list(quote(a$b), quote(d$e$f)))
  expect_length(parts_of_lists(quote(log(a) + b)), 0)
})

test_that("a formula without data that names no variable is refused in true words", {
  skip_if_no_torch()
  expect_refused(
    nn_fit(rnorm(20) ~ I(20:1)), "data", "must be there by name", "It names none", "nn_fit(y ~ x"
  )
  expect_refused(nn_fit(Surv(1:20, rep(1, 20)) ~ I(20:1) + rnorm(20)), "data", "It names none")
})
