# That a fit comes back whole is tested in test-file.R.

terms_of <- function(...) {
  terms <- stats::terms(y ~ x * g)
  changes <- list(...)
  for (name in names(changes)) attr(terms, name) <- changes[[name]]
  terms
}

test_that("terms are what model.matrix() takes for granted", {
  expect_null(check_terms_of_file(terms_of()))
  expect_null(check_terms_of_file(stats::terms(~ 1)))
  factors <- attr(terms_of(), "factors")
  wrong <- list(
    list(factors = factors[, 1:2]), list(factors = factors + 0), list(factors = factors + 5L),
    list(factors = "a"), list(factors = integer()), list(order = 1L), list(intercept = 7),
    list(response = 9L), list(response = "a"), list(offset = 9L), list(variables = quote(f(y))),
    list(variables = quote(list(y))), list(predvars = quote(list(y))), list(term.labels = 1:3),
    list(.Environment = 1)
  )
  for (change in wrong) {
    expect_error(check_terms_of_file(do.call(terms_of, change, quote = TRUE)), class = "nnfit_unreadable")
  }
  expect_error(check_terms_of_file(y ~ x), class = "nnfit_unreadable")
  expect_error(check_terms_of_file(NULL), class = "nnfit_unreadable")
})

test_that("families of stats come back by their names, and no others", {
  expect_identical(family_again(list(family = "binomial", link = "probit"))$link, "probit")
  expect_identical(family_again(list(family = "Gamma", link = "log"))$family, "Gamma")
  expect_null(family_again(list(family = "system", link = "log")))
  expect_null(family_again(list(family = "binomial", link = "none")))
  expect_null(family_again(NULL))
  expect_error(family_again(list(family = 1)), class = "nnfit_unreadable")
})

test_that("columns as they are have types", {
  found <- xy_again(c(a = "double", b = "integer"))
  expect_identical(names(found$ptypes$predictors), c("a", "b"))
  expect_identical(xy_parts(found), list(xy = c(a = "double", b = "integer")))
  for (types in list("double", c(a = "list"), c(a = "double", a = "double"), 1)) {
    expect_error(xy_again(types), class = "nnfit_unreadable")
  }
  expect_error(blueprint_again(list(1)), class = "nnfit_unreadable")
  expect_null(blueprint_again(NULL))
})

test_that("sizes are those of the fit", {
  own <- list(columns = list(number = 2L), outcome = list(kind = "numeric"))
  fields <- list(options = list(n_features = 2L, own_model = FALSE))
  expect_null(check_own_sizes(own, fields))
  for (wrong in list(
    list(columns = list(number = 3L)), list(columns = NULL), list(columns = list(number = "a")),
    list(outcome = list(kind = "odd")), list(outcome = NULL)
  )) {
    changed <- own
    changed[names(wrong)] <- wrong
    expect_error(check_own_sizes(changed, fields), class = "nnfit_unreadable")
  }
})

test_that("a fit that stands in the call as a value is not in the file, and that is told by name", {
  skip_if_no_torch()
  first <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  fit <- do.call(nn_fit, list(quote(mpg ~ wt), quote(mtcars),
    hidden_units = 2, epochs = 2, start = first, seed = 1
  ))
  path <- withr::local_tempfile(fileext = ".safetensors")
  nn_save(fit, path)
  again <- nn_load(path)
  expect_identical(again$call$start, as.symbol("a fit that is not in the file"))
  expect_identical(predict(again, mtcars), predict(fit, mtcars))
  expect_error(eval(again$call), "a fit that is not in the file")
})
