skip_if_no_torch()

test_that("a comparison is made anew with changes", {
  made <- lm_compare(mpg ~ wt, mtcars, methods = c("qr", "sgd"), learn_rate = 0.01, epochs = 3)
  more <- update(made, epochs = 40)
  expect_identical(more$methods$sgd$epochs, 40L)
  wider <- update(made, . ~ . + hp)
  expect_identical(unique(wider$coefficients$term), c("(Intercept)", "wt", "hp"))
  others <- update(made, methods = "lbfgs", epochs = NULL, learn_rate = NULL)
  expect_identical(names(others$methods), "lbfgs")
  call <- update(made, epochs = 5, evaluate = FALSE)
  expect_identical(
    call, quote(lm_compare(
      x = mpg ~ wt, data = mtcars, learn_rate = 0.01, epochs = 5, methods = c("qr", "sgd")
    ))
  )
})

test_that("the data change, alone and with formula and options", {
  made <- lm_compare(dist ~ speed, cars, methods = c("qr", "sgd"))
  fewer <- update(made, data = cars[1:20, ])
  expect_equal(fewer$methods$qr$coefficients, coef(lm(dist ~ speed, cars[1:20, ])))
  expect_identical(fewer$methods$sgd$verdict, "there: six digits")
  all_else <- update(made, . ~ . + I(speed^2), data = cars[5:50, ], methods = "lbfgs")
  expect_equal(
    all_else$methods$lbfgs$coefficients, coef(lm(dist ~ speed + I(speed^2), cars[5:50, ])),
    tolerance = 1e-6
  )
  turned <- lm_compare(data = cars, dist ~ speed, methods = "qr")
  expect_identical(update(turned, . ~ 1)$coefficients$term, "(Intercept)")
  pair <- lm_compare(dist ~ speed, cars)
  expect_equal(coef(update(pair, data = cars[1:20, ])$lm), fewer$methods$qr$coefficients)
})

test_that("so is a pair, by a formula or of fits", {
  pair <- lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 5, seed = 1)
  expect_length(update(pair, epochs = 7)$nn_fit$history$train_loss, 7)
  line <- lm(mpg ~ wt, mtcars)
  linear <- nn_fit(mpg ~ wt, mtcars)
  both <- lm_compare(line, linear)
  other <- glm(mpg ~ wt, data = mtcars)
  expect_identical(names(update(both, y = other)$methods), c("lm", "glm"))
  expect_refused(
    update(both, . ~ . + hp), "argument", "formula. needs a comparison that was made by a formula"
  )
})

test_that("what is wrong is refused from update()", {
  made <- lm_compare(mpg ~ wt, mtcars, methods = "qr")
  expect_refused(update(made, evaluate = 3), "argument", "evaluate must be", from = "update")
  expect_refused(update(made, formula. = 3), "argument", "formula. must be", from = "update")
  expect_refused(update(made, . ~ ., 3), "argument", "Every change must be named", from = "update")
  expect_refused(update(made, epoch = 3), "argument", "epoch is not an option", from = "update")
})
