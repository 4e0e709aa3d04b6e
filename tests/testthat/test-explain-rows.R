skip_if_no_torch()

rows_of <- function(fit, data = NULL, user = parent.frame()) {
  explained_rows(fit, data, NULL, "nn_effects", rlang::current_env(), user)
}

test_that("the rows of a fit are found by its call, as the variables that the formula names", {
  fit <- nn_fit(mpg ~ poly(wt, 2) + log(hp) * factor(am), mtcars, epochs = 2)
  found <- rows_of(fit)
  expect_identical(names(found$rows), c("wt", "hp", "am"))
  expect_true(found$own)
  expect_equal(unname(found$x), unname(model.matrix(fit)[, -1]), ignore_attr = TRUE)
  expect_null(found$weights)
  expect_equal(rows_of(fit, mtcars), c(found, handed = 32L))
})

test_that("subset, missing values, weights and offsets are those of the fit", {
  fit <- nn_fit(
    Ozone ~ Wind + Temp + offset(Day), airquality, weights = Month, subset = Temp > 60,
    hidden_units = 3, epochs = 5, seed = 1
  )
  found <- rows_of(fit)
  used <- with(airquality, which(Temp > 60 & !is.na(Ozone)))
  expect_identical(as.integer(found$kept), used)
  expect_equal(as.vector(found$weights), airquality$Month[used])
  expect_equal(as.vector(found$offset), airquality$Day[used])
  other <- rows_of(fit, airquality[1:30, c("Wind", "Temp", "Day")])
  expect_false(other$own)
  expect_null(other$weights)
  expect_equal(as.vector(other$offset), airquality$Day[1:30])
  gaps <- airquality[1:30, ]
  gaps$Wind[3] <- NA
  expect_identical(rows_of(fit, gaps)$kept, setdiff(1:30, 3L))
  expect_identical(rows_of(fit, gaps)$given, 30L)
  gaps$Wind <- NA_real_
  expect_refused(rows_of(fit, gaps), "data", "a row in which nothing is missing", from = "rows_of")
})

test_that("matrices, data frames and recipes have the columns that they were given with", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  known <- nn_fit(x, mtcars$mpg, epochs = 2)
  expect_equal(rows_of(known)$rows, as.data.frame(x), ignore_attr = TRUE)
  expect_true(rows_of(known, list(x, mtcars$mpg))$own)
  expect_true(rows_of(known, as_tensor(x))$own)
  blank <- nn_fit(unname(x), mtcars$mpg, epochs = 2)
  expect_identical(names(rows_of(blank, unname(x))$rows), c("x1", "x2"))
  frame <- data.frame(wt = mtcars$wt, am = factor(mtcars$am))
  of_frame <- nn_fit(frame, mtcars$mpg, epochs = 2)
  expect_identical(rows_of(of_frame)$rows, frame)
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ wt + hp, mtcars)
  expect_identical(names(rows_of(nn_fit(recipe, mtcars, epochs = 2))$rows), c("wt", "hp"))
})

test_that("rows that are not to be had are asked for, those that have changed are refused", {
  data <- mtcars
  fit <- nn_fit(mpg ~ wt, data, epochs = 2)
  data$wt <- data$wt + 1
  expect_refused(rows_of(fit), "argument", "data are not what they were", from = "rows_of")
  rm(data)
  expect_refused(rows_of(fit), "argument", "does not find them", from = "rows_of")
  expect_refused(rows_of(fit, "mtcars"), "argument", "data must be what", from = "rows_of")
  expect_refused(rows_of(fit, list(1)), "argument", "data must be what", from = "rows_of")
  expect_refused(rows_of(fit, mtcars["hp"]), "data", "Missing: wt", from = "rows_of")
  deep <- structure(list(columns = list(shape = c(3, 4))), class = "nn_fit")
  expect_refused(rows_of(deep), "argument", "rows of shape 3 x 4", from = "rows_of")
})

test_that("a formula that looks at all rows at once is refused", {
  fit <- nn_fit(mpg ~ I(wt - mean(wt)), mtcars, epochs = 2)
  expect_refused(rows_of(fit), "data", "of all rows of the data together", from = "rows_of")
})

test_that("a fit with keep_data = FALSE is not said to be one on files", {
  fit <- nn_fit(mpg ~ wt, mtcars, epochs = 2, keep_data = FALSE)
  expect_refused(rows_of(fit), "argument", "A fit with keep_data = FALSE does not hold its rows",
    from = "rows_of"
  )
  expect_match(no_rows_words(fit), "A fit with `keep_data = FALSE` does not hold", fixed = TRUE)
  expect_identical(nrow(rows_of(fit, mtcars)$rows), 32L)
})

test_that("what stands behind `$` is refused for that, where it is why", {
  for (fit in list(nn_fit(mpg ~ mtcars$wt + hp, mtcars), nn_fit(mpg ~ mtcars[["wt"]], mtcars))) {
    for (data in list(NULL, mtcars[1:9, ])) {
      expect_refused(rows_of(fit, data), "argument", "that the formula names, not mtcars",
        "the same whatever data are", from = "rows_of"
      )
    }
  }
  set <- list(degree = 2)
  fit <- nn_fit(mpg ~ poly(wt, set$degree), mtcars)
  expect_identical(nrow(rows_of(fit, mtcars[1:9, ])$rows), 9L)
  expect_false(identical(dollars_in(quote(x[, 1])), list(quote(x))))
})

test_that("what is refused is not warned of before; what is not, is, as it was", {
  of_all <- nn_fit(mpg ~ cut(wt, 3) + hp, mtcars)
  expect_no_warning(
    expect_refused(rows_of(of_all, mtcars), "data", "of all rows", from = "rows_of")
  )
  fit <- nn_fit(mpg ~ factor(cyl), mtcars)
  other <- data.frame(cyl = c(4, 6, 12))
  expect_warning(rows_of(fit, other), class = "nnfit_warning")
})

test_that("weights that a fit does not hold are missed by name", {
  fit <- nn_fit(mpg ~ wt, mtcars, weights = hp, keep_data = FALSE)
  warned <- expect_warning(rows_of(fit, mtcars), class = "nnfit_warning_weights")
  expect_match(conditionMessage(warned), "made with weights", fixed = TRUE)
  expect_no_warning(rows_of(fit, mtcars[1:9, ]))
  expect_no_warning(rows_of(nn_fit(mpg ~ wt, mtcars, keep_data = FALSE), mtcars))
})

test_that("it is said how many of the rows given are taken, as they are the fit's", {
  said <- function(object) paste(utils::capture.output(print(object)), collapse = " ")
  some <- nn_fit(mpg ~ wt, mtcars, subset = 1:20)
  expect_match(said(nn_effects(some, "wt", mtcars, grid = 2)),
    "Over 20 of the 32 rows given, which the fit was made on", fixed = TRUE
  )
  expect_match(said(nn_importance(some, mtcars, seed = 1)),
    "on 20 of the 32 rows given that the fit was trained on", fixed = TRUE
  )
  expect_match(said(nn_effects(some, "wt", grid = 2)), "Over 20 rows.", fixed = TRUE)
  expect_match(said(nn_effects(some, "wt", mtcars[1:9, ], grid = 2)), "Over 9 rows.", fixed = TRUE)
  held <- nn_fit(mpg ~ wt, mtcars, validation = 0.25, hidden_units = 2, penalty = 0.1, epochs = 2)
  expect_match(said(nn_importance(held, mtcars, seed = 1)),
    "8 of the 32 rows given that were held out", fixed = TRUE
  )
})
