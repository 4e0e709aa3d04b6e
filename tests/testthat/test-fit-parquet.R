skip_if_no_pyarrow()

# The same call on a data frame and on the same rows in a file.
expect_same_fit <- function(formula, data, ..., tolerance = 1e-8) {
  path <- write_parquet(data)
  from_file <- nn_fit(formula, path, ..., seed = 1)
  from_frame <- nn_fit(formula, data, ..., seed = 1)
  expect_equal(coef(from_file), coef(from_frame), tolerance = tolerance)
  # An optimizer that stops by itself may do so some epochs apart, for the last
  # digits: compare the epochs that both have.
  rows <- seq_len(min(nrow(loss_table(from_file)), nrow(loss_table(from_frame))))
  expect_equal(loss_table(from_file)[rows, ], loss_table(from_frame)[rows, ], tolerance = tolerance)
  expect_identical(from_file$columns, from_frame$columns)
  expect_identical(from_file$outcome[c("kind", "levels", "names")],
    from_frame$outcome[c("kind", "levels", "names")])
  expect_equal(predict(from_file, path), unname(predict(from_frame)), tolerance = tolerance,
    ignore_attr = "dimnames")
  expect_equal(predict(from_file, data), predict(from_frame), tolerance = tolerance)
  expect_equal(predict(from_frame, path), unname(predict(from_frame)), tolerance = tolerance,
    ignore_attr = "dimnames")
  expect_identical(nobs(from_file), nobs(from_frame))
}

test_that("a file gives the fit of the data frame under losses of ours", {
  expect_same_fit(mpg ~ wt, mtcars, loss = "gamma_nll")
  expect_same_fit(carb ~ wt, mtcars, loss = list("negative_binomial_nll", dispersion = 0.1))
  expect_same_fit(mpg ~ wt, mtcars, loss = "gaussian_nll", tolerance = 1e-4)
  path <- write_parquet(transform(mtcars, carb = carb - 0.5 * (hp == 110)))
  refused <- function(loss, formula, ...) {
    expect_refused(nn_fit(formula, path, loss = loss), "argument", ..., from = "nn_fit")
  }
  refused("gamma_nll", vs ~ wt, "numbers above 0")
  # R sees the range alone, Python every row.
  refused("negative_binomial_nll", carb ~ wt, "whole numbers of at least 0")
})

cars <- transform(mtcars,
  cyl = factor(cyl), gear = ordered(gear), am = am == 1, vs = c("v", "Straight")[vs + 1]
)

test_that("a file gives the fit of the data frame, by any formula of columns", {
  expect_same_fit(mpg ~ wt, cars)
  expect_same_fit(mpg ~ ., cars)
  expect_same_fit(mpg ~ . - disp - gear, cars)
  expect_same_fit(mpg ~ wt * cyl + vs, cars)
  expect_same_fit(mpg ~ cyl:wt + gear, cars)
  expect_same_fit(mpg ~ (cyl + am)^2, cars[cars$cyl != 8, ])
  expect_same_fit(mpg ~ cyl + wt - 1, cars)
  expect_same_fit(mpg ~ 0 + wt + am + vs, cars)
  expect_same_fit(mpg ~ wt:cyl:am - 1, cars)
  expect_same_fit(cbind(mpg, hp) ~ wt + cyl, cars)
})

test_that("contrasts are the session's", {
  withr::local_options(contrasts = c("contr.sum", "contr.poly"))
  expect_same_fit(mpg ~ cyl * am, cars[cars$cyl != 8, ])
})

