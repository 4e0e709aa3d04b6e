skip_if_no_torch()

# 240 rows of 15 stations, each with a level of its own.
stations <- function(seed = 1) {
  set.seed(seed)
  names <- sprintf("s%02d", 1:15)
  station <- factor(c(names, sample(names, 225, TRUE)), names)
  x <- rnorm(240)
  data.frame(
    x, station, w = rnorm(240), g = rep(c("a", "b", "c"), 80),
    y = rnorm(15)[station] + sin(2 * x) + rnorm(240, 0, 0.2)
  )
}
d <- stations()
fit <- function(formula = y ~ x + station + w, data = d, ..., embed = list(station = 3)) {
  nn_fit(formula, data, hidden_units = 4, embed = embed, epochs = 5, seed = 1, ...)
}

test_that("a factor is one column of positions, in the place of its dummy columns", {
  made <- fit(y ~ x + station + g + w)
  expect_identical(made$columns$names, c("x", "station", "gb", "gc", "w"))
  expect_identical(embedded_in(made)[[1]]$levels, levels(d$station))
  expect_identical(embedded_in(made)[[1]]$column, 1L)
  expect_identical(lengths(made$parameters)[["embed.0.weight"]], 45L)
  expect_identical(dim(made$parameters[["0.weight"]]), c(4L, 7L))
})

test_that("the fit is the one of Python on the same data frame", {
  pandas <- tryCatch(reticulate::import("pandas"), error = function(error) skip("pandas"))
  columns <- list(x = d$x, station = as.character(d$station), w = d$w)
  ours <- core()$fit(
    pandas$DataFrame(columns), d$y, hidden_units = 4L, embed = list(station = 3L), epochs = 5L,
    seed = 1L
  )
  made <- fit()
  expect_equal(made$history$train_loss, as.double(ours$history$train_loss), tolerance = 1e-12)
  expect_equal(made$fitted, ours$fitted, tolerance = 1e-12)
  expect_equal(made$parameters[["embed.0.weight"]], ours$parameters[["embed.0.weight"]])
})

test_that("sizes are given by name, or follow from the number of levels", {
  size <- function(...) embedded_in(fit(...))[[1]]$size
  expect_identical(size(embed = c(station = 2)), 2L)
  expect_identical(size(embed = "station"), 7L)
  expect_identical(size(embed = list(station = TRUE)), 7L)
  expect_identical(size(embed = TRUE), 7L)
  two <- fit(y ~ g + x + station, embed = list(station = 2, g = 1))
  expect_identical(embedded_names(two), c("g", "station"))
  expect_identical(vapply(embedded_in(two), `[[`, 1L, "size"), 1:2)
})

test_that("by the rule factors and strings of more than a dozen levels in no interaction", {
  more <- transform(d, twelve = factor(rep(letters[1:12], 20)), text = rep_len(letters[1:13], 240))
  named <- function(formula) embedded_names(fit(formula, more, embed = TRUE))
  expect_identical(named(y ~ .), c("station", "text"))
  expect_identical(named(y ~ station * x + text), "text")
  expect_length(named(y ~ x + twelve), 0)
  expect_identical(fit(y ~ x, embed = FALSE)$options$embed, list())
  expect_identical(many_levels, as.integer(
    reticulate::import_from_path("nnfit.core.options.embed", path = core_folder())$MANY
  ))
})

test_that("variables that a formula makes are embedded by their names there", {
  made <- fit(y ~ x + factor(round(w)), embed = list("factor(round(w))" = 2))
  expect_identical(embedded_names(made), "factor(round(w))")
  expect_length(predict(made, d[1:3, ]), 3)
  odd <- fit(y ~ x + `my station`, stats::setNames(d, sub("station", "my station", names(d))),
    embed = list("my station" = 2)
  )
  expect_identical(dimnames(coef(odd)[["embed.my station"]])[[1]], levels(d$station))
})

test_that("without an intercept the first factor that is not embedded has all of its columns", {
  made <- fit(y ~ station + g + x - 1)
  expect_identical(made$columns$names, c("station", "ga", "gb", "gc", "x"))
})

