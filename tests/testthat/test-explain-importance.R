skip_if_no_torch()

by_term <- function(found) stats::setNames(found$importance, found$term)

# Independent columns, of which each is standardised.
independent <- function(number, columns) {
  x <- qr.Q(qr(cbind(1, matrix(sin(seq_len(number * columns)^2), number))))[, -1]
  x <- scale(x) # orthogonal to each other and to the mean
  colnames(x) <- paste0("x", seq_len(columns))
  as.data.frame(x)
}

test_that("all pairs of rows give a linear model twice its squared slopes", {
  data <- independent(40, 3)
  data$y <- 3 * data$x1 - data$x2 + cos(seq_len(40)^2)
  fit <- nn_fit(y ~ ., data)
  found <- nn_importance(fit, repeats = 39)
  slopes <- coef(fit)[-1]
  # Residuals of least squares go with no column, so that nothing else is left.
  expect_equal(by_term(found)[names(slopes)], 2 * slopes^2, tolerance = 1e-8)
  expect_equal(attr(found, "baseline"), mean(residuals(fit)^2))
  expect_identical(attr(found, "repeats"), 39L)
  expect_identical(attr(nn_importance(fit, repeats = 1000), "repeats"), 39L)
  expect_identical(found$term[1:2], c("x1", "x2"))
})

test_that("one deal is what predict() gives for rows that are dealt by hand", {
  fit <- nn_fit(mpg ~ wt * hp + factor(cyl), mtcars, hidden_units = 4, epochs = 30, seed = 1)
  found <- nn_importance(fit, repeats = 2, seed = 5, groups = list(both = c("wt", "hp")))
  cycle <- drawn_by(5L, sample.int(32))
  base <- mean((mtcars$mpg - predict(fit, mtcars))^2)
  by_hand <- function(names) {
    mean(vapply(1:2, function(step) {
      donors <- integer(32)
      donors[cycle] <- cycle[(seq_len(32) + step - 1) %% 32 + 1]
      moved <- mtcars
      moved[names] <- mtcars[donors, names]
      mean((mtcars$mpg - predict(fit, moved))^2) - base
    }, 1))
  }
  # In float32.
  expect_equal(
    by_term(found), c(both = by_hand(c("wt", "hp")), cyl = by_hand("cyl")), tolerance = 1e-5
  )
  # Of an interaction one part moves and the other stays: the columns are made in R.
  alone <- nn_importance(fit, repeats = 2, seed = 5)
  expect_equal(by_term(alone)[["wt"]], by_hand("wt"), tolerance = 1e-5)
})

test_that("a variable that is not used has no importance at all", {
  data <- transform(mtcars, one = 1)
  expect_warning(
    fit <- nn_fit(mpg ~ wt + one, data, hidden_units = 3, epochs = 5, seed = 1), "takes no part"
  )
  other <- transform(mtcars, one = seq_len(32))
  found <- nn_importance(fit, other)
  expect_identical(unlist(found[found$term == "one", -1], use.names = FALSE), rep(0, 4))
})

test_that("what follows from a variable moves with it", {
  data <- mtcars
  data$light <- factor(ifelse(data$wt < 3, "light", "heavy"))
  fit <- nn_fit(mpg ~ poly(wt, 2) + light + log(hp), data)
  expect_setequal(nn_importance(fit)$term, c("wt", "light", "hp"))
  plain <- nn_fit(data[c("wt", "light")], data$mpg)
  expect_setequal(nn_importance(plain, list(data[c("wt", "light")], data$mpg))$term,
    c("wt", "light"))
  embedded <- nn_fit(mpg ~ wt + factor(cyl), mtcars, hidden_units = 3, embed = "factor(cyl)",
    epochs = 20, seed = 1)
  expect_setequal(nn_importance(embedded)$term, c("wt", "cyl"))
})

test_that("columns of a recipe are made anew, whatever its steps", {
  skip_if_not_installed("recipes")
  recipe <- recipes::step_interact(recipes::recipe(mpg ~ wt + hp, mtcars), ~ wt:hp)
  fit <- nn_fit(recipe, mtcars)
  formula <- nn_fit(mpg ~ wt * hp, mtcars)
  expect_equal(
    by_term(nn_importance(fit, mtcars, seed = 1)), by_term(nn_importance(formula, seed = 1)),
    tolerance = 1e-6
  )
})

