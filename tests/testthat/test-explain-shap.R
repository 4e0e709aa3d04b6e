skip_if_no_torch()

# The definition: over all sets of the other variables.
by_definition <- function(fit, row, background, groups, type = "response") {
  number <- length(groups)
  worth <- function(set) {
    mixed <- background
    names <- unlist(groups[set])
    mixed[names] <- row[rep(1, nrow(background)), names, drop = FALSE]
    values <- predict(fit, mixed, type = type)
    if (is.matrix(values)) colMeans(values) else mean(values)
  }
  lapply(seq_len(number), function(one) {
    others <- setdiff(seq_len(number), one)
    sets <- unlist(lapply(0:(number - 1), function(size) {
      utils::combn(length(others), size, function(at) others[at], simplify = FALSE)
    }), recursive = FALSE)
    parts <- lapply(sets, function(set) {
      share <- factorial(length(set)) * factorial(number - length(set) - 1) / factorial(number)
      share * (worth(c(set, one)) - worth(set))
    })
    Reduce(`+`, parts)
  })
}

test_that("values are those of the definition, with factors, interactions and groups", {
  fit <- nn_fit(mpg ~ wt * hp + factor(cyl) + qsec, mtcars, hidden_units = 4, epochs = 50,
    seed = 1)
  found <- nn_importance(fit, mtcars[1:12, ], type = "shap", newdata = mtcars[20:21, ],
    groups = list(g = c("cyl", "qsec")))
  for (row in 1:2) {
    expected <- by_definition(
      fit, mtcars[19 + row, ], mtcars[1:12, ], list("wt", "hp", c("cyl", "qsec"))
    )
    expect_equal(found$estimate[found$row == row], unlist(expected), tolerance = 1e-4)
  }
  expect_identical(found$term, rep(c("wt", "hp", "g"), 2))
  expect_identical(found$value[1:3], c("1.835", "65", "4, 19.9"))
})

test_that("they add up to the prediction, of each class and on each scale", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 30, seed = 1, dtype = "float64")
  new <- iris[c(1, 70, 130), ]
  for (scale in c("response", "link")) {
    found <- nn_importance(fit, type = "shap", newdata = new, predict_type = scale, background = 20)
    sums <- tapply(found$estimate, list(found$row, factor(found$output, unique(found$output))), sum)
    beside <- attr(found, "predictions")
    baseline <- matrix(beside$baseline, 3, byrow = TRUE)
    expect_equal(unname(sums) + baseline, unname(predict(fit, new, type = scale)),
      tolerance = 1e-10, ignore_attr = TRUE)
    expect_equal(beside$predicted, as.vector(t(predict(fit, new, type = scale))))
  }
  expect_identical(unique(found$output), levels(iris$Species))
})

test_that("three variables by hand", {
  # At (1, 2, 3) against (0, 0, 0), x1 + x2 * x3 owes 1 to the first, and half of 6 to each other.
  data <- expand.grid(x1 = 0:1, x2 = c(0, 2), x3 = c(0, 3))
  data$y <- with(data, x1 + x2 * x3)
  fit <- nn_fit(y ~ x1 + x2 * x3, data)
  new <- data.frame(x1 = 1, x2 = 2, x3 = 3)
  found <- nn_importance(fit, data[1, ], type = "shap", newdata = new)
  expect_equal(found$estimate, c(1, 3, 3), tolerance = 1e-8)
  expect_equal(attr(found, "predictions")$baseline, 0, tolerance = 1e-8)
})

test_that("linear models have them in closed form, however many their columns", {
  x <- matrix(sin((1:480)^2), 40)
  colnames(x) <- paste0("v", 1:12)
  fit <- nn_fit(x, x[, 1] - x[, 2])
  found <- nn_importance(fit, type = "shap", newdata = x[1:3, ])
  expected <- sweep(x[1:3, ], 2, colMeans(x)) * rep(coef(fit)[-1], each = 3)
  expect_equal(found$estimate, as.vector(t(expected)), tolerance = 1e-8)
  expect_false("std.error" %in% names(found))
})

