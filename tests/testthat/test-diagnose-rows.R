skip_if_no_torch()

x <- as.matrix(mtcars[c("wt", "hp")])
known <- nn_fit(x, mtcars$mpg, hidden_units = 3, epochs = 20, validation = 0.25, seed = 1)

same_checks <- function(one, other) {
  expect_true(one$own_rows)
  expect_true(other$own_rows)
  expect_equal(one$checks, other$checks, tolerance = 1e-6)
}

test_that("the rows are found by the names in the call, whatever the interface", {
  by_name <- nn_diagnose(known)
  same_checks(by_name, nn_diagnose(known, list(x, mtcars$mpg)))
  same_checks(by_name, nn_diagnose(known, list(y = mtcars$mpg, x = x)))
  expect_true("linear_held_out" %in% by_name$checks$check)
  frame <- mtcars[c("wt", "hp")]
  of_frame <- nn_fit(frame, mtcars$mpg, hidden_units = 3, epochs = 20, seed = 1)
  same_checks(nn_diagnose(of_frame), nn_diagnose(of_frame, list(frame, mtcars$mpg)))
  of_tensor <- nn_fit(as_tensor(x), mtcars$mpg, hidden_units = 3, epochs = 20, seed = 1)
  expect_true(nn_diagnose(of_tensor)$own_rows)
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ wt + hp, mtcars)
  of_recipe <- nn_fit(recipe, mtcars, hidden_units = 3, epochs = 20, seed = 1)
  same_checks(nn_diagnose(of_recipe), nn_diagnose(of_recipe, mtcars))
})

test_that("rows with something missing, weights, subsets and offsets are those of the fit", {
  fit <- nn_fit(
    Ozone ~ Wind + Temp + offset(Day), airquality, weights = Month, subset = Temp > 60,
    hidden_units = 3, epochs = 20, seed = 1
  )
  by_name <- nn_diagnose(fit)
  expect_true(by_name$own_rows)
  same_checks(by_name, nn_diagnose(fit, subset(airquality, Temp > 60)))
  same_checks(by_name, nn_diagnose(fit, airquality))
  other <- nn_diagnose(fit, airquality[1:60, ])
  expect_false(other$own_rows)
  checks <- other$checks
  expect_match(checks$says[checks$check == "linear"], "not those of the fit")
})

test_that("classes cross by their labels, times with their strata", {
  data <- data.frame(x = c(1:10, 3:12), y = factor(rep(c("2", "1"), each = 10), c("2", "1")))
  fit <- nn_fit(y ~ x, data, hidden_units = 2, epochs = 5, seed = 1)
  expect_identical(as.vector(own_outcome(fit))[c(1, 20)], c("2", "1"))
  same_checks(nn_diagnose(fit), nn_diagnose(fit, data))
  weighed <- nn_fit(y ~ x, data, hidden_units = 2, epochs = 5, seed = 1,
    class_weights = c("1" = 3, "2" = 1)
  )
  checks <- nn_diagnose(weighed)$checks
  p <- fitted(weighed)
  each <- -log(ifelse(data$y == "1", p, 1 - p))
  w <- ifelse(data$y == "1", 3, 1)
  lm <- glm(y == "1" ~ x, quasibinomial, data, weights = w)
  q <- fitted(lm)
  reference <- -log(ifelse(data$y == "1", q, 1 - q))
  expect_equal(checks$value[checks$check == "linear"], sum(w * (each - reference)) / sum(w),
    tolerance = 1e-5
  )
  # rows that are no longer its own count by their classes too
  others <- nn_diagnose(weighed, data[nrow(data):1, ])$checks
  known <- others$verdict != "unknown"
  expect_gt(sum(known), 2)
  expect_equal(others$value[known], checks$value[known], tolerance = 1e-5)
  skip_if_not_installed("survival")
  lung <- survival::lung
  stratified <- nn_fit(Surv(time, status) ~ age + strata(sex), lung, hidden_units = 2, epochs = 5,
    seed = 1
  )
  same_checks(nn_diagnose(stratified), nn_diagnose(stratified, lung))
})

