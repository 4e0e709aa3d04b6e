# What is made of new rows is what model.matrix() makes of them.
by_model_matrix <- function(fit, data, call = NULL) {
  forge_formula(fit$blueprint, data, fit$blueprint$columns, "newdata", call)
}

plain_rows <- function() {
  data.frame(
    y = c(1, 3, 2, 5, 4, 6), n = 1:6 / 2, i = 6:1, f = factor(rep(c("u", "v", "w"), 2)),
    s = rep(c("k", "l"), 3)
  )
}

test_that("columns of numbers and factors become the same matrix", {
  skip_if_no_torch()
  rows <- plain_rows()
  formulas <- list(y ~ n, y ~ f, y ~ n + i + f, y ~ s + n + f, y ~ .)
  for (formula in formulas) {
    fit <- nn_fit(formula, rows, epochs = 1, hidden_units = 2)
    new <- rows[c(3, 1), ]
    new$n <- c(NA, 3)
    new$s[1] <- NA
    new$f <- as.character(new$f)
    plain <- forge_plain(fit$blueprint, new[rev(seq_along(new))])
    whole <- by_model_matrix(fit, new)
    expect_false(is.null(plain))
    expect_identical(colnames(plain$x), colnames(whole$x))
    expect_equal(unname(plain$x), unname(whole$x), ignore_attr = TRUE)
    expect_identical(plain$row_names, whole$row_names)
    expect_identical(dim(forge_plain(fit$blueprint, new[0, ])$x), c(0L, ncol(whole$x)))
  }
})

test_that("a data frame of numbers becomes the same matrix as by hardhat", {
  skip_if_no_torch()
  fit <- nn_fit(mtcars[c("wt", "hp")], mtcars$mpg)
  new <- transform(mtcars[3:5, ], hp = c(100L, NA, 90L))
  plain <- forge_plain(fit$blueprint, new)
  whole <- hardhat::forge(new, fit$blueprint)$predictors
  expect_equal(unname(plain$x), unname(whole), ignore_attr = TRUE)
  expect_identical(colnames(plain$x), colnames(whole))
  expect_identical(plain$row_names, row.names(new))
  expect_null(forge_plain(fit$blueprint, transform(new, wt = "a")))
  expect_null(forge_plain(fit$blueprint, new["wt"]))
  wholes <- nn_fit(data.frame(n = 1:10), 1:10 + 0)
  expect_null(forge_plain(wholes$blueprint, data.frame(n = 1:2)))
})

test_that("what is not plain is left to R", {
  skip_if_no_torch()
  rows <- plain_rows()
  rows$o <- ordered(rows$f)
  rows$t <- rep(c(TRUE, FALSE), 3)
  others <- list(
    y ~ n * i, y ~ log(n), y ~ n + 0, y ~ o, y ~ t, y ~ n + offset(i), y ~ poly(n, 2), y ~ 1,
    y ~ C(f, contr.sum)
  )
  for (formula in others) {
    fit <- nn_fit(formula, rows, epochs = 1, hidden_units = if (formula[[3]] != 1) 2)
    expect_null(forge_plain(fit$blueprint, rows), info = deparse1(formula))
  }
  sums <- withr::with_options(
    list(contrasts = c("contr.sum", "contr.poly")), nn_fit(y ~ f, rows, epochs = 1)
  )
  expect_null(forge_plain(sums$blueprint, rows))
  rows$pair <- cbind(rows$n, rows$i^2)
  expect_null(forge_plain(nn_fit(y ~ pair, rows, epochs = 1)$blueprint, rows))
})

test_that("new data that are not as they should be are left to be refused", {
  skip_if_no_torch()
  fit <- nn_fit(y ~ n + f, plain_rows(), epochs = 1)
  rows <- plain_rows()
  wrong <- list(
    rows["n"], transform(rows, n = "a"), transform(rows, n = TRUE), transform(rows, n = f),
    transform(rows, f = 1), transform(rows, f = "new"), cbind(rows, n = 1),
    transform(rows, n = as.Date("2026-01-01")), transform(rows, n = I(n))
  )
  for (data in wrong) expect_null(forge_plain(fit$blueprint, data))
  expect_refused(predict(fit, rows["n"]), "data", "Missing: f")
  expect_warning(predict(fit, transform(rows, f = "new")), class = "nnfit_warning_levels")
})
