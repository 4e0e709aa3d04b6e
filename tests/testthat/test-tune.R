skip_if_no_torch()

test_that("coefficients, fitted values and residuals are those of the fit", {
  found <- search_of(penalty = list(0.001, 0.1), epochs = 5, folds = 2)
  expect_identical(coef(found), coef(found$fit))
  expect_identical(fitted(found), fitted(found$fit))
  expect_identical(residuals(found), residuals(found$fit))
})

test_that("each candidate is judged as nn_cv() judges it, and the best is fitted to all rows", {
  found <- search_of(penalty = list(0.001, 0.1, 1), learn_rate = list(0.003, 0.03), folds = 3,
    method = "grid", candidates = NULL, epochs = 40
  )
  expect_identical(nrow(found$results), 6L)
  for (i in seq_len(6)) {
    row <- found$results[i, ]
    cv <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = 40, seed = 1, folds = 3,
      penalty = row$penalty, learn_rate = row$learn_rate
    )
    # float32
    expect_equal(row$mean, mean(cv$losses$valid_loss), tolerance = 1e-5)
    expect_equal(row$std_error, summary(cv)$std_err[2], tolerance = 1e-4)
    scores <- found$scores[found$scores$candidate == row$candidate, ]
    expect_equal(scores$score, cv$losses$valid_loss, tolerance = 1e-5)
    expect_identical(found$folds, cv$folds)
  }
  expect_identical(found$results$rank, 1:6)
  expect_false(is.unsorted(found$results$mean))
  expect_identical(which(found$results$chosen), 1L)
  fit <- nn_fit(mpg ~ wt + hp, mtcars,
    hidden_units = 2, epochs = 40, seed = 1, penalty = found$best$penalty,
    learn_rate = found$best$learn_rate
  )
  expect_identical(fitted(found$fit), fitted(fit))
  expect_identical(predict(found, mtcars[1:3, ]), predict(fit, mtcars[1:3, ]))
})

test_that("formula, pipe, data frame, matrix, array and tensor give the same", {
  x <- mtcars[c("wt", "hp")]
  options <- list(
    penalty = quote(tune()), hidden_units = 2, epochs = 5, seed = 1, candidates = 3, folds = 2
  )
  found <- list(
    do.call(nn_tune, c(list(mpg ~ wt + hp, mtcars), options)),
    do.call(nn_tune, c(list(mtcars, mpg ~ wt + hp), options)),
    do.call(nn_tune, c(list(x, mtcars$mpg), options)),
    do.call(nn_tune, c(list(as.matrix(x), mtcars$mpg), options)),
    do.call(nn_tune, c(list(as_tensor(as.matrix(x), dtype = "float64"), mtcars$mpg), options))
  )
  for (other in found[-1]) expect_equal(other$results, found[[1]]$results)
  images <- array(as.double(1:32), c(8, 1, 2, 2))
  model <- torch$nn$Sequential(torch$nn$Flatten(), torch$nn$Linear(4L, 1L))
  of_module <- nn_tune(images, 1:8 + 0, model = model, penalty = list(0.1, 1), epochs = 3,
    folds = 2, seed = 1
  )
  expect_length(predict(of_module, images), 8)
})

test_that("set.seed() governs, nothing of it is lost, and what comes back is plain data", {
  one <- function() search_of(penalty = tune(), seed = NULL)
  expect_identical(withr::with_seed(1, one())$results, withr::with_seed(1, one())$results)
  withr::local_seed(3)
  before <- .Random.seed
  found <- search_of(penalty = tune())
  expect_identical(.Random.seed, before)
  again <- search_of(penalty = tune())
  expect_identical(found$results, again$results)
  expect_identical(found$scores, again$scores)
  expect_identical(unserialize(serialize(found, NULL)), found)
})

test_that("halving trains many for a little, and goes on with the best", {
  found <- search_of(learn_rate = tune(), method = "halving", candidates = 9, epochs = 27,
    min_epochs = 3
  )
  expect_identical(found$stages$candidates, c(9L, 3L, 1L))
  expect_identical(found$stages$epochs, c(3L, 9L, 27L))
  expect_identical(sort(found$results$stage), rep(1:3, c(6, 2, 1)))
  row <- found$results[5, ]
  cv <- nn_cv(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = row$trained, seed = 1, folds = 2,
    learn_rate = row$learn_rate
  )
  expect_equal(row$mean, mean(cv$losses$valid_loss), tolerance = 1e-5)
})

