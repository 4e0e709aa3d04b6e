# As rsample 1.1 to 1.3 makes them, where it is not at hand.
made_split <- function(data, in_id, out_id = NA, class = c("mc_split", "rsplit")) {
  structure(list(data = data, in_id = in_id, out_id = out_id, id = NULL), class = class)
}

made_folds <- function(data, held_out, class = "vfold_cv", all = seq_len(nrow(data))) {
  splits <- lapply(held_out, function(out) {
    made_split(data, setdiff(all, out), out, c("vfold_split", "rsplit"))
  })
  folds <- tibble::tibble(splits = splits, id = paste0("Fold", seq_along(splits)))
  structure(folds, class = c(class, "rset", class(folds)))
}

test_that("a split says which rows are held out", {
  skip_if_no_torch()
  fit <- function(...) nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, seed = 1, ...)
  held_out <- c(3, 8, 20)
  by_rows <- fit(validation = held_out)
  same <- function(other) {
    expect_equal(other$parameters, by_rows$parameters)
    expect_equal(loss_table(other), loss_table(by_rows))
    expect_equal(other$validation_rows, by_rows$validation_rows)
  }
  others <- sample(setdiff(1:32, held_out))
  same(fit(validation = made_split(mtcars, others)))
  same(fit(validation = made_split(mtcars, others, held_out)))
  same(fit(validation = made_folds(mtcars, list(held_out), "validation_split")))
  columns <- nn_fit(mtcars["wt"], mtcars$mpg,
    hidden_units = 2, epochs = 5, seed = 1, validation = made_split(mtcars, others)
  )
  same(columns)
  skip_if_no_recipes()
  recipe <- recipes::recipe(mpg ~ wt, mtcars)
  same(nn_fit(recipe, mtcars,
    hidden_units = 2, epochs = 5, seed = 1, validation = made_split(mtcars, others)
  ))
})

test_that("rows of a split are those of the data, of which some may be left out", {
  skip_if_no_torch()
  air <- airquality
  split <- made_split(air, 1:100)
  fit <- nn_fit(Ozone ~ Wind, air, validation = split, seed = 1)
  expect_identical(fit$validation_rows, which(which(!is.na(air$Ozone)) > 100))
  part <- nn_fit(Ozone ~ Wind, air, validation = split, subset = Month > 5, seed = 1)
  expect_identical(nobs(part), sum(!is.na(air$Ozone[1:100]) & air$Month[1:100] > 5))
})

test_that("a split that does not say it of these rows is refused", {
  skip_if_no_torch()
  refused <- function(split, ..., data = mtcars) {
    expect_refused(
      nn_fit(mpg ~ wt, data, validation = split), "argument", "validation must be", ...,
      from = "nn_fit"
    )
  }
  split <- made_split(mtcars, 1:20)
  refused(split, "of the data that are fitted", "training(split)", data = mtcars[1:20, ])
  refused(split, "in another order", data = mtcars[32:1, ])
  refused(made_split(mtcars, c(1:20, 1:12)), "each of the 32 rows once", "(20 of them different)")
  refused(made_split(mtcars, 1:20, 21:30), "validates on 10", "assessment(split)")
  refused(made_split(mtcars, 1:32, 1:32), "each of the 32 rows once")
  refused(made_split(mtcars, 1:32, integer()), "validates on 0")
  three <- structure(list(data = mtcars, train_id = 1:20, val_id = 21:25),
    class = c("initial_validation_split", "three_way_split")
  )
  refused(three, "a split in two", "validation(split)")
  refused(made_folds(mtcars, list(1:16, 17:32)), "one split, and these are 2", "folds = splits")
  expect_refused(
    nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg, validation = split), "argument",
    "where the data are a data frame", from = "nn_fit"
  )
})

