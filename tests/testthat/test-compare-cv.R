cv_of <- function(...) {
  nn_cv(mpg ~ wt + hp, mtcars, ..., hidden_units = 3, epochs = 20, seed = 1)
}

test_that("each fold is a fit to the other rows", {
  skip_if_no_torch()
  cv <- cv_of(folds = 4, repeats = 2)
  expect_s3_class(cv$losses, "tbl_df")
  expect_identical(cv$losses$repetition, rep(1:2, each = 4))
  expect_identical(cv$losses$fold, rep(1:4, 2))
  for (i in c(2, 7)) {
    out <- cv$folds[, cv$losses$repetition[i]] == cv$losses$fold[i]
    one <- nn_fit(mpg ~ wt + hp, mtcars[!out, ],
      validation = mtcars[out, ], hidden_units = 3, epochs = 20, seed = cv$losses$seed[i]
    )
    missed <- mtcars$mpg[out] - predict(one, mtcars[out, ])
    expect_equal(cv$losses$valid_loss[i], mean(missed^2), tolerance = 1e-4)
    expect_equal(
      cv$predicted[out, 1, cv$losses$repetition[i]], predict(one, mtcars[out, ]),
      tolerance = 1e-4, ignore_attr = TRUE
    )
  }
})

test_that("the same seed gives the same, set.seed() governs, and it is plain data", {
  skip_if_no_torch()
  expect_identical(cv_of(folds = 3)$losses, cv_of(folds = 3)$losses)
  one <- function() nn_cv(c ~ u, thermometer, folds = 3)
  expect_identical(withr::with_seed(1, one())$folds, withr::with_seed(1, one())$folds)
  cv <- cv_of(folds = 3)
  expect_identical(unserialize(serialize(cv, NULL)), cv)
})

test_that("formula, data frame, matrix and tensor give the same", {
  skip_if_no_torch()
  x <- mtcars[c("wt", "hp")]
  options <- list(folds = 3, seed = 1)
  losses <- lapply(list(
    do.call(nn_cv, c(list(mpg ~ wt + hp, mtcars), options)),
    do.call(nn_cv, c(list(mtcars, mpg ~ wt + hp), options)),
    do.call(nn_cv, c(list(x, mtcars$mpg), options)),
    do.call(nn_cv, c(list(as.matrix(x), mtcars$mpg), options)),
    do.call(nn_cv, c(list(as_tensor(as.matrix(x), dtype = "float64"), mtcars$mpg), options))
  ), `[[`, "losses")
  for (other in losses[-1]) expect_equal(other, losses[[1]])
})

test_that("weights may be a column", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, weights = hp, folds = rep(1:2, 16))
  one <- lm(mpg ~ wt, mtcars[rep(c(FALSE, TRUE), 16), ], weights = hp)
  expect_equal(fitted(cv)[c(TRUE, FALSE)], predict(one, mtcars[c(TRUE, FALSE), ]), tolerance = 1e-6)
})

test_that("a module of one's own", {
  skip_if_no_torch()
  nn <- torch$nn
  module <- nn$Sequential(nn$Linear(2L, 2L), nn$Softsign(), nn$Linear(2L, 1L))
  cv <- nn_cv(mpg ~ wt + hp, mtcars, model = module, epochs = 3, folds = 2, seed = 1)
  expect_true(all(is.finite(fitted(cv))))
})

test_that("what can not be is refused before Python", {
  expect_refused(cv_of(repeats = 0), "argument", "repeats must be a whole number")
  expect_refused(cv_of(validation = 0.2), "argument", "validation is not an option of nn_cv")
  expect_refused(cv_of(bootstrap = 10), "argument", "bootstrap does not go with cross-validation")
  expect_refused(cv_of(restarts = 10), "argument", "restarts does not go with cross-validation")
  expect_refused(nn_cv(1:3), "argument", "x must be a formula, data frame, matrix or tensor")
  expect_refused(nn_cv(~ wt, mtcars), "argument", "must have an outcome on its left")
  expect_refused(cv_of(epoch = 3), "argument", "Did you mean epochs", from = "nn_cv")
})

test_that("a recipe is refused, with the reason", {
  skip_if_no_recipes()
  recipe <- recipes::recipe(mpg ~ wt, mtcars)
  expect_refused(nn_cv(recipe, mtcars), "argument", "on the held-out rows too")
})

