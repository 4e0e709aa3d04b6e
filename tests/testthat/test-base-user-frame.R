# As a package would have it that is among those passed by.
of_package <- function(f, package = "stats") {
  environment(f) <- list2env(as.list(environment()), parent = asNamespace(package))
  f
}

test_that("what is between the user and a method is passed by", {
  method <- function() users_frame(parent.frame())
  between <- of_package(function(f) f())
  twice <- of_package(function(f, g) g(f))
  here <- environment()
  expect_identical(method(), here)
  expect_identical(between(method), here)
  expect_identical(twice(method, between), here)
  inside <- lapply(1, function(i) list(between(method), environment()))[[1]]
  expect_identical(inside[[1]], inside[[2]])
  expect_identical(sapply(list(method), between)[[1]], here)
})

test_that("another package is the user", {
  method <- function() users_frame(parent.frame())
  other <- of_package(function(f) list(f(), environment()), "tools")
  found <- other(method)
  expect_identical(found[[1]], found[[2]])
})

test_that("data in a function are found, though the package has an object of that name", {
  skip_if_no_torch()
  n <- mtcars
  fit <- nn_fit(mpg ~ wt, n)
  between <- of_package(function(fit) {
    n <- "not the data"
    hatvalues(fit)
  })
  expect_equal(between(fit), hatvalues(lm(mpg ~ wt, mtcars)))
})

test_that("the function of a frame is found", {
  of_here <- function() function_of_frame(environment())
  expect_identical(of_here(), of_here)
  expect_null(function_of_frame(globalenv()))
})

test_that("a call that is evaluated in no function's frame has its environment as its place", {
  skip_if_no_torch()
  place <- rlang::env(cars = mtcars)
  call <- quote(nn_fit(mpg ~ wt, cars, seed = 1))
  fit <- rlang::eval_tidy(call, env = place)
  expect_identical(fit$call, quote(nn_fit(mpg ~ wt, data = cars, seed = 1)))
  expect_identical(dim(model.frame(fit)), c(32L, 2L))
  # A function of ours on the way is passed by.
  by_ours <- quote(nnfit::nn_parsnip(mpg ~ wt, cars, epochs = 2))
  expect_s3_class(rlang::eval_tidy(by_ours, env = place), "nn_fit")
})
