test_that("what is registered has the shape that parsnip asks for, whichever is loaded first", {
  skip_if_no_torch()
  modes <- c(
    mlp = "regression", mlp = "classification", linear_reg = "regression",
    logistic_reg = "classification", multinom_reg = "classification", poisson_reg = "regression"
  )
  for (after in c(TRUE, FALSE)) {
    types <- with_parsnip(function() {
      of <- c("mlp", "linear_reg", "logistic_reg", "multinom_reg", "poisson_reg")
      if (!exists("registered")) { # parsnip's own has a table for each type
        return(lapply(stats::setNames(of, of), function(type) {
          with(get_from_env(type), mode[engine == "nnfit"])
        }))
      }
      names(registered("predictions"))
    }, after)
    if (is.list(types)) {
      found <- unlist(lapply(names(types), function(name) paste(name, types[[name]])))
      expect_setequal(found, paste(names(modes), modes))
    } else {
      each <- paste(names(modes), modes, "nnfit", "raw", sep = "|")
      expect_true(all(each %in% types))
      expect_true("mlp|regression|nnfit|pred_int" %in% types)
    }
  }
})

# One session for all fits: to start Python takes some seconds.
parsnip_results <- function() {
  with_parsnip(function() {
    network <- set_engine(mlp("regression", hidden_units = !!3L, epochs = 20), "nnfit", seed = 1)
    linear <- set_engine(linear_reg(), "nnfit")
    cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
    cars$weights <- 1
    new <- cars[1:3, ]
    fits <- list(
      network = fit(network, mpg ~ wt + hp, mtcars),
      linear = fit(linear, mpg ~ wt * am, cars),
      ridge = fit(set_engine(linear_reg(penalty = 0.1), "nnfit"), mpg ~ wt, mtcars),
      weighted = fit(linear, mpg ~ wt, cars, case_weights = hardhat::importance_weights(cars$hp)),
      columns = fit_xy(linear, mtcars["wt"], mtcars$mpg),
      logistic = fit(set_engine(logistic_reg(), "nnfit"), am ~ wt, cars),
      multinom = fit(set_engine(multinom_reg(), "nnfit", seed = 1), Species ~ Petal.Width, iris),
      classes = fit(
        set_engine(mlp("classification", hidden_units = 2, epochs = 20), "nnfit", seed = 1),
        Species ~ ., iris
      ),
      poisson = fit(set_engine(poisson_reg(), "nnfit"), carb ~ wt, mtcars),
      untold = fit(set_engine(mlp("regression", epochs = 3), "nnfit"), mpg ~ wt, mtcars)
    )
    try_message <- function(code) tryCatch(code, error = conditionMessage)
    flowers <- iris[c(1, 80, 150), ]
    list(
      engines = lapply(fits, `[[`, "fit"),
      numeric = lapply(fits[c("network", "linear", "columns", "poisson")], predict, new),
      raw = predict(fits$linear, new, type = "raw"),
      class = lapply(fits[c("multinom", "classes")], predict, flowers),
      prob = lapply(fits[c("multinom", "classes")], predict, flowers, type = "prob"),
      logistic = lapply(
        c("class", "prob", "conf_int"),
        function(type) predict(fits$logistic, new, type = type)
      ),
      limits = lapply(
        c("conf_int", "pred_int"),
        function(type) predict(fits$linear, new, type = type, level = 0.9)
      ),
      refused = list(
        layers = try_message({
          fit(set_engine(linear_reg(), "nnfit", hidden_units = 2), mpg ~ wt, cars)
        }),
        limits = try_message(predict(fits$network, new, type = "conf_int")),
        three = try_message(fit(set_engine(logistic_reg(), "nnfit"), Species ~ Petal.Width, iris))
      ),
      updated = update(fits$network$fit, epochs = 5)$options$epochs
    )
  })
}