test_that("fits that diverge are counted in a warning", {
  skip_if_no_torch()
  warning <- expect_warning(
    nn_cv(c ~ u, thermometer,
      optimizer = "sgd", learn_rate = 1e6, scale = FALSE, folds = 2, seed = 1
    ),
    class = "nnfit_warning_diverged"
  )
  expect_match(flat_message(warning), "2 of 2 fits diverged")
})

test_that("its call is one that a user can make", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 3, seed = 1)
  expect_identical(cv$call, quote(nn_cv(mpg ~ wt, mtcars, folds = 3, seed = 1)))
  expect_equal(eval(cv$call)$losses, cv$losses)
})

test_that("metrics are measured on the folds", {
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 4, metrics = c("rmse", "mae"), seed = 1)
  expect_equal(cv$losses$valid_rmse^2, cv$losses$valid_loss, tolerance = 1e-8)
  predicted <- fitted(cv)
  by_hand <- tapply(abs(mtcars$mpg - predicted), cv$folds[, 1], mean)
  expect_equal(cv$losses$valid_mae, as.double(by_hand), tolerance = 1e-8)
  table <- summary(cv)
  expect_identical(table$loss[3:6], c("train_rmse", "train_mae", "valid_rmse", "valid_mae"))
  expect_output(print(cv), paste0(
    "mae on the folds ", format(signif(mean(by_hand), 4)), " (standard error ",
    format(signif(sd(by_hand) / 2, 4)), ")"
  ), fixed = TRUE)
  stopped <- nn_cv(mpg ~ wt, mtcars, folds = 3, hidden_units = 3, monitor = "mae", stop_iter = 3,
    learn_rate = 0.3, seed = 1
  )
  best <- mapply(function(history, at) history$valid_mae[at], stopped$history, stopped$best_epoch)
  expect_equal(stopped$losses$valid_mae, best)
})

test_that("nothing to cross-validate is refused by name", {
  expect_refused(nn_cv(), "argument", "x must be a formula", "not missing", from = "nn_cv")
})

# Of class "c" there are three rows, in three of five folds.
few_of_a_class <- function() {
  set.seed(1)
  y <- factor(rep(c("a", "b", "c"), c(20, 20, 3)))
  data.frame(y = y, x = rnorm(43), fold = rep_len(1:5, 43))
}

test_that("metrics that need each class say in how many folds one is absent, and what to do", {
  skip_if_no_torch()
  data <- few_of_a_class()
  cv_few <- function(...) nn_cv(y ~ x, data, ..., hidden_units = 2, epochs = 2, seed = 1)
  expect_warning(
    cv <- cv_few(folds = fold, metrics = c("roc_auc", "bal_accuracy", "accuracy")),
    '"roc_auc", "bal_accuracy", which need rows of each class: 2 of 5 folds lack "c"',
    class = "nnfit_warning_metrics"
  )
  expect_output(print(cv), "roc_auc on the folds NaN .*: not known on 2 of 5")
  told <- tryCatch(cv_few(folds = fold, metrics = "roc_auc"), warning = conditionMessage)
  code <- sub(".*folds = ([^`]*)`.*", "\\1", gsub("\n *", " ", told))
  folds <- eval(parse(text = code), data)
  expect_no_warning(cv <- cv_few(folds = folds, metrics = "roc_auc"))
  expect_true(all(is.finite(cv$losses$valid_roc_auc)))
  expect_output(print(cv), "roc_auc on the folds [0-9.]+ .standard error [0-9.]+.$")
})

test_that("a search by such a metric is refused before it begins", {
  skip_if_no_torch()
  folder <- withr::local_tempdir() # with a checkpoint of what was trained, or none
  expect_error(
    nn_tune(y ~ x, few_of_a_class(), hidden_units = list(1, 2), epochs = 2, folds = fold,
      metric = "roc_auc", checkpoint = file.path(folder, "kept"), seed = 1),
    '`metric` is "roc_auc", which needs rows of each class: 2 of 5 folds lack "c".*sample[(]',
    class = "nnfit_error_argument"
  )
  expect_length(list.files(folder, recursive = TRUE), 0)
})

test_that("folds may be a column that a function of the user's own passes on", {
  skip_if_no_torch()
  pass_on <- function(...) nn_cv(y ~ x, few_of_a_class(), ..., seed = 1)
  cv <- pass_on(folds = fold)
  expect_identical(cv$folds[, 1], rep_len(1:5, 43))
  expect_identical(cv$call$folds, quote(fold))
})
