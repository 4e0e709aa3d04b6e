test_that("a component crosses as its name, or as name and arguments", {
  expect_identical(as_pair(list("relu", list())), "relu")
  expect_identical(as_pair(list("huber", list(delta = 2))), list("huber", list(delta = 2)))
  expect_null(as_pair(NULL))
})

test_that("what crosses is plain data with the core's names", {
  outcome <- as_outcome(c("a", "b"), "y", NULL)
  args <- core_arguments(matrix(0, 2, 1), outcome, nn_options(c(3, 2), progress = FALSE, seed = 1))
  expect_identical(args$hidden_units, list(3L, 2L))
  expect_identical(args$activation, list())
  expect_identical(args$levels, list("a", "b"))
  expect_identical(args$y, 0:1)
  expect_null(args$progress)
  named <- nn_options(c(3, 2), activation = "tanh", progress = FALSE, seed = 1)
  args <- core_arguments(matrix(0, 2, 1), outcome, named)
  expect_identical(args$activation, list("tanh", "tanh"))
  expect_false(anyDuplicated(names(args)) > 0)
})

test_that("numbers by name cross as a dictionary, or in the order of the outcomes", {
  loss <- list("cross_entropy", list(weight = c(b = 2, a = 1)))
  classes <- list(kind = "class", levels = c("a", "b"))
  expect_identical(named_numbers(loss, classes)[[2]], list(weight = list(b = 2, a = 1)))
  outcomes <- list(kind = "numeric", names = c("a", "b"))
  expect_identical(named_numbers(loss, outcomes)[[2]], list(weight = c(1, 2)))
  plain <- list("huber", list(delta = 2))
  expect_identical(named_numbers(plain, classes), plain)
  expect_null(named_numbers(NULL, classes))
})

test_that("weights of classes multiply those of rows, as in glm()", {
  skip_if_no_torch()
  numbers <- c(auto = 1, manual = 3)
  cars <- transform(mtcars, am = factor(am, labels = names(numbers)))
  fit <- nn_fit(am ~ hp, cars, class_weights = numbers)
  each <- unname(numbers[as.character(cars$am)])
  expect_equal(coef(fit), suppressWarnings(coef(glm(am ~ hp, binomial, cars, weights = each))))
  expect_identical(weights(fit), each)
  both <- nn_fit(am ~ hp, cars, weights = wt, class_weights = rev(numbers))
  expect_equal(weights(both), each * cars$wt, ignore_attr = TRUE)
  balanced <- nn_fit(am ~ hp, cars, class_weights = "balanced")
  expect_equal(as.double(balanced$options$class_weights), as.vector(32 / (2 * table(cars$am))))
  cv <- nn_cv(am ~ hp, cars, class_weights = "balanced", folds = 3, seed = 1)
  expect_equal(cv$weights, weights(balanced))
  refused <- function(value, ...) {
    expect_refused(nn_fit(am ~ hp, cars, class_weights = value), "argument", ..., from = "nn_fit")
  }
  refused(c(auto = 1), "class_weights lacks manual")
  refused(c(1, 3), "numbers by class")
  refused("even", "must be balanced, or numbers by class, each above 0")
  refused(c(auto = 0, manual = 1), "numbers by class, each above 0")
  expect_refused(nn_fit(mpg ~ hp, mtcars, class_weights = "balanced"), "argument", "of classes")
})

test_that("norms, branches and initial values reach the network", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars,
    hidden_units = c(3, 3), norm = list("identity", list("layer_norm", eps = 0.1)),
    residual = TRUE, skip = TRUE, init = list("constant", val = 0.25), optimizer = "sgd",
    learn_rate = 1e-12, epochs = 1, seed = 1
  )
  layers <- vapply(fit$layers, function(layer) layer$layer, "")
  expect_match(layers[4], "LayerNorm\\(\\(3,\\), eps=0.1")
  expect_identical(
    sub("\\(.*", "", layers),
    c("Linear", "ReLU", "Linear", "LayerNorm", "ReLU", "Residual", "Linear", "Skip")
  )
  expect_equal(range(fit$parameters[["0.weight"]]), c(0.25, 0.25))
  expect_equal(as.vector(fit$parameters[["skip.weight"]]), c(0.25, 0.25))
  expect_equal(as.vector(fit$parameters[["0.bias"]]), c(0, 0, 0))
})