test_that("Friedman's function is recovered from its noise", {
  # Friedman (1991): 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5, and five of no use.
  draw <- function(number) {
    data <- as.data.frame(matrix(stats::runif(10 * number), number))
    names(data) <- paste0("x", 1:10)
    data$y <- with(data, 10 * sin(pi * x1 * x2) + 20 * (x3 - 0.5)^2 + 10 * x4 + 5 * x5) +
      stats::rnorm(number)
    data
  }
  withr::local_seed(1)
  fit <- nn_fit(y ~ ., draw(400), hidden_units = 16, seed = 1)
  found <- nn_importance(fit, draw(2000), interactions = list(c("x1", "x2"), c("x4", "x5")))
  expect_setequal(found$term[1:5], paste0("x", 1:5))
  expect_identical(found$term[1], "x4")
  # 5 x5 has 2 * 25 / 12, and what is not used a little at most: the fit has noise.
  expect_true(all(by_term(found)[paste0("x", 6:10)] < 1))
  expect_equal(by_term(found)[["x5"]], 25 / 6, tolerance = 0.5)
  pairs <- by_term(found)[c("x1:x2", "x4:x5")]
  # Of the function itself 3.57 and 0, each with a standard error of about 0.4.
  expect_gt(pairs[[1]], 1.5)
  expect_lt(abs(pairs[[2]]), 1.5)
})

test_that("two columns that are the same share what they are worth, and have it as a group", {
  data <- transform(mtcars, again = wt)
  fit <- nn_fit(mpg ~ wt + again + qsec, data, penalty = 0.01, hidden_units = integer())
  alone <- by_term(nn_importance(fit, seed = 1))
  expect_equal(alone[["wt"]], alone[["again"]], tolerance = 1e-6)
  together <- nn_importance(fit, seed = 1, groups = list(weight = c("wt", "again")))
  expect_gt(by_term(together)[["weight"]], 3 * alone[["wt"]])
})

test_that("rows that were held out are taken where there are some, and it is said which", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 5, validation = 0.25, seed = 1)
  found <- nn_importance(fit)
  expect_identical(attr(found, "part"), "held out")
  expect_identical(attr(found, "rows"), 8L)
  held_out <- mtcars[fit$validation_rows, ]
  expect_equal(attr(found, "baseline"), mean((held_out$mpg - predict(fit, held_out))^2),
    tolerance = 1e-6)
  expect_equal(nn_importance(fit, mtcars, seed = 1), nn_importance(fit, seed = 1),
    ignore_attr = "handed"
  )
  new <- nn_importance(fit, mtcars[1:9, ])
  expect_identical(attr(new, "part"), "new")
  expect_identical(attr(new, "rows"), 9L)
  expect_identical(attr(nn_importance(nn_fit(mpg ~ wt, mtcars)), "part"), "training")
})

test_that("metrics have the names of the table, and of which more is better is turned", {
  fit <- nn_fit(mpg ~ wt + qsec, mtcars)
  for (metric in c("rmse", "mae", "rsq", "mape")) {
    found <- nn_importance(fit, metric = metric, seed = 1)
    expect_identical(attr(found, "metric"), metric)
    expect_identical(found$term[1], "wt")
    expect_gt(found$conf.low[1], 0)
  }
  found <- nn_importance(fit, metric = "RMSE", seed = 1)
  expect_equal(attr(found, "baseline"), sqrt(mean(residuals(fit)^2)))
  classes <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 50, seed = 1)
  for (metric in list(NULL, "accuracy", "roc_auc", "mn_log_loss")) {
    expect_match(nn_importance(classes, metric = metric, seed = 1)$term[1], "Petal")
  }
})

test_that("rare classes count by their weights", {
  data <- data.frame(x = sin((1:60)^2), z = cos((1:60)^2))
  data$y <- factor(ifelse(data$x + 0.1 * data$z > 0.9, "rare", "usual"))
  data$y[c(1, 9)] <- "rare"
  fit <- nn_fit(y ~ x + z, data, class_weights = "balanced", seed = 1)
  found <- nn_importance(fit, seed = 1)
  expect_identical(found$term[1], "x")
  expect_identical(nn_importance(fit, metric = "bal_accuracy", seed = 1)$term[1], "x")
})

