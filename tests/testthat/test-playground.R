test_that("it is an app, which begins with what is given", {
  skip_if_no_torch()
  skip_if_not_installed("shiny")
  app <- nn_playground(mpg ~ wt, mtcars, hidden_units = c(8, 3), validation = 0.25,
    launch.browser = FALSE)
  expect_s3_class(app, "shiny.appobj")
  expect_identical(app$options$launch.browser, FALSE)
  expect_s3_class(nn_playground(), "shiny.appobj")
})

test_that("the session is as it was", {
  skip_if_no_torch()
  skip_if_not_installed("shiny")
  nn_playground() # which loads what it needs
  set.seed(1)
  before <- list(.Random.seed, options(), getwd(), grDevices::dev.list(), list.files())
  nn_playground()
  expect_identical(list(.Random.seed, options(), getwd(), grDevices::dev.list(), list.files()),
    before)
})

test_that("what is wrong is said before a page opens, from the user's call", {
  skip_if_not_installed("shiny")
  expect_refused(nn_playground(mtcars), "argument", "formula must be a formula",
    from = "nn_playground")
  expect_refused(nn_playground(data = mtcars), "argument", "data needs a formula",
    from = "nn_playground")
  expect_refused(nn_playground(mpg ~ wt + hp, mtcars), "argument", "one numeric predictor",
    from = "nn_playground")
  expect_refused(nn_playground(hidden_units = 0.5), "argument", "hidden_units must be",
    from = "nn_playground")
  expect_refused(nn_playground(launch.browser = "yes"), "argument", "launch.browser must be",
    from = "nn_playground")
  skip_if_no_torch()
  expect_refused(nn_playground(optimizer = "fisher_scoring", learn_rate = 1), "argument",
    "learn_rate is not an option of fisher_scoring", from = "nn_playground")
})

test_that("without shiny it is said how to get it", {
  expect_refused(need_shiny(environment(), function(...) FALSE), "argument",
    "nn_playground() needs the package shiny", "install.packages(shiny)")
})
