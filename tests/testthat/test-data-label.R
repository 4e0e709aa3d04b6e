labelled <- function(x, label) structure(x, label = label)

test_that("labels are read where they are text", {
  expect_identical(column_label(labelled(1, "Weight")), "Weight")
  expect_identical(column_title(labelled(1, "Weight (kg)"), "wt"), "Weight (kg)")
  expect_identical(column_title(1, "wt"), "wt")
  for (other in list(1, NA_character_, "", c("a", "b"), quote(x))) {
    expect_null(column_label(structure(1, label = other)))
  }
  # `labels`, which names values, is no label.
  expect_null(column_label(structure(1, labels = c(low = 1))))
})

test_that("the outcome of a fit says what its column says", {
  skip_if_no_torch()
  cars <- mtcars
  cars$mpg <- labelled(cars$mpg, "Miles per gallon (mpg)")
  fit <- nn_fit(mpg ~ wt, cars)
  expect_identical(fit$outcome$titles, "Miles per gallon (mpg)")
  expect_identical(fit$outcome$names, "mpg")
  expect_identical(nn_fit(cars["wt"], cars["mpg"])$outcome$titles, "Miles per gallon (mpg)")
  expect_identical(nn_fit(cars["wt"], cars$mpg)$outcome$titles, "Miles per gallon (mpg)")
  both <- nn_fit(cbind(mpg, qsec) ~ wt, cars)
  expect_identical(both$outcome$titles, c("Miles per gallon (mpg)", "qsec"))
  # What is computed of the column is not the column.
  expect_null(nn_fit(log(mpg) ~ wt, cars)$outcome$titles)
  expect_null(nn_fit(cbind(mpg = log(mpg), qsec) ~ wt, cars)$outcome$titles)
  expect_null(nn_fit(mpg ~ wt, mtcars)$outcome$titles)
  expect_null(nn_fit(factor(am) ~ wt, cars)$outcome$titles)
})

test_that("neither the data nor what is fitted are others for it", {
  skip_if_no_torch()
  cars <- mtcars
  cars$mpg <- labelled(cars$mpg, "Miles per gallon (mpg)")
  cars$wt <- labelled(cars$wt, "Weight")
  before <- cars
  fit <- nn_fit(mpg ~ wt, cars)
  expect_identical(cars, before)
  expect_equal(coef(fit), coef(nn_fit(mpg ~ wt, mtcars)))
})

test_that("the pictures say it", {
  skip_if_no_torch()
  cars <- mtcars
  cars$mpg <- labelled(cars$mpg, "Miles per gallon (mpg)")
  cars$wt <- labelled(cars$wt, "Weight (1000 lb)")
  fit <- nn_fit(mpg ~ wt, cars)
  expect_identical(words_of(plot(fit, "observed"))[2:3], paste(
    c("observed", "predicted"), "Miles per gallon (mpg)"
  ))
  expect_identical(
    words_of(plot(fit, "curve", data = cars))[2:3], c("Weight (1000 lb)", "Miles per gallon (mpg)")
  )
  ways <- lm_compare(mpg ~ wt, cars, methods = c("qr", "sgd"), epochs = 5)
  expect_identical(
    words_of(plot(ways, "fits"))[2:3], c("Weight (1000 lb)", "Miles per gallon (mpg)")
  )
})

test_that("columns of haven's and a recipe's that were left as they are have theirs", {
  skip_if_no_torch()
  cars <- mtcars
  skip_if_not_installed("haven")
  cars$mpg <- getExportedValue("haven", "labelled")(cars$mpg, label = "Miles")
  expect_identical(nn_fit(mpg ~ wt, cars)$outcome$titles, "Miles")
  skip_if_not_installed("recipes")
  cars <- mtcars
  cars$mpg <- labelled(cars$mpg, "Miles")
  plain <- recipes::recipe(mpg ~ wt, cars)
  expect_identical(nn_fit(plain, cars)$outcome$titles, "Miles")
  logged <- recipes::step_log(plain, mpg, skip = FALSE)
  expect_null(nn_fit(logged, cars)$outcome$titles)
})

test_that("a file of a fit has them", {
  skip_if_no_torch()
  cars <- mtcars
  cars$mpg <- labelled(cars$mpg, "Miles per gallon")
  fit <- nn_fit(cbind(mpg, qsec) ~ wt, cars)
  withr::with_tempfile("file", {
    nn_save(fit, file)
    expect_identical(nn_load(file)$outcome$titles, c("Miles per gallon", "qsec"))
  })
})
