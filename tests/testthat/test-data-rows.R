holes <- airquality

# With lm() as the oracle: coefficients, rows, fitted values and their names.
expect_like_lm <- function(...) {
  arguments <- rlang::enexprs(...)
  fit <- eval(rlang::call2("nn_fit", !!!arguments), parent.frame())
  linear <- eval(rlang::call2("lm", !!!arguments), parent.frame())
  expect_equal(coef(fit), coef(linear), tolerance = 1e-7)
  expect_identical(nobs(fit), nobs(linear))
  expect_equal(fitted(fit), fitted(linear), tolerance = 1e-7)
  expect_equal(residuals(fit), residuals(linear), tolerance = 1e-6)
  expect_equal(predict(fit), predict(linear), tolerance = 1e-7)
  expect_identical(unclass(fit$na_action), unclass(linear$na.action), ignore_attr = "class")
  invisible(fit)
}

test_that("rows with missing values are left out as lm() leaves them out", {
  skip_if_no_torch()
  fit <- expect_like_lm(Ozone ~ Wind + Temp, holes)
  expect_output(print(fit), "on 116 rows, 37 left out for missing values", fixed = TRUE)
  expect_output(print(summary(fit)), "37 left out for missing values", fixed = TRUE)
  expect_like_lm(Ozone ~ . - Solar.R, holes)
  expect_like_lm(Ozone ~ ifelse(is.na(Solar.R), 0, Solar.R), holes)
  expect_like_lm(Ozone ~ is.na(Solar.R) + Wind, holes)
  expect_like_lm(log(Ozone) ~ factor(Month) * Wind, holes, na.action = na.exclude)
  expect_like_lm(Ozone ~ Solar.R, holes, weights = Wind, na.action = "na.exclude")
  w <- ifelse(holes$Month == 5, NA, 1)
  expect_like_lm(Ozone ~ Solar.R, holes, weights = w)
  f <- transform(holes, kind = addNA(factor(ifelse(Temp > 80, NA, "cool"))))
  fit <- expect_like_lm(Ozone ~ kind, f)
  expect_equal(unname(predict(fit, f[1:40, ])), unname(predict(lm(Ozone ~ kind, f), f[1:40, ])))
})

test_that("a fit says which rows it has, where it has not all", {
  skip_if_no_torch()
  expect_null(nn_fit(mpg ~ wt, mtcars)$kept)
  expect_identical(nn_fit(Ozone ~ Wind, holes)$kept, which(!is.na(holes$Ozone)))
})

test_that("the data may be given first, or all by name, and so may na.action", {
  skip_if_no_torch()
  for (code in expression(
    nn_fit(holes, Ozone ~ Wind, na.action = na.fail),
    nn_fit(data = holes, formula = Ozone ~ Wind, na.action = na.fail),
    nn_cv(holes, Ozone ~ Wind, folds = 3, na.action = na.fail)
  )) {
    expect_refused(eval(code), "data", "Ozone (37)")
  }
})

test_that("the option na.action governs", {
  skip_if_no_torch()
  withr::local_options(na.action = "na.fail")
  expect_refused(
    nn_fit(Ozone ~ Solar.R, holes), "data", "42 rows have NA", "Ozone (37)", "Solar.R (7)",
    from = "nn_fit"
  )
  expect_refused(nn_fit(as.matrix(holes["Ozone"]), holes$Temp), "data", "Ozone (37)")
  expect_identical(nobs(nn_fit(Ozone ~ Solar.R, holes, na.action = na.omit)), 111L)
  expect_refused(nn_fit(Ozone ~ Solar.R, holes, na.action = NULL), "data", "Solar.R (7)")
})

test_that("na.action is a function or its name", {
  refused <- function(...) {
    expect_refused(nn_fit(Ozone ~ Wind, holes, ...), "argument", "na.action must be a function")
  }
  refused(na.action = 1)
  refused(na.action = "no such function")
})

test_that("subset chooses rows as in lm()", {
  skip_if_no_torch()
  expect_like_lm(Ozone ~ Wind, holes, subset = Month > 5)
  expect_like_lm(Ozone ~ Wind, holes, subset = 20:90, weights = Temp)
  expect_like_lm(Ozone ~ Wind, holes, subset = -(1:50), na.action = na.exclude)
  expect_like_lm(mpg ~ wt, mtcars, subset = array(1:9))
  expect_like_lm(mpg ~ wt, mtcars, subset = c("Fiat 128", "Valiant", "Merc 230"))
  # Where a condition is missing lm() has a row of missing values to leave out; here is none.
  fit <- nn_fit(Ozone ~ Wind, holes, subset = Solar.R > 100)
  expect_equal(coef(fit), coef(lm(Ozone ~ Wind, holes, subset = Solar.R > 100)), tolerance = 1e-7)
  expect_length(fit$na_action, sum(is.na(holes$Ozone) & holes$Solar.R > 100, na.rm = TRUE))
  keep <- holes$Temp > 70
  expect_like_lm(Ozone ~ Wind, holes, subset = keep)
  fit <- nn_fit(Sepal.Length ~ Species, iris, subset = Species != "setosa")
  expect_named(coef(fit), c("(Intercept)", "Speciesvirginica"))
  refused <- function(...) expect_refused(nn_fit(mpg ~ wt, mtcars, ...), "argument", "subset")
  refused(subset = 33)
  refused(subset = c(TRUE, FALSE))
  refused(subset = "Volvo")
  refused(subset = nowhere > 1)
  expect_refused(nn_fit(mpg ~ wt, mtcars, subset = mpg > 99), "data", "None is left after subset")
})