test_that("folds of rsample are those of nn_cv()", {
  skip_if_no_torch()
  held_out <- list(c(32, 1:9), 10:20, 21:31)
  labels <- paste0("Fold", replace(rep(1:3, c(9, 11, 12)), 32, 1))
  cv <- nn_cv(mpg ~ wt, mtcars, folds = made_folds(mtcars, held_out), seed = 1)
  expect_identical(cv$folds[, 1], as.integer(factor(labels)))
  expect_equal(cv$losses, nn_cv(mpg ~ wt, mtcars, folds = labels, seed = 1)$losses)
  columns <- nn_cv(mtcars["wt"], mtcars$mpg, folds = made_folds(mtcars, held_out), seed = 1)
  expect_equal(columns$losses, cv$losses)

  refused <- function(folds, ..., data = mtcars) {
    expect_refused(
      nn_cv(mpg ~ wt, data, folds = folds), "argument", "folds must", ..., from = "nn_cv"
    )
  }
  several <- made_folds(mtcars, list(1:16, 17:32, 1:16, 17:32))
  refused(several, "out once", "32 rows out several times and 0 never", "vfold_cv")
  refused(made_folds(mtcars, list(1:4, 3:8), "mc_cv"), "2 rows out several times and 24 never")
  refused(made_folds(mtcars, held_out, all = 1:31), "train on all others")
  refused(made_folds(mtcars, held_out), "of the data that are fitted", data = mtcars[1:20, ])
})

test_that("rsample's own are taken", {
  skip_if_no_torch()
  skip_if_not_installed("rsample")
  of <- function(name) getExportedValue("rsample", name)
  set.seed(1)
  split <- of("initial_split")(mtcars)
  fit <- nn_fit(mpg ~ wt, mtcars, validation = split, seed = 1)
  expect_setequal(fit$validation_rows, of("complement")(split))
  expect_equal(coef(fit), coef(lm(mpg ~ wt, of("training")(split))), tolerance = 1e-6)
  apart <- nn_fit(mpg ~ wt, of("training")(split), validation = of("testing")(split), seed = 1)
  expect_equal(apart$history$valid_loss, fit$history$valid_loss)

  folds <- of("vfold_cv")(mtcars, v = 4)
  cv <- nn_cv(mpg ~ wt, mtcars, folds = folds, seed = 1)
  expect_identical(cv$losses$label, folds$id)
  each <- vapply(folds$splits, function(split) {
    linear <- lm(mpg ~ wt, of("analysis")(split))
    test <- of("assessment")(split)
    mean((test$mpg - predict(linear, test))^2)
  }, 0)
  expect_equal(cv$losses$valid_loss, each, tolerance = 1e-6)
  expect_identical(nrow(nn_cv(mpg ~ wt, mtcars, folds = of("loo_cv")(mtcars))$losses), 32L)
  groups <- nn_cv(mpg ~ wt, mtcars, folds = of("group_vfold_cv")(mtcars, "cyl"))
  expect_identical(max(rowSums(table(mtcars$cyl, groups$folds) > 0)), 1)
  for (overlapping in list(
    of("bootstraps")(mtcars, 3), of("mc_cv")(mtcars, times = 3),
    of("vfold_cv")(mtcars, v = 3, repeats = 2), of("rolling_origin")(mtcars)
  )) {
    expect_refused(
      nn_cv(mpg ~ wt, mtcars, folds = overlapping), "argument", "folds must hold each",
      class(overlapping)[1]
    )
  }
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, validation = of("bootstraps")(mtcars, 1)), "argument", "each of the 32"
  )
})

test_that("nn_tune() takes splits and folds as nn_fit() and nn_cv() do", {
  skip_if_no_torch()
  held_out <- list(c(32, 1:9), 10:20, 21:31)
  labels <- paste0("Fold", replace(rep(1:3, c(9, 11, 12)), 32, 1))
  found <- function(...) nn_tune(..., penalty = list(0.1, 1), seed = 1)
  folds <- made_folds(mtcars, held_out)
  by_labels <- found(mpg ~ wt, mtcars, folds = labels)
  expect_equal(found(mpg ~ wt, mtcars, folds = folds)$scores, by_labels$scores)
  expect_equal(found(mtcars["wt"], mtcars$mpg, folds = folds)$scores, by_labels$scores)
  expect_equal(found(mtcars, mpg ~ wt, folds = folds)$scores, by_labels$scores)
  split <- made_split(mtcars, 4:32, 1:3)
  by_rows <- found(mpg ~ wt, mtcars, validation = 1:3)
  expect_equal(found(mpg ~ wt, mtcars, validation = split)$scores, by_rows$scores)
  expect_equal(found(mtcars["wt"], mtcars$mpg, validation = split)$scores, by_rows$scores)
  expect_refused(found(mpg ~ wt, mtcars[32:1, ], validation = split), "argument",
    "validation must be of the data that are fitted", from = "nn_tune"
  )
  expect_refused(found(mpg ~ wt, mtcars[1:20, ], folds = folds), "argument",
    "folds must be of the data that are fitted", from = "nn_tune"
  )
})