test_that("every kind of training gives the data frame's trajectory", {
  expect_same_fit(mpg ~ wt + cyl, cars, optimizer = "sgd", epochs = 30)
  expect_same_fit(mpg ~ wt + cyl, cars, loss = "huber", epochs = 30)
  expect_same_fit(mpg ~ wt + cyl, cars, hidden_units = 4, epochs = 30, dtype = "float64")
  expect_same_fit(mpg ~ wt + cyl, cars,
    hidden_units = 4, epochs = 10, batch_size = 8, dtype = "float64"
  )
  expect_same_fit(am ~ wt, cars, dtype = "float64", epochs = 30, optimizer = "adam")
  expect_same_fit(Species ~ ., iris, hidden_units = 4, epochs = 20, dtype = "float64")
})

test_that("names that R would have to quote are columns like others", {
  data <- data.frame(`miles per gallon` = mtcars$mpg, `the weight` = mtcars$wt,
    `no. of cylinders` = factor(mtcars$cyl), check.names = FALSE)
  expect_same_fit(`miles per gallon` ~ `the weight` * `no. of cylinders`, data)
})

test_that("weights are a column, written as with a data frame or as a string", {
  cars$w <- rep(c(0, 1, 2.5), length.out = 32)
  path <- write_parquet(cars)
  expected <- coef(lm(mpg ~ wt, cars, weights = w))
  expect_equal(coef(nn_fit(mpg ~ wt, path, weights = w)), expected, tolerance = 1e-8)
  expect_equal(coef(nn_fit(mpg ~ wt, path, weights = "w")), expected, tolerance = 1e-8)
})

test_that("a folder of files with partitions is one data set", {
  folder <- withr::local_tempdir()
  for (level in levels(cars$cyl)) {
    part <- cars[cars$cyl == level, c("mpg", "wt")]
    write_parquet(part, file.path(folder, paste0("group=g", level), "part.parquet"))
  }
  sorted <- cars[order(cars$cyl), ]
  sorted$group <- paste0("g", sorted$cyl)
  fit <- nn_fit(mpg ~ wt * group, folder)
  expect_equal(coef(fit), coef(lm(mpg ~ wt * group, sorted)), tolerance = 1e-8)
  expect_equal(predict(fit, folder), predict(fit, sorted), ignore_attr = TRUE)
})

test_that("validation is a share or another path", {
  path <- write_parquet(cars)
  fit <- nn_fit(mpg ~ wt, path, hidden_units = 3, validation = 0.3, epochs = 5, seed = 1)
  expect_named(loss_table(fit), c("epoch", "train_loss", "valid_loss"))
  rows <- fit$rows
  expect_identical(sum(rows), 32L)
  expect_identical(nobs(fit), rows[["train"]])
  expect_output(print(fit), paste(rows[["validation"]], "held out"))
  held_out <- write_parquet(cars[1:8, ])
  fit <- nn_fit(mpg ~ wt + cyl, path, validation = held_out, epochs = 5, seed = 1)
  expect_equal(
    loss_table(fit),
    loss_table(nn_fit(mpg ~ wt + cyl, cars, validation = cars[1:8, ], epochs = 5, seed = 1))
  )
})

test_that("rows in file order or from a small buffer are trained on too", {
  path <- write_parquet(iris[c(seq(1, 150, 3), seq(2, 150, 3), seq(3, 150, 3)), ])
  fit <- function(...) {
    nn_fit(Species ~ ., path, hidden_units = 8, batch_size = 16, epochs = 40, seed = 1, ...)
  }
  for (it in list(fit(shuffle = FALSE), fit(shuffle_buffer = 32), fit(shuffle_buffer = Inf))) {
    expect_gt(mean(predict(it, iris, "class") == iris$Species), 0.9)
  }
})

test_that("a fit on files is plain R data, and says what it does not hold", {
  path <- write_parquet(cars)
  fit <- nn_fit(mpg ~ wt + cyl, path)
  file <- withr::local_tempfile()
  saveRDS(fit, file)
  expect_equal(predict(readRDS(file), cars), predict(lm(mpg ~ wt + cyl, cars)), tolerance = 1e-8)
  refused <- function(code) {
    expect_refused(code, "argument", "holds no predictions", "predict(fit, path)")
  }
  refused(fitted(fit))
  refused(residuals(fit))
  refused(predict(fit))
  refused(logLik(fit))
  refused(plot(fit, "observed"))
  expect_equal(coef(update(fit, . ~ . - cyl)), coef(lm(mpg ~ wt, cars)), tolerance = 1e-8)
})