test_that("metrics, rows held out, weights, subsets and missing values are as elsewhere", {
  found <- nn_tune(factor(am) ~ wt + hp, mtcars, weights = qsec, subset = cyl > 4,
    penalty = tune(), metric = "roc_auc", candidates = 3, folds = 2, hidden_units = 2, epochs = 9,
    seed = 1
  )
  expect_identical(nrow(found$folds), 21L)
  expect_true(all(found$results$mean >= 0 & found$results$mean <= 1))
  expect_false(is.unsorted(-found$results$mean))
  held <- nn_tune(mpg ~ wt, mtcars, penalty = tune(), validation = 0.25, candidates = 3, epochs = 9,
    hidden_units = 2, seed = 1
  )
  expect_null(held$folds)
  expect_true(all(is.na(held$results$std_error)))
  expect_identical(nrow(held$scores), 3L)
  again <- nn_fit(mpg ~ wt, mtcars[-held$validation_rows, ], penalty = held$best$penalty,
    epochs = 9, hidden_units = 2, seed = 1
  )
  missed <- (mtcars$mpg - predict(again, mtcars))[held$validation_rows]
  expect_equal(held$results$mean[1], mean(missed^2), tolerance = 1e-5)
  rows <- nn_tune(mpg ~ wt, mtcars, penalty = list(0.1), validation = 1:8, epochs = 9,
    hidden_units = 2, seed = 1
  )
  fit <- nn_fit(mpg ~ wt, mtcars, penalty = 0.1, validation = 1:8, epochs = 9, hidden_units = 2,
    seed = 1
  )
  missed <- mtcars$mpg[1:8] - predict(fit, mtcars[1:8, ])
  expect_equal(rows$results$mean, mean(missed^2), tolerance = 1e-5)
  expect_length(fitted(rows$fit), 32)
  expect_identical(rows$validation_rows, 1:8)
  holes <- nn_tune(Ozone ~ Wind, airquality, penalty = list(0.1, 1), epochs = 5, hidden_units = 2,
    folds = rep(1:3, 51), seed = 1
  )
  expect_identical(nrow(holes$folds), 116L)
})

test_that("fits that stop by their folds, and those whose penalty is chosen, are fitted so", {
  found <- search_of(stop_iter = 2, penalty = list(0.01), learn_rate = 0.3, epochs = 200, folds = 3)
  expect_identical(names(found$changed), c("epochs", "stop_iter"))
  expect_identical(found$fit$options$stop_iter, Inf)
  expect_identical(nrow(loss_table(found$fit)), as.integer(found$changed$epochs))
  sizes <- nn_tune(mpg ~ wt, mtcars, hidden_units = list(2, 3), folds = 2, seed = 1)
  expect_s3_class(sizes, "nn_tune")
})

test_that("a checkpoint is taken up, and cleared away", {
  folder <- withr::local_tempfile()
  found <- search_of(penalty = tune(), checkpoint = folder)
  expect_identical(list.files(folder), character())
  expect_identical(found$results, search_of(penalty = tune())$results)
  expect_null(found$fit$call$checkpoint)
})

test_that("in a process of its own it is the same", {
  skip_if_not_installed("callr")
  skip_on_cran()
  expect_identical(
    search_of(penalty = tune(), isolate = TRUE)$results, search_of(penalty = tune())$results
  )
})

test_that("what is given is refused by name", {
  expect_refused(nn_tune("a"), "argument", "x must be a formula, data frame, matrix or tensor",
    from = "nn_tune"
  )
  named <- nn_tune(data = mtcars, formula = mpg ~ wt, penalty = list(0.1, 1), folds = 2, seed = 1)
  expect_identical(
    named$results,
    nn_tune(mpg ~ wt, mtcars, penalty = list(0.1, 1), folds = 2, seed = 1)$results
  )
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ wt, mtcars)
  expect_refused(nn_tune(recipe, mtcars), "argument", "estimated on the rows to judge by",
    from = "nn_tune"
  )
})