test_that("the engine fits and predicts what nn_fit() does", {
  skip_if_no_torch()
  found <- parsnip_results()
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  new <- cars[1:3, ]
  lm_of <- function(...) lm(...)
  expect_equal(
    found$engines$network$parameters,
    nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 20, seed = 1)$parameters
  )
  linear <- lm(mpg ~ wt * am, cars)
  expect_equal(coef(found$engines$linear), coef(linear))
  expect_equal(found$numeric$linear$.pred, unname(predict(linear, new)))
  expect_equal(found$raw, predict(linear, new))
  expect_equal(coef(found$engines$weighted), coef(lm(mpg ~ wt, cars, weights = hp)))
  expect_equal(coef(found$engines$columns), coef(lm(mpg ~ wt, mtcars)))
  expect_equal(coef(found$engines$ridge), coef(nn_fit(mpg ~ wt, mtcars, penalty = 0.1)))
  for (which in 1:2) {
    limits <- predict(linear, new, interval = c("confidence", "prediction")[which], level = 0.9)
    expect_named(found$limits[[which]], c(".pred_lower", ".pred_upper"))
    expect_equal(as.matrix(found$limits[[which]]), limits[, 2:3], ignore_attr = TRUE)
  }
  logistic <- glm(am ~ wt, binomial(), cars)
  expect_equal(coef(found$engines$logistic), coef(logistic), tolerance = 1e-6)
  p <- predict(logistic, new, type = "response")
  expect_equal(found$logistic[[2]]$.pred_manual, unname(p), tolerance = 1e-6)
  expect_equal(as.character(found$logistic[[1]]$.pred_class), ifelse(p > 0.5, "manual", "auto"),
    ignore_attr = TRUE
  )
  expect_named(found$logistic[[3]], paste0(
    c(".pred_lower_", ".pred_upper_"), rep(c("auto", "manual"), each = 2)
  ))
  expect_equal(found$logistic[[3]]$.pred_lower_auto, 1 - found$logistic[[3]]$.pred_upper_manual)
  for (fit in c("multinom", "classes")) {
    expect_named(found$prob[[fit]], paste0(".pred_", levels(iris$Species)))
    expect_equal(rowSums(found$prob[[fit]]), rep(1, 3), tolerance = 1e-6)
    expect_identical(levels(found$class[[fit]]$.pred_class), levels(iris$Species))
  }
  poisson <- glm(carb ~ wt, poisson(), mtcars)
  expect_equal(found$numeric$poisson$.pred, unname(predict(poisson, new, type = "response")),
    tolerance = 1e-6
  )
  expect_identical(unlist(found$engines$untold$options$hidden_units), 16L)
  expect_match(found$refused$layers, "for `mlp()`: `linear_reg()` is a linear model", fixed = TRUE)
  expect_match(found$refused$limits, "bootstrap = 100", fixed = TRUE)
  expect_match(found$refused$three, "two classes", fixed = TRUE)
  expect_equal(found$updated, 25)
})

test_that("a fit for parsnip has a call that reads as one of nn_fit(), without values of rows", {
  skip_if_no_torch()
  fit <- nn_parsnip(mpg ~ wt, mtcars, weights = mtcars$hp, penalty = 0.1, kind = "linear_reg")
  expect_equal(fit$call, quote(
    nn_fit(formula = mpg ~ wt, data = data, penalty = 0.1, progress = FALSE, weights = weights)
  ), ignore_formula_env = TRUE, ignore_attr = TRUE)
  expect_refused(nn_parsnip(data = mtcars), "argument", "formula is missing")
  expect_refused(nn_parsnip(mpg ~ wt), "argument", "data is missing")
  expect_refused(nn_parsnip(mpg ~ wt, mtcars, kind = "tree"), "argument", "kind must be one of")
  both <- nn_parsnip(cbind(mpg, qsec) ~ wt, mtcars, kind = "linear_reg")
  expect_refused(
    after_limits(predict(both, mtcars, interval = "confidence")), "argument", "fit has several"
  )
  expect_named(after_numeric(predict(both, mtcars[1:2, ])), c("mpg", "qsec"))
})