test_that("with more than ten terms orders are drawn, with standard errors", {
  data <- as.data.frame(matrix(sin((1:1320)^2), 120))
  data$y <- data$V1 * data$V2 + data$V3
  fit <- nn_fit(y ~ ., data, hidden_units = 6, epochs = 60, seed = 1)
  names <- paste0("V", 1:11)
  drawn <- nn_importance(fit, type = "shap", newdata = data[1:4, ], repeats = 30, seed = 1)
  pair <- nn_importance(fit, type = "shap", newdata = data[1:4, ], seed = 1,
    groups = list(rest = c("V10", "V11")))
  expect_false("std.error" %in% names(pair))
  same <- drawn$term %in% names[1:9]
  # A group of two of no use changes next to nothing of the others.
  away <- drawn$estimate[same] - pair$estimate[pair$term %in% names[1:9]]
  expect_lt(mean(abs(away)), 0.2 * mean(abs(drawn$estimate[same])))
  expect_true(all(drawn$std.error > 0))
  expect_equal(
    as.vector(tapply(drawn$estimate, drawn$row, sum)) + attr(drawn, "predictions")$baseline,
    unname(predict(fit, data[1:4, ])), tolerance = 1e-6
  )
})

test_that("rows are drawn where none are named, and rows with gaps are left out", {
  fit <- nn_fit(Sepal.Length ~ Petal.Width + Species, iris)
  found <- nn_importance(fit, type = "shap", background = 5, seed = 1)
  expect_identical(length(unique(found$row)), 100L)
  expect_identical(attr(found, "background"), 5L)
  new <- iris[1:3, ]
  new$Petal.Width[2] <- NA
  expect_identical(unique(nn_importance(fit, type = "shap", newdata = new)$row), c(1L, 3L))
  new$Petal.Width <- NA_real_
  refused <- function(new, ...) {
    expect_refused(nn_importance(fit, type = "shap", newdata = new), ..., from = "nn_importance")
  }
  refused(new, "data", "newdata must have a row in which nothing is missing")
  refused(iris["Species"], "data", "newdata must have the columns", "Missing: Petal.Width")
  refused("rows.parquet", "argument", "newdata must be in memory")
})

test_that("an offset stays that of the row, and strata that of theirs", {
  fit <- nn_fit(carb ~ wt + offset(log(hp)), mtcars, family = poisson())
  found <- nn_importance(fit, type = "shap", newdata = mtcars[1:2, ])
  beside <- attr(found, "predictions")
  expect_equal(beside$predicted, unname(predict(fit, mtcars[1:2, ])))
  expect_equal(beside$baseline + found$estimate, beside$predicted)
  moved <- transform(mtcars, hp = mtcars$hp[1])
  expect_equal(beside$baseline[1], mean(predict(fit, moved)))
})

test_that("so many mixed rows that no memory holds them are refused", {
  fit <- nn_fit(mpg ~ wt * hp, mtcars)
  expect_refused(
    check_block(1:2, 3, list(x = matrix(0, 5e4, 3)), list(x = matrix(0, 1e3, 3)), NULL),
    "argument", "have too many rows", from = NULL
  )
  expect_silent(check_block(1:2, 3, list(x = matrix(0, 50, 3)), list(x = matrix(0, 1e3, 3)), NULL))
})

test_that("values of every kind are written", {
  expect_identical(cell_text(c(1.23456, 10)), c("1.235", "10"))
  expect_identical(cell_text(factor("a")), "a")
  expect_identical(cell_text(TRUE), "TRUE")
  expect_identical(cell_text(matrix(1:4, 2)), c("1 3", "2 4"))
})

test_that("many terms of a model that is no sum are drawn, of one that is are not", {
  x <- matrix(sin((1:480)^2), 40)
  colnames(x) <- paste0("v", 1:12)
  y <- x[, 1] + x[, 2]
  for (loss in list("gaussian_nll", list("quantile", level = c(0.2, 0.8)))) {
    fit <- suppressWarnings(nn_fit(x, y, loss = loss, epochs = 50)) # which is few
    found <- nn_importance(fit, type = "shap", newdata = x[1, , drop = FALSE], background = 3,
      repeats = 2)
    sums <- tapply(found$estimate, found[["output"]] %||% rep(1, nrow(found)), sum)
    beside <- attr(found, "predictions")
    expect_equal(as.vector(sums) + beside$baseline, beside$predicted)
    expect_equal(beside$predicted, as.vector(predict(fit, x[1, , drop = FALSE])))
  }
  sure <- nn_fit(x, y > 0, penalty = 0.1)
  columns <- function(...) {
    names(nn_importance(sure, type = "shap", newdata = x[1:2, ], background = 5, ...))
  }
  expect_false("std.error" %in% columns(predict_type = "link"))
  expect_true("std.error" %in% columns())
})
