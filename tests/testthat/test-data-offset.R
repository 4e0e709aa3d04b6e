skip_if_no_torch()

counts <- function() {
  set.seed(3)
  d <- data.frame(x = rnorm(60), exposure = runif(60, 1, 20), f = gl(3, 20))
  d$y <- rpois(60, d$exposure * exp(0.3 + 0.5 * d$x))
  d$logged <- log(d$exposure)
  d
}

# As lm() or glm() has it: coefficients, fitted values, predictions for other rows.
expect_like <- function(fit, linear, new, tolerance = 1e-6) {
  expect_equal(coef(fit), coef(linear), tolerance = tolerance)
  expect_equal(fitted(fit), fitted(linear), tolerance = tolerance)
  expect_equal(predict(fit, new), predict(linear, new, type = "response"), tolerance = tolerance)
  invisible(fit)
}

test_that("offset() in a formula is glm()'s, on the scale of the link", {
  d <- counts()
  new <- d[c(5, 50), ]
  by_loss <- function(loss, family, formula, data = d) {
    fit <- nn_fit(formula, data, loss = loss)
    expect_like(fit, suppressWarnings(glm(formula, family, data)), data[c(5, 50), ])
    expect_equal(
      unname(predict(fit, data[c(5, 50), ], type = "link")),
      unname(predict(glm(formula, family, data), data[c(5, 50), ])), tolerance = 1e-6
    )
  }
  by_loss("poisson_nll", poisson(), y ~ x + offset(log(exposure)))
  by_loss("gamma_nll", Gamma("log"), y + 1 ~ x + offset(logged))
  expect_like(nn_fit(y ~ x + offset(exposure), d), lm(y ~ x + offset(exposure), d), new)
  two <- y ~ x + offset(logged) + offset(2 * x)
  expect_like(nn_fit(two, d), lm(two, d), new)
  classes <- transform(d, big = y > 8)
  by_loss(NULL, binomial(), big ~ x + offset(logged), classes)
})

test_that("the argument is evaluated in the data, and in new data", {
  d <- counts()
  new <- d[c(5, 50), ]
  linear <- glm(y ~ x, poisson(), d, offset = log(exposure))
  expect_like(nn_fit(y ~ x, d, loss = "poisson_nll", offset = log(exposure)), linear, new)
  expect_like(
    nn_fit(y ~ x + offset(x), d, offset = logged, weights = exposure, subset = f != "2"),
    lm(y ~ x + offset(x), d, offset = logged, weights = exposure, subset = f != "2"), new
  )
  d$logged[4] <- NA
  missing <- nn_fit(y ~ x, d, offset = logged)
  expect_equal(coef(missing), coef(lm(y ~ x, d, offset = logged)))
  expect_identical(unname(is.na(predict(missing, d[3:5, ]))), c(FALSE, TRUE, FALSE))
})

test_that("an offset that new data do not have has to be given", {
  d <- counts()
  elsewhere <- d$logged
  new <- data.frame(x = c(0, 1))
  fit <- nn_fit(y ~ x, d, offset = elsewhere)
  expect_refused(predict(fit, new), "data", "with an offset", "Missing in newdata: elsewhere")
  expect_refused(predict(fit, d), "data", "Missing in newdata: elsewhere")
  expect_equal(predict(fit, d, offset = elsewhere), fitted(fit))
  expect_equal(predict(fit, new, offset = 1), predict(fit, cbind(new, elsewhere = 1)))
  literal <- do.call(nn_fit, list(y ~ x, d, offset = elsewhere))
  expect_refused(predict(literal, d), "data", "fitted with an offset")
  expect_refused(predict(nn_fit(y ~ x, d), new, offset = 1), "argument", "this was not")
  expect_refused(predict(fit, new, offset = 1:3), "argument", "There are 2 rows")
  expect_refused(predict(fit, new, offset = "1"), "argument", "offset must be finite numbers")
})

test_that("matrices have it as an argument, in validation and cross-validation too", {
  d <- counts()
  x <- as.matrix(d["x"])
  fit <- nn_fit(x, d$y, loss = "poisson_nll", offset = d$logged, bootstrap = 3, seed = 1)
  linear <- glm(y ~ x, poisson(), d, offset = logged)
  expect_equal(unname(coef(fit)), unname(coef(linear)), tolerance = 1e-6)
  expect_equal(predict(fit, x, offset = d$logged), fitted(fit))
  expect_equal(predict(fit, x, interval = "confidence", offset = d$logged)[, "fit"], fitted(fit),
    ignore_attr = TRUE
  )
  expect_refused(predict(fit, x), "argument", "fitted with an offset")
  expect_refused(
    nn_fit(x, d$y, offset = d$logged, validation = list(x, d$y)), "argument",
    "fitted with an offset", "rows of validation"
  )
  losses <- function(...) nn_fit(x, d$y, offset = d$logged, ..., hidden_units = 2, seed = 1)$history
  held_out <- losses(validation = list(x, d$y, d$logged), epochs = 5)
  expect_equal(held_out$valid_loss, held_out$train_loss)
  frame <- nn_fit(y ~ x, d, offset = logged, validation = d, hidden_units = 2, epochs = 5)$history
  expect_equal(frame$valid_loss, frame$train_loss)

  folds <- rep(1:2, 30)
  cv <- nn_cv(y ~ x + offset(logged), d, folds = folds)
  first <- lm(y ~ x + offset(logged), d, subset = folds == 2)
  expect_equal(unname(fitted(cv)[folds == 1]), unname(predict(first, d[folds == 1, ])))
  matrix <- nn_cv(x, d$y, offset = d$logged, folds = folds)
  expect_equal(unname(fitted(matrix)), unname(fitted(cv)))
  both <- lm_compare(y ~ x, d, offset = logged)
  expect_lt(max(abs(both$coefficients$gap)), 1e-8)
})