test_that("the weights into hidden units are cut, and not beside optimizers of their own steps", {
  skip_if_no_torch()
  fit <- function(...) nn_fit(mpg ~ ., mtcars, hidden_units = 3, seed = 1, max_norm = 0.3, ...)
  made <- fit(epochs = 20)
  expect_lte(max(sqrt(rowSums(made$parameters[["0.weight"]]^2))), 0.3 * (1 + 1e-6))
  expect_gt(sqrt(sum(made$parameters[["2.weight"]]^2)), 0.3)
  expect_refused(
    fit(optimizer = "lbfgs"), "argument", "max_norm does not go with optimizer lbfgs"
  )
})

test_that("what only the data can tell of branches is refused by name", {
  skip_if_no_torch()
  expect_refused(
    nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(4, 3), residual = TRUE), "argument",
    "residual needs a hidden layer as wide as what it is given", "2 -> 4 -> 3",
    "Give two hidden layers of one size"
  )
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 4, members = 2, init = "zeros"), "argument",
    "members start from values of their own"
  )
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 4, restarts = 2, init = "zeros"), "argument",
    "restarts draws new initial values"
  )
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, hidden_units = 4, norm = "batch_norm", batch_size = 1), "argument",
    "norm has a normalisation that compares the rows of a step"
  )
})

test_that("gradients are cut, and not beside optimizers that set their own steps", {
  skip_if_no_torch()
  fit <- function(...) {
    nn_fit(mpg ~ wt, mtcars, hidden_units = 3, optimizer = "sgd", epochs = 5, seed = 1, ...)
  }
  moved <- function(fit) {
    begin <- fit$parameters
    sqrt(sum((unlist(begin) - unlist(fit(learn_rate = 1e-12)$parameters))^2))
  }
  # five steps of at most the rate times the length
  expect_lte(moved(fit(learn_rate = 0.1, clip_norm = 0.01)), 5 * 0.1 * 0.01 * 1.001)
  expect_gt(moved(fit(learn_rate = 0.1)), 5 * 0.1 * 0.01)
  expect_lte(moved(fit(learn_rate = 0.1, clip_value = 0.001)), 5 * 0.1 * 0.001 * sqrt(10) * 1.001)
  for (name in c("clip_norm", "clip_value")) {
    options <- stats::setNames(list(1), name)
    expect_refused(
      do.call(nn_fit, c(list(mpg ~ wt, mtcars), options)), "argument",
      paste(name, "does not go with optimizer lbfgs")
    )
  }
})

# What glmnet finds, in the units of the data: x and y are standardised before, as nnfit
# does it, over n - 1.
by_glmnet <- function(family, mixture, penalty) {
  numbers <- if (family == "multinomial") iris[1:4] else mtcars[glmnet_columns]
  z <- scale(as.matrix(numbers))
  y <- glmnet_outcome(family)
  args <- list(
    z, y, family = family, alpha = mixture, lambda = penalty, standardize = FALSE,
    thresh = 1e-22, maxit = 1e7
  )
  if (family == "multinomial") args$type.multinomial <- "ungrouped"
  if (family == "gaussian") {
    args[c("family", "lambda")] <- list(stats::gaussian(), penalty / 2)
    args[[2]] <- scale(y)[, 1]
  }
  # Not by `::`: the kept numbers do, so glmnet is none of the packages that tests need.
  found <- coef(do.call(getExportedValue("glmnet", "glmnet"), args))
  found <- as.matrix(if (is.list(found)) do.call(cbind, lapply(found, as.matrix)) else found)
  slopes <- found[-1, , drop = FALSE] / attr(z, "scaled:scale")
  constant <- found[1, ] - colSums(slopes * attr(z, "scaled:center"))
  if (family == "gaussian") {
    slopes <- slopes * sd(y)
    constant <- constant * sd(y) + mean(y)
  }
  unname(rbind(constant, slopes))
}

glmnet_columns <- c("cyl", "disp", "hp", "drat", "wt", "qsec", "gear")

glmnet_outcome <- function(family) {
  switch(family,
    gaussian = mtcars$mpg, poisson = mtcars$carb, binomial = factor(mtcars$am),
    multinomial = iris$Species
  )
}

# The same as tests/testthat/fixtures/glmnet.csv has it, made by the function above and
# glmnet 4.1-6.
glmnet_kept <- function(family, mixture, penalty) {
  kept <- utils::read.csv(test_path("fixtures", "glmnet.csv"))
  rows <- kept$family == family & kept$mixture == mixture & kept$penalty == penalty
  classes <- kept$class[rows]
  matrix(kept$coefficient[rows], ncol = length(unique(classes)))
}