test_that("levels that are embedded cross as they were fitted", {
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars, embed = "factor(cyl)", hidden_units = 2,
    epochs = 20, seed = 1
  )
  checks <- nn_diagnose(fit)$checks
  own <- mean(residuals(fit)^2) - mean(residuals(lm(mpg ~ wt + factor(cyl), mtcars))^2)
  expect_equal(checks$value[checks$check == "linear"], own, tolerance = 1e-5)
})

test_that("rows that are gone or others are refused by name", {
  gone <- local({
    here <- x + 0
    nn_fit(here, mtcars$mpg, hidden_units = 3, epochs = 2, seed = 1)
  })
  expect_refused(
    nn_diagnose(gone), "argument", "does not find them", "nn_diagnose(fit, data)",
    from = "nn_diagnose"
  )
  expect_true(nn_diagnose(gone, list(x, mtcars$mpg))$own_rows)
  data <- mtcars
  fit <- nn_fit(mpg ~ wt, data, hidden_units = 3, epochs = 2, seed = 1)
  data$wt <- rev(data$wt)
  expect_refused(
    nn_diagnose(fit), "argument", "not what they were", "the data that it was made on: data",
    from = "nn_diagnose"
  )
  expect_false(nn_diagnose(fit, data)$own_rows)
  expect_true(nn_diagnose(fit, mtcars)$own_rows)
  # The same predictors beside another outcome are other rows.
  data <- transform(mtcars, mpg = rev(mpg))
  expect_false(nn_diagnose(fit, data)$own_rows)
  expect_refused(
    nn_diagnose(known, list(x, 1:3)), "data", "must have the same number of rows",
    from = "nn_diagnose"
  )
  expect_refused(
    nn_diagnose(fit, transform(mtcars, mpg = NA_real_)), "data", "nothing is missing",
    from = "nn_diagnose"
  )
  expect_refused(
    nn_diagnose(fit, transform(mtcars, mpg = letters[1:2])), "data", "strings in place of numbers",
    from = "nn_diagnose"
  )
})

test_that("a fit on files needs rows in memory", {
  skip_if_no_pyarrow()
  path <- write_parquet(mtcars)
  fit <- nn_fit(mpg ~ wt + hp, path, hidden_units = 3, epochs = 20, seed = 1)
  expect_refused(nn_diagnose(fit), "argument", "on files does not hold", from = "nn_diagnose")
  diagnosis <- nn_diagnose(fit, mtcars)
  expect_false(diagnosis$own_rows)
  expect_identical(diagnosis$layers$units, c(3L, 1L))
})

test_that("a fit from a file is looked at with rows that are given", {
  path <- withr::local_tempfile(fileext = ".safetensors")
  nn_save(known, path)
  read <- nn_load(path)
  same_checks(nn_diagnose(known), nn_diagnose(read, list(x, mtcars$mpg)))
})

test_that("successes and failures, and data of which a subset was fitted, are the fit's own rows", {
  counts <- suppressWarnings(nn_fit(
    cbind(ncases, ncontrols) ~ agegp, esoph, family = binomial, hidden_units = 3, epochs = 20,
    penalty = 0, seed = 1
  ))
  expect_true(nn_diagnose(counts, esoph)$own_rows)
  expect_false(nn_diagnose(counts, esoph[1:40, ])$own_rows)
  some <- nn_fit(mpg ~ wt, mtcars, subset = cyl > 4, hidden_units = 3, epochs = 50, penalty = 0)
  expect_true(nn_diagnose(some, mtcars)$own_rows)
  expect_true(nn_diagnose(some, subset(mtcars, cyl > 4))$own_rows)
  expect_false(nn_diagnose(some, transform(mtcars, mpg = mpg + 1))$own_rows)
})