test_that("the loss has the weights of classes on any rows, and a metric has them on none", {
  data <- data.frame(x = sin((1:60)^2), z = cos((1:60)^2))
  data$y <- factor(ifelse(data$x + data$z^2 + sin(7 * (1:60)) > 0.9, "rare", "usual"))
  fit <- nn_fit(y ~ x + z, data, class_weights = c(rare = 5, usual = 1), seed = 1)
  right <- predict(fit, data, type = "class") == data$y
  lost <- -log(ifelse(data$y == "usual", fitted(fit), 1 - fitted(fit)))
  by_class <- ifelse(data$y == "rare", 5, 1)
  as_it_is <- function(...) attr(nn_importance(fit, ..., seed = 1), "baseline")
  expect_equal(as_it_is(), weighted.mean(lost, by_class), tolerance = 1e-6)
  expect_equal(as_it_is(data = data[60:1, ]), weighted.mean(lost, by_class), tolerance = 1e-6)
  expect_equal(
    as_it_is(data = data[1:30, ]), weighted.mean(lost[1:30], by_class[1:30]),
    tolerance = 1e-6
  )
  expect_equal(as_it_is(metric = "accuracy"), mean(right))
  expect_equal(as_it_is(data = data[1:30, ], metric = "accuracy"), mean(right[1:30]))
})

test_that("censored times, counts, quantiles and several outcomes have importances", {
  skip_if_not_installed("survival")
  lung <- stats::na.omit(survival::lung)
  fit <- nn_fit(survival::Surv(time, status) ~ age + sex + ph.ecog, lung)
  expect_identical(nn_importance(fit, seed = 1)$term[1], "ph.ecog")
  found <- nn_importance(fit, metric = "concordance_survival", seed = 1)
  expect_equal(attr(found, "baseline"), survival::concordance(fit)$concordance, tolerance = 1e-6)
  counts <- nn_fit(carb ~ hp + wt, mtcars, family = poisson())
  expect_identical(nn_importance(counts, seed = 1)$term[1], "hp")
  levels <- nn_fit(mpg ~ wt + qsec, mtcars, loss = list("quantile", level = c(0.1, 0.9)),
    hidden_units = 2, epochs = 40, seed = 1)
  expect_identical(nn_importance(levels, seed = 1)$term[1], "wt")
  both <- nn_fit(cbind(mpg, disp) ~ wt + qsec, mtcars)
  expect_identical(nrow(nn_importance(both, seed = 1)), 2L)
})

test_that("trials, weights and an offset are those of the rows", {
  fit <- nn_fit(cbind(ncases, ncontrols) ~ agegp + alcgp, esoph, family = binomial())
  expect_equal(nn_importance(fit, seed = 1), nn_importance(fit, esoph, seed = 1))
  new <- nn_importance(fit, esoph[1:40, ], seed = 1)
  expect_identical(attr(new, "rows"), 40L)
  weighted <- nn_fit(mpg ~ wt + hp + offset(qsec), mtcars, weights = disp)
  found <- nn_importance(weighted, repeats = 31)
  residual <- mtcars$mpg - fitted(weighted)
  expect_equal(attr(found, "baseline"), stats::weighted.mean(residual^2, mtcars$disp))
  expect_setequal(found$term, c("wt", "hp"))
})

test_that("a seed says all, and R's random numbers are where they were", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  withr::local_seed(1)
  before <- .Random.seed
  one <- nn_importance(fit, seed = 3)
  expect_identical(.Random.seed, before)
  suppressWarnings(RNGkind("Wichmann-Hill", "Box-Muller", "Rounding"))
  expect_identical(nn_importance(fit, seed = 3), one)
  expect_identical(RNGkind()[1], "Wichmann-Hill")
  RNGkind("default", "default", "default")
  set.seed(2)
  drawn <- nn_importance(fit)
  set.seed(2)
  expect_identical(nn_importance(fit), drawn)
})

test_that("a module and a loss of one's own", {
  module <- torch$nn$Sequential(torch$nn$Linear(2L, 3L), torch$nn$Tanh(), torch$nn$Linear(3L, 1L))
  x <- as.matrix(mtcars[c("wt", "qsec")])
  fit <- nn_fit(x, mtcars$mpg, model = module, epochs = 200, learn_rate = 0.1, seed = 1)
  expect_identical(nn_importance(fit, seed = 1)$term[1], "wt")
  own <- nn_fit(x, mtcars$mpg, loss = function(prediction, truth) mean(abs(prediction - truth)),
    epochs = 3)
  expect_refused(nn_importance(own), "argument", "metric must name a metric")
  expect_identical(nrow(nn_importance(own, metric = "rmse")), 2L)
})

