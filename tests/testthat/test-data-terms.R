expect_like_lm <- function(formula, data, ...) {
  fit <- nn_fit(formula, data, ...)
  expect_equal(coef(fit), coef(lm(formula, data, ...)), tolerance = 1e-7)
  expect_equal(predict(fit, data), predict(lm(formula, data, ...), data), tolerance = 1e-7)
  invisible(fit)
}

test_that("a function of the caller is found beside a column of its name", {
  skip_if_no_torch()
  sq <- function(z) z^2
  set.seed(1)
  d <- data.frame(y = rnorm(20), x = 1:20, sq = rnorm(20))
  expect_like_lm(y ~ sq(x), d)
  expect_like_lm(y ~ sq(x) + sq, d)
  expect_like_lm(y ~ sq(sq), d)
  expect_like_lm(y ~ mean + x:log(x), transform(d, mean = rev(sq), log = 1))
})

test_that("ns() and bs() are those of splines, where nothing else has the name", {
  skip_if_no_torch()
  skip_if("package:splines" %in% search())
  fit <- nn_fit(mpg ~ ns(wt, 3) + bs(hp, df = 4), mtcars)
  lm <- lm(mpg ~ splines::ns(wt, 3) + splines::bs(hp, df = 4), mtcars)
  expect_equal(unname(coef(fit)), unname(coef(lm)), tolerance = 1e-7)
  path <- withr::local_tempfile(fileext = ".safetensors")
  nn_save(fit, path)
  expect_equal(predict(nn_load(path), mtcars[1:3, ]), predict(fit, mtcars[1:3, ]))
  ns <- function(x, df) x
  expect_like_lm(mpg ~ ns(wt, 3), mtcars)
})

test_that("the outcome is left out of the predictors, as lm() does", {
  skip_if_no_torch()
  expect_outcome_dropped <- function(formula) {
    expect_warning(fit <- nn_fit(formula, mtcars), "among the predictors", class = "nnfit_warning")
    expect_equal(coef(fit), coef(suppressWarnings(lm(formula, mtcars))))
  }
  expect_outcome_dropped(mpg ~ mpg + wt)
  expect_outcome_dropped(mpg ~ wt + mpg + offset(hp))
  expect_outcome_dropped(log(mpg) ~ log(mpg) + wt)
})

test_that("variables of which no term is left are not asked for", {
  skip_if_no_torch()
  d <- data.frame(y = c(1, 4, 2, 6, 5), a = c(2, 3, 1, 7, 5), day = as.Date("2020-01-01") + 1:5)
  d$s <- letters[1:5]
  fit <- expect_like_lm(y ~ . - day - s, d)
  expect_equal(unname(predict(fit, data.frame(a = 2))), unname(predict(fit, d[1, ])))
  held_out <- nn_fit(y ~ . - day - s, d, validation = d[1:2, c("y", "a")])
  expect_length(held_out$history$valid_loss, length(held_out$history$train_loss))
  expect_like_lm(log(y) ~ poly(a, 2) - day, d)
})

test_that("used_terms() keeps what belongs to the variables that are used", {
  d <- data.frame(y = 1:6, a = c(2, 3, 1, 7, 5, 4), b = 6:1, o = 1)
  terms <- terms(stats::model.frame(y ~ b + poly(a, 2) + offset(o) - b, d))
  used <- used_terms(terms)
  expect_identical(attr(used, "offset"), 3L)
  expect_identical(attr(used, "response"), 1L)
  expect_identical(rownames(attr(used, "factors")), c("y", "poly(a, 2)", "offset(o)"))
  expect_named(attr(used, "dataClasses"), c("y", "poly(a, 2)", "offset(o)"))
  expect_length(attr(used, "predvars"), 4)
  all <- terms(stats::model.frame(y ~ a, d))
  expect_identical(used_terms(all), all)
})

test_that("what a formula uses of the workspace goes with it: functions as functions", {
  a <- 3
  half <- function(x) x / 2
  local({
    half <- 7
    here <- own_environment(y ~ half(x) + a, data.frame(x = 1, y = 2))
    expect_identical(sort(ls(here)), c("a", "half"))
    expect_identical(here$half(4), 2)
    expect_identical(here$a, 3)
    expect_identical(own_environment(y ~ half + x, data.frame(x = 1, y = 2))$half, 7)
  })
})