test_that("classes take a column for each", {
  skip_if_not_installed("nnet")
  d <- counts()
  set.seed(1)
  o <- matrix(rnorm(180), 60)
  fit <- nn_fit(f ~ x + y + offset(o), d, epochs = 2000)
  multi <- nnet::multinom(f ~ x + y + offset(o), d, trace = FALSE, reltol = 1e-14, maxit = 1000)
  expect_equal(unname(fitted(fit)), unname(fitted(multi)), tolerance = 1e-4)
  expect_refused(nn_fit(f ~ x, d, offset = logged), "argument", "column for each class")
})

test_that("of a formula by files it is a column", {
  skip_if_no_pyarrow()
  d <- counts()
  path <- write_parquet(d)
  frame <- nn_fit(y ~ x + offset(logged), d, loss = "poisson_nll")
  for (fit in list(
    nn_fit(y ~ x + offset(logged), path, loss = "poisson_nll"),
    nn_fit(y ~ x, path, loss = "poisson_nll", offset = logged),
    nn_fit(y ~ x, path, loss = "poisson_nll", offset = "logged")
  )) {
    expect_equal(coef(fit), coef(frame), tolerance = 1e-5)
    expect_equal(unname(predict(fit, path)), unname(fitted(frame)), tolerance = 1e-5)
    expect_equal(predict(fit, d), fitted(frame), tolerance = 1e-5)
  }
  expect_equal(unname(predict(frame, path)), unname(fitted(frame)), tolerance = 1e-5)
  refused <- function(code, ...) expect_refused(code, "argument", ...)
  refused(nn_fit(y ~ x + offset(log(exposure)), path), "must name columns as they are")
  refused(nn_fit(y ~ x + offset(x), path, offset = logged), "must be one column as it is")
  refused(predict(frame, path, offset = 1), "offset can not be given")
})

test_that("the columns of an offset go by the names of outcomes or classes", {
  d <- counts()
  by_name <- nn_fit(cbind(a = y, b = exposure) ~ x, d, offset = cbind(b = logged, a = 0))
  expect_equal(coef(by_name), coef(lm(cbind(a = y, b = exposure) ~ x, d,
    offset = cbind(rep(0, 60), logged)
  )), tolerance = 1e-7)
  expect_equal(
    predict(by_name, d, offset = cbind(b = d$logged, a = 0)), fitted(by_name), ignore_attr = TRUE
  )
  expect_refused(
    nn_fit(cbind(a = y, b = exposure) ~ x, d, offset = cbind(b = logged, c = 0)), "data",
    "offset must have the columns", "Missing: a"
  )
})

test_that("an offset that is missing gives a missing prediction, and no rows give none", {
  d <- counts()
  fit <- nn_fit(y ~ x, d, offset = logged)
  expect_identical(unname(predict(fit, transform(d[1, ], logged = NA_real_))), NA_real_)
  expect_length(predict(nn_fit(y ~ x + offset(logged), d), d[0, ]), 0)
})

test_that("an offset that is no number says in which rows", {
  d <- counts()
  fit <- nn_fit(y ~ x + offset(log(exposure)), d, loss = "poisson_nll")
  new <- d[11:30, ]
  new$exposure[c(2, 5)] <- 0
  said <- c("In 2 rows it is infinite: 12, 15.", "log(0) is -Inf: an exposure has to be more")
  expect_refused(predict(fit, new), "argument", said[1], said[2])
  expect_refused(nn_design(fit, new), "argument", said[1])
  in_formula <- "2 rows have NA, NaN or Inf, in offset(log(exposure)) (2)"
  expect_refused(nn_fit(y ~ x + offset(log(exposure)), new), "data", in_formula)
  expect_refused(nn_fit(y ~ x, new, offset = log(exposure)), "argument", said[1])
  expect_refused(lm_compare(y ~ x, new, offset = log(exposure)), "argument", said[1])
  given <- nn_fit(as.matrix(d["x"]), d$y, offset = d$logged)
  expect_refused(
    predict(given, as.matrix(d["x"]), offset = ifelse(d$x > 0, Inf, 0)), "argument",
    paste0("In ", sum(d$x > 0), " rows it is infinite: "), paste("and", sum(d$x > 0) - 5, "more.")
  )
  one <- transform(d[3, ], exposure = 0)
  expect_refused(predict(fit, one), "argument", "In 1 row it is infinite: 3.")
  expect_refused(nn_fit(y ~ x, d, offset = Inf), "argument", "There are 60 rows; it is Inf")
  expect_refused(nn_fit(y ~ x, d, offset = NA), "argument", "There are 60 rows; it is NA")
  expect_refused(nn_fit(y ~ x, d, offset = NA_real_ * x), "argument", "missing in all rows (60)")
  # the logarithm of a negative number is missing, as in glm()
  new$exposure[c(2, 5)] <- -1
  expect_identical(which(is.na(suppressWarnings(predict(fit, new), "simpleWarning"))), c(2L, 5L),
    ignore_attr = TRUE
  )
})