glmnet_cases <- expand.grid(
  family = c("gaussian", "binomial", "poisson", "multinomial"), mixture = c(0.5, 1),
  penalty = c(0.02, 0.1), stringsAsFactors = FALSE
)

test_that("the coefficients of an elastic net are those of glmnet, and zero where they are", {
  skip_if_no_torch()
  for (case in seq_len(nrow(glmnet_cases))) {
    one <- glmnet_cases[case, ]
    kept <- glmnet_kept(one$family, one$mixture, one$penalty)
    x <- if (one$family == "multinomial") iris[1:4] else mtcars[glmnet_columns]
    fit <- nn_fit(
      as.matrix(x), glmnet_outcome(one$family), penalty = one$penalty, mixture = one$mixture,
      loss = if (one$family == "poisson") "poisson_nll", seed = 1
    )
    found <- unname(as.matrix(coef(fit)))
    if (one$family == "multinomial") { # whose intercepts are known but for a constant
      found[1, ] <- found[1, ] - mean(found[1, ])
      kept[1, ] <- kept[1, ] - mean(kept[1, ])
    }
    label <- paste(unlist(one), collapse = " ")
    expect_equal(found, kept, tolerance = 1e-8, label = label)
    expect_identical(found == 0, kept == 0, label = label)
  }
})

test_that("the kept coefficients are glmnet's", {
  skip_if_not_installed("glmnet")
  for (case in seq_len(nrow(glmnet_cases))) {
    one <- glmnet_cases[case, ]
    expect_equal(
      by_glmnet(one$family, one$mixture, one$penalty),
      glmnet_kept(one$family, one$mixture, one$penalty),
      tolerance = 1e-6
    )
  }
})

test_that("a network's weights are zero too, and what is no share of a penalty is refused", {
  skip_if_no_torch()
  fit <- function(...) nn_fit(mpg ~ ., mtcars, hidden_units = 4, epochs = 100, seed = 1, ...)
  made <- fit(penalty = 0.1, mixture = 1)
  expect_gt(sum(made$parameters[["0.weight"]] == 0), 10)
  expect_identical(sum(fit(penalty = 0.1)$parameters[["0.weight"]] == 0), 0L)
  expect_identical(made$options$mixture, 1)
  expect_match(
    paste(capture.output(print(made)), collapse = "\n"), "penalty 0.1 with mixture 1", fixed = TRUE
  )
  expect_refused(fit(mixture = 0.5), "argument", "mixture is the share", "Give penalty beside it")
  expect_refused(fit(mixture = 0.5, penalty = 0), "argument", "there is none")
  expect_refused(nn_cv(mpg ~ wt, mtcars, mixture = 1), "argument", "there is none")
  expect_refused(
    fit(penalty = 0.1, mixture = 1, optimizer = "nadam"), "argument",
    "mixture must be 0 with the optimizer nadam", "can set weights to zero"
  )
  expect_refused(
    fit(penalty = 0.1, mixture = 1, optimizer = "lbfgs", dropout = 0.1), "argument",
    "mixture does not go with torchs own lbfgs"
  )
  linear <- nn_fit(mpg ~ ., mtcars, penalty = 0.1)
  lasso <- update(linear, mixture = 1)
  expect_gt(sum(coef(lasso) == 0), 0)
  expect_s3_class(nn_cv(mpg ~ wt + hp, mtcars, penalty = 0.1, mixture = 1, folds = 4), "nn_cv")
})

test_that("classes are balanced by the rows that are trained on", {
  skip_if_no_torch()
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  held_out <- 1:11
  numbers <- function(rows) as.vector(length(rows) / (2 * table(cars$am[rows])))
  fit <- nn_fit(am ~ hp, cars, class_weights = "balanced", validation = held_out)
  expect_equal(as.double(fit$options$class_weights), numbers(setdiff(1:32, held_out)))
  folds <- rep(1:2, 16)
  cv <- nn_cv(am ~ hp, cars, class_weights = "balanced", folds = folds, seed = 1)
  for (k in 1:2) {
    alone <- nn_fit(am ~ hp, cars[folds != k, ], class_weights = "balanced")
    expected <- predict(alone, cars[folds == k, ], type = "prob")[, "manual"]
    expect_equal(as.vector(fitted(cv)[folds == k]), as.vector(expected), tolerance = 1e-5)
  }
})
