test_that("errors and warnings are classed and come from the given call", {
  user_function <- function() abort_nnfit("argument", "{.arg x} is wrong.", rlang::current_env())
  error <- expect_error(user_function(), class = "nnfit_error_argument")
  expect_s3_class(error, "nnfit_error")
  expect_identical(rlang::call_name(conditionCall(error)), "user_function")
  expect_warning(warn_nnfit("diverged", "Oh.", NULL), class = "nnfit_warning_diverged")
})
