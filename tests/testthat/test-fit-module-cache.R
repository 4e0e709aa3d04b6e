test_that("a module is recalled in its session, or from the user, else asked for", {
  fit <- list(module_key = remember_module("stands for a module"))
  expect_identical(recall_module(fit, NULL, NULL), "stands for a module")
  expect_identical(recall_module(fit, "another", NULL), "another")
  expect_null(recall_module(list(), NULL, NULL))
  expect_refused(
    recall_module(list(module_key = "of another session"), NULL, NULL), "module",
    "needs the torch module", "predict(fit, newdata, model = module)"
  )
})

test_that("two modules of one moment have their own keys", {
  expect_false(remember_module("a") == remember_module("b"))
})