test_that("what can not be fitted on files is refused from nn_fit()", {
  refused <- function(...) expect_refused(..., from = "nn_fit")
  path <- write_parquet(cars)
  refused(nn_fit(mpg ~ wt, "nowhere.pq"), "data", "must be the path", "nowhere.pq does not exist")
  refused(nn_fit(mpg ~ wt, withr::local_tempdir()), "data", "has none")
  refused(nn_fit(mpg ~ log(wt), path), "argument", "log(wt)", "Store that in the files")
  refused(nn_fit(sqrt(mpg) ~ wt, path), "argument", "sqrt(mpg)")
  refused(nn_fit(mpg ~ wtt, path), "data", "Not found: wtt", "Did you mean wt?")
  refused(nn_fit(~wt, path), "argument", "must have an outcome")
  refused(nn_fit(mpg ~ wt, path, epoch = 3), "argument", "epoch is not an option")
  refused(nn_fit(mpg ~ wt, path, weights = "mpgs"), "argument", "must be the name of a column")
  refused(nn_fit(mpg ~ wt, path, weights = vs), "argument", "must be the name of a column")
  refused(nn_fit(mpg ~ wt, path, shuffle = NA), "argument", "shuffle must be")
  refused(nn_fit(mpg ~ wt, path, shuffle_buffer = 0), "argument", "shuffle_buffer must be")
  refused(nn_fit(mpg ~ wt, path, validation = cars), "argument", "validation must be a share")
  refused(nn_fit(mpg ~ wt, path, validation = 0.001), "argument", "validation must leave")
  refused(nn_fit(vs ~ wt, path, loss = "mse"), "argument", "loss mse needs an outcome of numbers")
  refused(nn_fit(mpg ~ wt, path, loss = "bce"), "argument", "loss bce needs")
})

test_that("options that need the rows in memory are left out, or refused", {
  checked <- function(...) without_memory_only(list(...), NULL, alist(bootstrap = 0))
  expect_identical(checked(epochs = 3, bootstrap = 0), list(epochs = 3))
  expect_refused(
    checked(bootstrap = 9), "argument", "bootstrap can not be used", "it needs the rows in memory"
  )
})

test_that("missing values are refused as in a data frame: columns and rows", {
  cars$wt[c(2, 5)] <- NA
  cars$hp[5] <- Inf
  cars$cyl[7] <- NA
  path <- write_parquet(cars)
  expect_refused(
    nn_fit(mpg ~ wt + hp + cyl, path), "data",
    "3 rows have NULL, NaN or Inf, in cyl (1), hp (1), and wt (2)", from = "nn_fit"
  )
  expect_no_error(nn_fit(mpg ~ disp, path))
})

test_that("columns of no use to a model are refused only where they are used", {
  cars$day <- as.Date("2020-01-01") + seq_len(32)
  path <- write_parquet(cars)
  expect_refused(nn_fit(mpg ~ ., path), "data", "Of another kind: day (date32[day])")
  expect_no_error(nn_fit(mpg ~ . - day, path))
})

test_that("held-out files may not have new levels", {
  path <- write_parquet(cars)
  held_out <- write_parquet(transform(cars[1:3, ], cyl = factor(c(4, 12, 6))))
  expect_refused(
    nn_fit(mpg ~ cyl, path, validation = held_out), "data",
    "validation must have the levels", "New in cyl: 12"
  )
})

test_that("an offset's column is what is in its brackets", {
  expect_identical(within_offset(quote(offset(z))), quote(z))
  for (code in expression(offset(a, b), z, log(z))) expect_identical(within_offset(code), code)
})
