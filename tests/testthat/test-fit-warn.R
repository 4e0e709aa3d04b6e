skip_if_no_torch()

test_that("a diverged fit says the epoch and what to try", {
  warned <- function(...) {
    fit <- NULL
    warning <- expect_warning(
      fit <- nn_fit(c ~ u, thermometer, optimizer = "sgd", ...), class = "nnfit_warning_diverged"
    )
    epoch <- length(loss_table(fit)$epoch)
    expect_match(flat_message(warning), paste0("not finite at epoch ", epoch, "."), fixed = TRUE)
    flat_message(warning)
  }
  expect_match(
    warned(learn_rate = 1, scale = FALSE), "smaller learn_rate (it was 1) or scale = TRUE",
    fixed = TRUE
  )
  expect_match(warned(learn_rate = 50), "smaller learn_rate (it was 50).", fixed = TRUE)
})

test_that("nearly collinear predictors are not passed over", {
  twins <- transform(thermometer, v = u + 1e-9 * c)
  warning <- expect_warning(nn_fit(c ~ u + v, twins), class = "nnfit_warning_collinear")
  expect_match(flat_message(warning), "nearly collinear: their condition number is", fixed = TRUE)
  # A constant column is the intercept's twin: its coefficient is anything.
  twins$one <- 0.1
  expect_warning(nn_fit(c ~ u + one, twins), class = "nnfit_warning_collinear")
  # with a penalty they are what it makes them
  expect_silent(nn_fit(c ~ u + v, twins, penalty = 0.1))
  expect_silent(nn_fit(Employed ~ ., longley))
  expect_silent(nn_fit(mpg ~ poly(wt, 3), mtcars))
})

test_that("what diverges without a learn_rate is told what else to try", {
  expect_identical(
    diverged_advice(list(learn_rate = NULL, scale = FALSE)),
    "Try another {.arg optimizer} or {.code scale = TRUE}."
  )
  expect_identical(
    diverged_advice(list(learn_rate = 0.5, scale = TRUE)),
    "Try a smaller {.arg learn_rate} (it was 0.5)."
  )
})