test_that("what can not be embedded is refused by name", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")
  refused(nn_fit(y ~ station, d, hidden_units = 2, embed = list(statoin = 2)),
    "embed must name factors", "Not among them: statoin", "Did you mean station?")
  refused(nn_fit(y ~ station + x, d, hidden_units = 2, embed = "x"),
    "Of another kind: x", "Of numbers, factor() makes one")
  refused(nn_fit(g ~ station + x, d, hidden_units = 2, embed = "g"), "Not among them: g")
  refused(nn_fit(y ~ station * x, d, hidden_units = 2, embed = "station"),
    "embed goes with factors that are in no interaction", "In one is station")
  refused(nn_fit(y ~ station, d, embed = "station"),
    "embed needs hidden layers", "A linear model would be the one of dummy columns")
  refused(nn_fit(y ~ station, d, embed = TRUE), "embed needs hidden layers")
  refused(nn_fit(as.matrix(d[c("x", "w")]), d$y, hidden_units = 2, embed = TRUE),
    "embed does not go with a matrix")
  refused(nn_fit(array(0, c(4, 1, 2, 2)), 1:4, model = torch$nn$Flatten(), embed = "a"),
    "embed does not go with model")
  for (sizes in list(list(station = 2), c(station = 2), "station")) {
    refused(nn_fit(d["x"], d$y, hidden_units = 2, embed = sizes), "Not among them: station")
  }
  expect_refused(nn_cv(as.matrix(d["x"]), d$y, hidden_units = 2, embed = TRUE), "argument",
    "embed does not go with a matrix", from = "nn_cv")
  wrong <- list(3, NA, "", c("a", "a"), list(station = 0), list(station = 2.5), list(2), list(
    station = 10001), factor("station"), c(station = FALSE))
  for (value in wrong) {
    refused(nn_fit(y ~ station, d, hidden_units = 2, embed = value),
      "embed must be TRUE, names of columns, or whole numbers by name, each from 1 to 10000")
  }
})

test_that("a level that is new is answered by the mean of the others, or as missing", {
  made <- fit()
  new <- data.frame(x = 0, w = 0, station = c("s03", "elsewhere", NA, "s01"))
  warned <- expect_warning(answered <- predict(made, new), class = "nnfit_warning_levels")
  expect_match(flat_message(warned), "newdata has levels of station .* not fitted on: elsewhere")
  expect_match(flat_message(warned), "They are answered by the mean of the others")
  expect_identical(unname(is.na(answered)), c(FALSE, FALSE, TRUE, FALSE))
  warned <- expect_warning(missing <- predict(made, new, new_levels = "missing"),
    class = "nnfit_warning_levels")
  expect_match(flat_message(warned), "They are taken for missing")
  expect_identical(unname(is.na(missing)), c(FALSE, TRUE, TRUE, FALSE))
  expect_identical(missing[c(1, 4)], answered[c(1, 4)])
  # The mean by hand, as another level's vector.
  by_hand <- made
  table <- made$parameters[["embed.0.weight"]]
  by_hand$parameters[["embed.0.weight"]][1, ] <- colMeans(table)
  expect_equal(answered[[2]], predict(by_hand, transform(new[1, ], station = "s01"))[[1]],
    tolerance = 1e-6)
  expect_refused(predict(made, new, new_levels = "median"), "argument", "new_levels must be one of")
})

test_that("terms of several columns and offsets leave the positions where they are", {
  made <- nn_fit(y ~ poly(x, 2) + offset(w) + g + station, d, hidden_units = 2, embed = "station",
    epochs = 2, seed = 1)
  expect_identical(made$columns$names, c("poly(x, 2)1", "poly(x, 2)2", "gb", "gc", "station"))
  expect_identical(embedded_in(made)[[1]]$column, 4L)
  expect_equal(unname(predict(made, d)), unname(fitted(made)), tolerance = 1e-6)
})

test_that("a missing level that is one has a vector, and so has a single level of strings", {
  there <- transform(d, station = addNA(replace(station, 1:9, NA)))
  made <- fit(data = there)
  expect_equal(unname(predict(made, there)), unname(fitted(made)), tolerance = 1e-6)
  expect_length(embedded_in(made)[[1]]$levels, 16)
})

test_that("levels are matched by name, whatever their order or type", {
  made <- fit()
  new <- d[1:20, ]
  expected <- predict(made, new)
  expect_identical(predict(made, transform(new, station = as.character(station))), expected)
  expect_identical(predict(made, transform(new, station = factor(station, rev(levels(station))))),
    expected)
  expect_identical(predict(made, new[c("station", "w", "x")]), expected)
  expect_refused(predict(made, transform(new, station = as.integer(station))), "data",
    "station (numbers in place of a factor)", from = "predict")
})

test_that("rows that are left out, weights, offsets and classes go with it", {
  holes <- d
  holes$station[c(3, 20)] <- NA
  made <- fit(
    data = holes, subset = station != "s15" | is.na(station), weights = seq_len(240), offset = w / 2
  )
  expect_false("s15" %in% embedded_in(made)[[1]]$levels)
  expect_identical(length(made$na_action), 2L)
  classes <- fit(g ~ x + station)
  expect_identical(dim(predict(classes, d, type = "prob")), c(240L, 3L))
  expect_s3_class(predict(classes, d, type = "class"), "factor")
})

test_that("data frames without a formula go the same way", {
  by_frame <- nn_fit(d[c("x", "station", "w")], d$y, hidden_units = 4, embed = list(station = 3),
    epochs = 5, seed = 1)
  expect_identical(by_frame$history$train_loss, fit()$history$train_loss)
  expect_identical(unname(predict(by_frame, d)), unname(predict(fit(), d)))
})

