test_that("the reference is lm(), or glm() at full precision", {
  rows <- row_arguments(rlang::quo(NULL), rlang::quo(NULL), rlang::quo(NULL), na.omit, NULL)
  line <- fit_lm(mpg ~ wt, mtcars, rows, NULL)
  expect_identical(class(line), "lm")
  expect_identical(deparse(line$call), "lm(formula = mpg ~ wt, data = data)")
  expect_identical(class(fit_lm(mpg ~ wt, mtcars, rows, NULL, gaussian())), "lm")
  counts <- fit_lm(carb ~ wt, mtcars, rows, NULL, poisson())
  expect_identical(class(counts), c("glm", "lm"))
  slope <- colSums(model.matrix(counts) * (counts$y - counts$fitted.values))
  expect_lt(max(abs(slope)), 1e-10)
})

test_that("what is read is what the fit used", {
  holes <- transform(mtcars, wt = replace(wt, 2, NA))
  fit <- lm(mpg ~ wt + offset(hp / 100), holes, weights = qsec)
  read <- read_reference(fit, NULL)
  expect_identical(read$y, holes$mpg[-2])
  expect_identical(read$weights, holes$qsec[-2])
  expect_identical(read$offset, holes$hp[-2] / 100)
  expect_identical(read$known, c("(Intercept)", "wt"))
  expect_equal(unname(read$table), unname(summary(fit)$coefficients))
})

test_that("a glm() that stopped early is no measure of others", {
  early <- glm(am ~ wt, binomial(), mtcars, control = glm.control(epsilon = 1e-3))
  fine <- glm(am ~ wt, binomial(), mtcars, control = glm.control(epsilon = 1e-14))
  read <- read_reference(early, NULL)
  expect_identical(read$coefficients, coef(early))
  expect_equal(read$target, coef(fine), tolerance = 1e-10)
  expect_gt(max(abs(read$target / read$coefficients - 1)), 1e-6)
  line <- read_reference(lm(mpg ~ wt, mtcars), NULL)
  expect_identical(line$target, line$coefficients)
})

test_that("an aliased coefficient is missing, and not crossed", {
  twins <- transform(thermometer, v = 2 * u)
  read <- read_reference(lm(c ~ u + v, twins), NULL)
  expect_identical(read$terms, c("(Intercept)", "u", "v"))
  expect_identical(colnames(read$x), c("(Intercept)", "u"))
  expect_true(all(is.na(read$table["v", ])))
})

test_that("six digits are of the estimate, or of its error where that is larger", {
  read <- read_reference(lm(c ~ u, thermometer), NULL)
  expect_equal(unname(allowed_gaps(read)), 1e-6 * c(17.3047855, 0.5367719), tolerance = 1e-6)
  flat <- data.frame(x = 1:4, y = c(1, -1, -1, 1) + 5)
  small <- read_reference(lm(y ~ x, flat), NULL)
  expect_gt(allowed_gaps(small)[["x"]], 1e-7)
})
