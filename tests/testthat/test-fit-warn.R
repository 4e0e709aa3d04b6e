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
  twins <- transform(thermometer, v = u + 1e-9 * c, one = 0.1)
  says <- function(...) {
    flat_message(expect_warning(nn_fit(..., twins), class = "nnfit_warning_collinear"))
  }
  expect_match(
    says(c ~ u + v),
    "v is constant, or follows from the columns before it. x As in lm(), it takes no part, and its coefficient is NA.", # nolint: line_length_linter.
    fixed = TRUE
  )
  expect_match(
    says(c ~ one + u + v),
    "one and v are constant, or follow from the columns before them. x As in lm(), they take",
    fixed = TRUE
  )
  # a little more of its own than lm() asks for
  own <- residuals(lm(c ~ u, thermometer))
  twins$v <- twins$u + 1.5e-7 * sd(twins$u) * own / sd(own)
  expect_false(anyNA(coef(lm(c ~ u + v, twins, tol = 1e-8))))
  expect_match(says(c ~ u + v), "nearly collinear: their condition number is 1.3e+07", fixed = TRUE)
  # with a penalty they are what it makes them
  expect_silent(nn_fit(c ~ u + v, twins, penalty = 0.1))
  expect_silent(nn_fit(Employed ~ ., longley))
  expect_silent(nn_fit(mpg ~ poly(wt, 3), mtcars))
})

test_that("what diverges without a learn_rate is told what else to try", {
  advice <- function(learn_rate, scale) {
    fit <- list(
      stopped = "diverged", history = list(train_loss = NaN),
      options = list(learn_rate = learn_rate, scale = scale, penalty = 0)
    )
    flat_message(expect_warning(warn_fit(fit, NULL), class = "nnfit_warning_diverged"))
  }
  expect_match(advice(NULL, TRUE), "Try another optimizer.", fixed = TRUE)
  expect_match(advice(NULL, FALSE), "Try another optimizer or scale = TRUE.", fixed = TRUE)
  expect_match(advice(0.5, TRUE), "Try a smaller learn_rate (it was 0.5).", fixed = TRUE)
  expect_match(
    advice(0.5, FALSE), "Try a smaller learn_rate (it was 0.5) or scale = TRUE.", fixed = TRUE
  )
})

test_that("a network says which columns are constant, and does not move with them", {
  data <- transform(thermometer, k = 3)
  fit <- NULL
  warning <- expect_warning(
    fit <- nn_fit(c ~ u + k, data, hidden_units = 3, seed = 1), class = "nnfit_warning_constant"
  )
  expect_match(
    flat_message(warning),
    "k is constant in the training rows. x It takes no part: predictions do not depend on it.",
    fixed = TRUE
  )
  expect_identical(predict(fit, transform(data, k = 1e6)), predict(fit, data))
  expect_true(all(coef(fit)[["0.weight"]][, 2] == 0))
})

test_that("training that has ended short of the maximum says so, and why", {
  says <- function(...) {
    flat_message(expect_warning(nn_fit(...), class = "nnfit_warning_not_converged"))
  }
  short <- says(factor(am) ~ wt, mtcars, epochs = 2, seed = 1)
  expect_match(short, "standard errors from the maximum of the likelihood. i Train for more epochs")
  set.seed(2)
  twins <- data.frame(a = rnorm(200), y = factor(sample(letters[1:3], 200, TRUE)))
  twins$b <- twins$a + 1e-5 * rnorm(200)
  twins$time <- rexp(200)
  # of numbers of seven digits
  twins$counts <- rpois(200, 3)
  single <- says(counts ~ a + b, twins, family = poisson(), dtype = "float32", seed = 1)
  expect_match(single, "condition number of the predictors is 2e.05. i Leave out columns that")
  # a descent is told how far to go
  expect_silent(nn_fit(factor(am) ~ wt, mtcars, optimizer = "adam", epochs = 2, seed = 1))
})

test_that("the function of R that has such an NA is named by the kind of fit", {
  twice <- transform(mtcars, z = 2 * wt)
  expect_warning(nn_fit(mpg ~ wt + z, twice), "As in `lm()`", fixed = TRUE)
  expect_warning(nn_fit(carb ~ wt + z, twice, family = poisson()), "As in `glm()`", fixed = TRUE)
  skip_if_not_installed("survival")
  expect_warning(
    nn_fit(Surv(time, status) ~ age + I(2 * age), survival::lung), "As in `coxph()`", fixed = TRUE
  )
})