test_that("validation data are matched by name; a level that is new there is warned of", {
  held_out <- transform(d[1:20, ], station = as.character(station))
  made <- fit(validation = held_out)
  four <- nn_fit(y ~ x + station + w, d, hidden_units = 4, embed = list(station = 3), epochs = 4,
    seed = 1)
  loss <- mean((d$y[1:20] - predict(four, d[1:20, ]))^2)
  expect_equal(made$history$valid_loss[5], loss, tolerance = 1e-5)
  held_out$station[1] <- "elsewhere"
  expect_warning(fit(validation = held_out), class = "nnfit_warning_levels")
})

test_that("a fit is updated, saved, cross-validated and tuned as others are", {
  made <- nn_fit(y ~ x + station + w, d, hidden_units = 4, embed = list(station = 3), epochs = 5,
    seed = 1)
  expect_identical(embedded_in(update(made, embed = c(station = 5)))[[1]]$size, 5L)
  file <- withr::local_tempfile()
  saveRDS(made, file)
  expect_identical(predict(readRDS(file), d), predict(made, d))
  cv <- nn_cv(y ~ x + station + w, d, hidden_units = 4, embed = "station", epochs = 5, folds = 3,
    seed = 1)
  expect_true(all(is.finite(cv$losses$valid_loss)))
  tuned <- nn_fit(y ~ x + station + w, d, hidden_units = 4, embed = list(station = 2), seed = 1)
  expect_identical(dim(tuned$parameters[["embed.0.weight"]]), c(10L, 15L, 2L))
  expect_identical(dim(predict(tuned, d[1:4, ], interval = "prediction")), c(4L, 3L))
  new <- transform(d[1:2, ], station = c("s01", "elsewhere"))
  expect_warning(
    limits <- predict(tuned, new, interval = "prediction", new_levels = "missing"),
    class = "nnfit_warning_levels"
  )
  expect_identical(unname(is.na(limits[, "lwr"])), c(FALSE, TRUE))
  replicated <- fit(bootstrap = 3)
  expect_identical(dim(predict(replicated, d[1:4, ], interval = "confidence")), c(4L, 3L))
  expect_s3_class(fit(restarts = 2), "nn_fit")
})

test_that("a warm start needs the same levels", {
  made <- fit()
  again <- fit(start = made)
  ten <- nn_fit(y ~ x + station + w, d, hidden_units = 4, embed = list(station = 3), epochs = 10,
    seed = 1)
  expect_identical(again$history$train_loss, ten$history$train_loss[6:10])
  other <- transform(d, station = sub("s03", "elsewhere", station))
  expect_refused(fit(data = other, start = made), "argument",
    "start is a fit to other levels of station, which differ in elsewhere, s03", from = "nn_fit")
})

test_that("the model matrix has the positions", {
  matrix <- model.matrix(fit(), d)
  expect_identical(unname(matrix[, "station"]), as.double(as.integer(d$station) - 1))
})

test_that("the print says what is embedded", {
  expect_match(describe_embed(fit()), "Embedded: station (15 levels as 3 numbers)", fixed = TRUE)
  expect_output(print(fit()), "Neural network 5 -> 4 relu -> 1, 74 parameters", fixed = TRUE)
  one <- summary(fit(embed = c(station = 1)))
  expect_output(print(one), "(15 levels as 1 number)", fixed = TRUE)
  expect_null(describe_embed(nn_fit(y ~ x, d)))
  expect_identical(input_count(fit()), 5)
})

test_that("files are the same rows", {
  skip_if_no_pyarrow()
  path <- write_parquet(d)
  options <- list(y ~ x + station + w, hidden_units = 4, embed = list(station = 3), epochs = 5,
    seed = 1)
  files <- do.call(nn_fit, c(options, data = path))
  expect_equal(files$history$train_loss, fit()$history$train_loss, tolerance = 1e-5)
  expect_equal(unname(predict(files, path)), unname(predict(files, d)), tolerance = 1e-6)
  expect_identical(embedded_in(files), embedded_in(fit()))
  no_intercept <- nn_fit(y ~ station + g - 1, path, hidden_units = 2, embed = "station", epochs = 2,
    seed = 1)
  expect_identical(no_intercept$columns$names, c("station", "ga", "gb", "gc"))
  expect_equal(unname(predict(no_intercept, path)), unname(predict(no_intercept, d)),
    tolerance = 1e-6)
  new <- transform(d[1:3, ], station = c("s01", "elsewhere", NA))
  there <- write_parquet(new)
  expect_warning(answered <- predict(files, there), class = "nnfit_warning_levels")
  expect_warning(in_memory <- predict(files, new), class = "nnfit_warning_levels")
  expect_equal(answered, unname(in_memory), tolerance = 1e-6)
  expect_warning(missing <- predict(files, there, new_levels = "missing"),
    class = "nnfit_warning_levels")
  expect_identical(is.na(missing), c(FALSE, TRUE, TRUE))
  expect_refused(nn_fit(y ~ x * station, path, hidden_units = 2, embed = "station"), "argument",
    "in no interaction")
})