test_that("matrices, data frames and recipes leave out incomplete rows too", {
  skip_if_no_torch()
  x <- holes[c("Wind", "Solar.R")]
  y <- holes$Ozone
  linear <- lm(Ozone ~ Wind + Solar.R, holes)
  for (given in list(x, as.matrix(x))) {
    fit <- nn_fit(given, y)
    expect_equal(coef(fit), coef(linear), tolerance = 1e-7)
    expect_identical(nobs(fit), 111L)
    expect_output(print(fit), "42 left out")
    padded <- nn_fit(given, y, na.action = na.exclude)
    expect_identical(which(is.na(unname(fitted(padded)))), as.integer(linear$na.action),
      ignore_attr = TRUE
    )
  }
  weighted <- nn_fit(as.matrix(holes["Wind"]), holes$Temp, weights = y)
  expect_equal(coef(weighted), coef(lm(Temp ~ Wind, holes, weights = Ozone)), tolerance = 1e-7)
  classes <- replace(holes$Month > 6, 1:3, NA)
  expect_identical(nobs(nn_fit(as.matrix(holes["Wind"]), classes)), 150L)
  expect_refused(nn_fit(as.matrix(holes["Wind"]), rep(NA_real_, 153)), "data", "None is left")

  skip_if_no_recipes()
  recipe <- recipes::recipe(Ozone ~ Wind + Solar.R, holes)
  expect_equal(coef(nn_fit(recipe, holes)), coef(linear), tolerance = 1e-7)
})

test_that("case weights count: of hardhat, of a recipe, and logicals", {
  skip_if_no_torch()
  linear <- coef(lm(mpg ~ wt, mtcars, weights = hp))
  expect_equal(coef(nn_fit(mpg ~ wt, mtcars, weights = hardhat::importance_weights(hp))), linear)
  expect_equal(coef(nn_fit(mpg ~ wt, mtcars, weights = hardhat::frequency_weights(hp))), linear)
  kept <- nn_fit(mpg ~ wt, mtcars, weights = am == 1)
  expect_equal(coef(kept), coef(lm(mpg ~ wt, mtcars, weights = am)))

  skip_if_no_recipes()
  cars <- transform(mtcars[c("mpg", "wt")], w = hardhat::importance_weights(mtcars$hp))
  recipe <- recipes::recipe(mpg ~ ., cars)
  fit <- nn_fit(recipe, cars)
  expect_equal(coef(fit), linear)
  expect_equal(fit$weights, mtcars$hp)
  expect_equal(unname(predict(fit, cars["wt"])), unname(fitted(lm(mpg ~ wt, mtcars, weights = hp))))
  expect_refused(nn_fit(recipe, cars, weights = 1:32), "argument", "the recipe has a column")
})

test_that("case weights count by their class, and are no predictors", {
  skip_if_no_torch()
  often <- rep_len(1:3, 32)
  counted <- nn_fit(mpg ~ wt, mtcars, weights = hardhat::frequency_weights(often))
  repeated <- nn_fit(mpg ~ wt, mtcars[rep(1:32, often), ])
  expect_equal(coef(counted), coef(repeated))
  expect_equal(tail(loss_table(counted), 1)$train_loss, tail(loss_table(repeated), 1)$train_loss)
  expect_identical(nobs(counted), 32L) # prior weights, as lm() has them
  linear <- lm(mpg ~ wt, mtcars, weights = often)
  expect_equal(vcov(counted), vcov(linear))

  cars <- transform(mtcars[c("mpg", "wt")], w = hardhat::importance_weights(mtcars$hp))
  column <- nn_fit(mpg ~ wt, cars, weights = w)
  expect_equal(coef(column), coef(lm(mpg ~ wt, mtcars, weights = hp)))
  hint <- "Case weights are given as weights"
  expect_refused(nn_fit(mpg ~ ., cars, weights = w), "data", "w (hardhat_importance", hint)
  expect_refused(nn_fit(cars[2:3], cars$mpg), "data", "w (hardhat_importance", hint)
  expect_equal(coef(nn_fit(mpg ~ . - w, cars, weights = w)), coef(column))

  own <- hardhat::new_case_weights(as.double(1:32), class = "survey_weights")
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, weights = own), "argument", "weights must be importance or frequency",
    "survey_weights", from = "nn_fit"
  )
})

