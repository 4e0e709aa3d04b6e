test_that("numbers become a double matrix with their names", {
  expect_identical(unname(as_outcome(1:3, "y", NULL)$values), matrix(c(1, 2, 3)))
  two <- as_outcome(data.frame(a = 1:2, b = 3:4), "y", NULL)
  expect_identical(two$names, c("a", "b"))
  expect_identical(two$values, cbind(a = c(1, 2), b = c(3, 4)))
  expect_identical(as_outcome(data.frame(mpg = 1:2), "y", NULL)$names, "mpg")
})

test_that("factors, strings and logicals become 0-based codes with levels", {
  expect_identical(as_outcome(factor(c("b", "a"), c("b", "a")), "y", NULL)$values, 0:1)
  expect_identical(as_outcome(c("x", "y", "x"), "y", NULL)$levels, c("x", "y"))
  flags <- as_outcome(c(TRUE, FALSE), "y", NULL)
  expect_identical(flags$levels, c("FALSE", "TRUE"))
  expect_identical(flags$values, c(1L, 0L))
})

test_that("an outcome of no use is refused", {
  refused <- function(y, ...) expect_refused(as_outcome(y, "y", NULL), "data", ...)
  refused(list(1), "y must be numbers or classes")
  refused(array(1, c(4, 1, 1)), "y must be numbers or classes")
  refused(factor(c("a", "a")), "at least two classes", "are a")
  expect_silent(refused("\xff\xfe", "at least two classes", "<ff><fe>"))
  refused(data.frame(a = 1:2, b = c("x", "y")), "Not numeric: b")
})

test_that("a loss that does not suit the outcome is refused", {
  refused <- function(loss, y, ...) {
    expect_refused(check_loss(list(loss), as_outcome(y, "y", NULL), NULL), "argument", loss, ...)
  }
  refused("cross_entropy", 1:3, "needs an outcome of classes")
  refused("mse", c("a", "b"), "needs an outcome of numbers")
  refused("poisson_nll", -1:1, "numbers of at least 0")
  refused("gamma_nll", 0:2, "numbers above 0")
  refused("negative_binomial_nll", c(0, 0.5), "whole numbers of at least 0")
  refused("gaussian_nll", c("a", "b"), "needs an outcome of numbers")
  refused("bce", c("a", "b", "c"), "two classes, or numbers from 0 to 1")
  refused("bce_with_logits", 0:2, "two classes, or numbers from 0 to 1")
  expect_null(check_loss(list("bce"), as_outcome(c(0, 1), "y", NULL), NULL))
})

test_that("arrays of one dimension and time series are vectors", {
  for (y in list(array(1:3), table(c(1, 2, 2, 3, 3, 3)), ts(1:3))) {
    expect_equal(as_outcome(y, "y", NULL)$values[, 1], c(1, 2, 3))
  }
})

test_that("the name of a column is no outcome", {
  expect_refused(nn_fit(mtcars, "mpg"), "argument", "not the name", "nn_fit(mpg ~ ., data)")
  expect_refused(nn_cv(as.matrix(mtcars), "mpg"), "argument", "not the name of a column")
})

test_that("a level that no row has is no class, whichever way the outcome comes", {
  skip_if_no_torch()
  x <- as.matrix(iris[51:150, 1:2])
  by_matrix <- nn_fit(x, iris$Species[51:150])
  expect_identical(by_matrix$outcome$levels, c("versicolor", "virginica"))
  expect_equal(AIC(by_matrix), AIC(nn_fit(Species ~ Sepal.Length + Sepal.Width, iris[51:150, ])))
  holes <- as.matrix(iris[1:2])
  holes[1:50, 1] <- NA
  expect_identical(nn_fit(holes, iris$Species)$outcome$levels, c("versicolor", "virginica"))
})

test_that("numbers with labels are the numbers", {
  labelled <- structure(
    c(1, 0, 1), labels = c(no = 0, yes = 1), class = c("haven_labelled", "vctrs_vctr", "double")
  )
  expect_identical(as_outcome(labelled, "y", NULL)$values[, 1], c(1, 0, 1))
  skip_if_no_torch()
  data <- data.frame(y = c(2, 3, 7), x = 1:3)
  data$w <- labelled
  expect_equal(coef(nn_fit(y ~ x, data, weights = w)), coef(lm(y ~ x, data, weights = c(1, 0, 1))))
})

test_that("a factor in I() stays one", {
  skip_if_no_torch()
  expect_identical(nn_fit(I(Species) ~ Sepal.Width, iris)$outcome$kind, "class")
  kept <- transform(iris, Species = I(Species))
  expect_identical(nn_fit(Species ~ Sepal.Width, kept)$outcome$kind, "class")
})

test_that("that one class is left is told of the argument that has the classes", {
  one <- list(kind = "class", levels = c("a", "b"), values = c(0L, 0L), ordered = FALSE)
  expect_refused(classes_left(one, "x", NULL), "data", "y must have at least two classes")
  expect_refused(classes_left(one, "data", NULL), "data", "data must have at least two classes")
})
