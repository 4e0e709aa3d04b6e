test_that("a module is recalled in its session, or from the user, else asked for", {
  fit <- list(module_key = remember_module("stands for a module"))
  expect_identical(recall_module(fit, NULL, NULL), "stands for a module")
  expect_refused(recall_module(fit, "another", NULL), "argument", "model must be a torch module")
  expect_null(recall_module(list(), NULL, NULL))
  expect_refused(
    recall_module(list(module_key = "of another session"), NULL, NULL), "module",
    "needs the torch module", "predict(fit, newdata, model = module)"
  )
})

test_that("two modules of one moment have their own keys", {
  expect_false(remember_module("a") == remember_module("b"))
})

test_that("a module is refused where the fit has none, and what is none everywhere", {
  plain <- nn_fit(mpg ~ wt, mtcars)
  for (wrong in list(3, "net", torch$nn$Linear(1L, 1L))) {
    expect_refused(
      predict(plain, mtcars, model = wrong), "argument", "model must be NULL", from = "predict"
    )
    expect_refused(predict(plain, model = wrong), "argument", "model must be NULL")
  }
  own <- nn_fit(mpg ~ wt, mtcars, model = torch$nn$Linear(1L, 1L), epochs = 2)
  for (wrong in list(3, "net", torch$nn$Linear)) {
    expect_refused(
      predict(own, mtcars, model = wrong), "argument", "model must be a torch module",
      from = "predict"
    )
  }
})