test_that("what does not go together is refused by name", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_importance")
  refused(nn_importance(), "fit is missing")
  refused(nn_importance(1), "fit must be a fit of")
  refused(nn_importance(fit, repeats = 0), "repeats must be a whole number from 1 to 1e")
  refused(nn_importance(fit, background = 0.5), "background must be a whole number")
  refused(nn_importance(fit, seed = -1), "seed must be a whole number of at least 0, or NULL")
  refused(nn_importance(fit, seed = NA), "seed must be")
  refused(nn_importance(fit, level = 1), "level must be a number between 0 and 1")
  refused(nn_importance(fit, metric = "rsme"), "metric must be the name of a metric", "rmse")
  refused(nn_importance(fit, metric = "accuracy"), "metric names accuracy, which is not for")
  refused(nn_importance(fit, type = "shap", metric = "rmse"), "metric does not go with type")
  refused(nn_importance(fit, type = "shap", interactions = TRUE), "interactions does not go")
  refused(nn_importance(fit, newdata = mtcars), "newdata does not go with type = permutation")
  refused(nn_importance(fit, predict_type = "link"), "predict_type does not go with")
  refused(nn_importance(nn_fit(mpg ~ 1, mtcars)), "fit has no predictors")
  x <- as.matrix(mtcars["wt"])
  plain <- nn_fit(x, mtcars$mpg)
  refused(nn_importance(plain, x[1:9, , drop = FALSE]), "data must have the outcome")
  expect_refused(nn_importance(fit, mtcars[1, ]), "data", "data must have two rows at least")
  expect_refused(nn_importance(fit, mtcars["wt"]), "data", "Missing: hp")
  expect_refused(nn_importance(fit, mtcars[1:9, c("wt", "hp")]), "data", "Missing: mpg")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 3)
  expect_refused(nn_importance(network, data.frame(wt = 1e300 * 1:2, mpg = 1:2)), "argument",
    "data has values beyond")
  expect_refused(nn_importance(network, type = "shap", newdata = data.frame(wt = 1e300)),
    "argument", "newdata is so far")
  odd <- nn_fit(log(mpg) ~ sqrt(disp - 20 * wt), mtcars)
  expect_refused(nn_importance(odd, repeats = 31), "data", "makes no numbers of rows whose")
})

test_that("of several outcomes the loss of one can be taken alone", {
  both <- nn_fit(cbind(mpg, disp) ~ wt + qsec, mtcars)
  of <- function(...) nn_importance(both, seed = 1, ...)
  errors <- residuals(both)
  all <- of()
  each <- lapply(c(mpg = "mpg", disp = "disp"), function(name) of(outcome = name))
  # the whole is their mean, and each is as if it were fitted alone
  baseline <- vapply(each, attr, 0, "baseline")
  expect_equal(baseline, colMeans(errors^2), tolerance = 1e-6)
  expect_equal(attr(all, "baseline"), mean(baseline))
  value <- function(found) found$importance[order(found$term)]
  expect_equal(value(all), (value(each$mpg) + value(each$disp)) / 2)
  alone <- nn_importance(nn_fit(mpg ~ wt + qsec, mtcars), seed = 1)
  expect_equal(value(each$mpg), value(alone), tolerance = 1e-5)
  expect_identical(attr(each$mpg, "label"), "mean squared error of mpg")
  expect_equal(attr(of(outcome = "disp", metric = "rmse"), "baseline"), sqrt(mean(errors[, 2]^2)))
  expect_equal(attr(of(outcome = "mpg", metric = "mae"), "baseline"), mean(abs(errors[, 1])))
  expect_match(format(all), "Over all outcomes together", all = FALSE, fixed = TRUE)
  expect_no_match(format(each$mpg), "Over all outcomes together", fixed = TRUE)
})

test_that("an outcome that there is not is refused", {
  refused <- function(fit, outcome, ...) {
    expect_refused(nn_importance(fit, outcome = outcome), "argument", ..., from = "nn_importance")
  }
  both <- nn_fit(cbind(mpg, disp) ~ wt, mtcars, epochs = 2)
  refused(both, "hp", "outcome must be among", "hp is not")
  refused(both, c("mpg", "disp"), "the name of one outcome")
  refused(nn_fit(mpg ~ wt, mtcars), "mpg", "outcome must be NULL but for several numeric outcomes")
  refused(nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2), "setosa", "outcome must be NULL")
  levels <- nn_fit(mpg ~ wt, mtcars, loss = list("quantile", level = c(0.1, 0.9)), epochs = 2)
  refused(levels, "mpg", "outcome must be NULL")
  expect_refused(nn_importance(both, type = "shap", outcome = "mpg"), "argument",
    "outcome does not go with type = shap", from = "nn_importance"
  )
})

test_that("a search is refused, and says where its fit is", {
  found <- nn_tune(mpg ~ wt, mtcars, penalty = list(0.1, 1), folds = 2, seed = 1)
  expect_refused(nn_importance(found), "argument", "The fit is in it, as $fit.",
    from = "nn_importance"
  )
})