test_that("columns of other roles have no part in a fit", {
  skip_if_no_torch()
  skip_if_no_recipes()
  cars <- transform(mtcars[c("mpg", "wt", "hp")], name = row.names(mtcars))
  recipe <- recipes::update_role(recipes::recipe(mpg ~ ., cars), name, new_role = "id")
  fit <- nn_fit(recipe, cars)
  expect_equal(coef(fit), coef(lm(mpg ~ wt + hp, mtcars)))
  expect_equal(unname(predict(fit, cars)), unname(fitted(lm(mpg ~ wt + hp, mtcars))))
})

test_that("cross-validation and lm_compare() take the same rows", {
  skip_if_no_torch()
  folds <- rep(1:3, 51)
  cv <- nn_cv(Ozone ~ Wind, holes, folds = folds, na.action = na.exclude)
  expect_identical(cv$folds[, 1], folds[!is.na(holes$Ozone)])
  expect_output(print(cv), "of 116 rows, 37 left out")
  expect_identical(is.na(unname(fitted(cv))), is.na(holes$Ozone))
  expect_identical(nrow(nn_cv(Ozone ~ Wind, holes, folds = 3, subset = Month > 6)$folds), 81L)
  expect_identical(nrow(nn_cv(holes["Wind"], holes$Ozone, folds = 3)$folds), 116L)

  both <- lm_compare(Ozone ~ Wind, holes, subset = Month > 5, weights = Temp)
  expect_lt(max(abs(both$coefficients$gap)), 1e-8)
  expect_identical(nobs(both$lm), nobs(both$nn_fit))
  expect_refused(nn_cv(Ozone ~ Wind, holes, subset = "no"), "argument", "subset", from = "nn_cv")
  expect_refused(lm_compare(Ozone ~ Wind, holes, na.action = 3), "argument", "na.action")
})

test_that("files have no rows to choose", {
  refused <- function(...) {
    expect_refused(nn_fit(y ~ x, "file.parquet", ...), "argument", "where data is a path")
  }
  refused(subset = 1:3)
  refused(na.action = na.omit)
})

test_that("a wrong na.action is refused where nothing is missing too", {
  for (wrong in list(3, NA, "", "no_such_function", list())) {
    expect_refused(nn_fit(mpg ~ wt, mtcars, na.action = wrong), "argument", "na.action must be")
    expect_refused(nn_fit(mtcars["wt"], mtcars$mpg, na.action = wrong), "argument", "na.action")
    expect_refused(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg, na.action = wrong), "argument")
  }
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, na.action = function(frame) stop("no {1 + 1}")), "argument",
    "na.action must give a data frame", "no {1 + 1}", from = "nn_fit"
  )
  # Which rows are left has to be known, for validation and folds by rows.
  silent <- function(frame) frame[-1, ]
  for (code in expression(
    nn_fit(mpg ~ wt, mtcars, na.action = silent),
    nn_fit(as.matrix(airquality["Wind"]), airquality$Ozone, na.action = silent)
  )) {
    expect_refused(eval(code), "argument", "na.action must say which rows it leaves out")
  }
  telling <- function(frame) stats::na.omit(frame)
  expect_identical(nobs(nn_fit(Ozone ~ Wind, airquality, na.action = telling)), 116L)
})

test_that("what is no formula may leave rows out, not fill in", {
  x <- as.matrix(airquality[c("Wind", "Temp")])
  fill <- function(frame) {
    frame[is.na(frame)] <- 0
    frame
  }
  expect_refused(
    nn_fit(x, airquality$Ozone, na.action = fill), "argument", "na.action can leave rows out, but"
  )
  telling <- function(frame) stats::na.omit(frame)
  expect_identical(nobs(nn_fit(x, airquality$Ozone, na.action = telling)), 116L)
  expect_identical(nobs(nn_fit(Ozone ~ Wind, airquality, na.action = fill)), 153L)
})

test_that("a row of a subset that is missing is none; a name that no row has is said", {
  expect_equal(
    coef(nn_fit(mpg ~ wt, mtcars, subset = c(1:9, NA))), coef(lm(mpg ~ wt, mtcars, c(1:9, NA)))
  )
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, subset = c("Fiat 128", "no", "none")), "argument",
    "No rows have the names no and none."
  )
})

test_that("weights and offset of the wrong kind are refused, with the options or with the rows", {
  refused <- function(...) expect_refused(..., from = "nn_fit")
  refused(nn_fit(mpg ~ wt, mtcars, weights = array(1, c(8, 2, 2))), "argument", "one per row, not")
  refused(nn_fit(mpg ~ wt, mtcars, weights = factor(mtcars$cyl)), "argument", "one per row, not")
  asked <- function(...) nn_options(...)
  expect_refused(asked(weights = "a"), "argument", "weights must be numbers", from = "asked")
  expect_refused(asked(weights = -1), "argument", "weights must be finite", from = "asked")
  expect_refused(asked(offset = 1i), "argument", "offset must be finite", from = "asked")
  refused(nn_fit(mpg ~ wt, mtcars, subset = matrix(1:4, 2)), "argument", "subset must be")
})
