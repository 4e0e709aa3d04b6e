skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, validation = 0.25, epochs = 60, seed = 1)
line_of <- function(picture) picture[picture$part == "curve", ]

test_that("the prepared table has the data, then the predictions over their range", {
  table <- curve_picture(fit, mtcars, NULL, NULL)
  points <- table[table$part != "curve", ]
  expect_identical(points$x, mtcars$wt)
  expect_identical(points$y, mtcars$mpg)
  expect_identical(which(points$part == "validation"), sort(fit$validation_rows))
  line <- line_of(table)
  expect_identical(range(line$x), range(mtcars$wt))
  expect_equal(line$y, unname(predict(fit, data.frame(wt = line$x))), tolerance = 1e-6)
  expect_identical(attr(table, "labels"), c("wt", "mpg"))
})

test_that("with xlim the curve goes beyond the data, or shows a part of them", {
  wide <- curve_picture(fit, mtcars, c(0, 10), NULL)
  expect_identical(range(line_of(wide)$x), c(0, 10))
  expect_identical(sum(wide$part != "curve"), 32L)
  narrow <- curve_picture(fit, mtcars, c(3, 4), NULL)
  expect_true(all(narrow$x >= 3 & narrow$x <= 4))
  expect_silent(drawn(plot(fit, "curve", xlim = c(2.7, 2.71)))) # no points at all
})

test_that("the data are found by the name that they have in the call", {
  cars <- mtcars
  x <- as.matrix(mtcars["wt"])
  wt <- mtcars$wt
  mpg <- mtcars$mpg
  for (same in list(
    nn_fit(mpg ~ wt, cars), nn_fit(formula = mpg ~ wt, data = cars), nn_fit(mpg ~ wt),
    nn_fit(cars["wt"], cars$mpg), nn_fit(x, mpg), nn_fit(unname(x), mpg)
  )) {
    expect_silent(drawn(plot(same, "curve")))
  }
  tensor <- nn_fit(as_tensor(x), mpg)
  expect_silent(drawn(plot(tensor, "curve", data = as_tensor(x))))
  skip_if_no_recipes()
  recipe <- recipes::recipe(mpg ~ wt, cars)
  expect_silent(drawn(plot(nn_fit(recipe, cars), "curve")))
})

test_that("data that are gone, or other data, are refused", {
  local <- function() {
    gone <- mtcars
    nn_fit(mpg ~ wt, gone)
  }
  expect_silent(drawn(plot(local(), "curve"))) # found where the fit was made
  lost <- unserialize(serialize(local(), NULL))
  expect_refused(plot(lost, "curve"), "data", "32 values of wt", "data = ", from = "plot")
  expect_silent(drawn(plot(lost, "curve", data = mtcars)))
  expect_refused(plot(fit, "curve", data = mtcars[1:3, ]), "data", "32 values of wt")
  expect_refused(plot(fit, "curve", data = mtcars[32:1, ]), "data", "other values")
})

test_that("one variable may enter as several columns", {
  squares <- nn_fit(mpg ~ poly(wt, 2), mtcars)
  line <- line_of(curve_picture(squares, mtcars, NULL, NULL))
  expected <- predict(lm(mpg ~ poly(wt, 2), mtcars), data.frame(wt = line$x))
  expect_equal(line$y, unname(expected), tolerance = 1e-6)
})

test_that("classes have the curves of their probabilities", {
  manual <- nn_fit(factor(am, labels = c("auto", "manual")) ~ wt, mtcars)
  table <- curve_picture(manual, mtcars, NULL, NULL)
  expect_identical(table$y[1:32], mtcars$am)
  expect_identical(attr(table, "labels")[2], "probability of manual")
  species <- nn_fit(Species ~ Petal.Length, iris, hidden_units = 4, epochs = 50, seed = 1)
  table <- curve_picture(species, iris, NULL, NULL)
  expect_identical(levels(table$panel), levels(iris$Species))
  setosa <- table[table$panel == "setosa", ]
  expect_identical(setosa$y[1:150], (iris$Species == "setosa") * 1)
})

test_that("the band is that of predict(interval = \"confidence\"), where there are replicates", {
  predict_with_band <- function(object, newdata, interval, ...) {
    expect_identical(interval, "confidence")
    value <- predict(structure(object, class = "nn_fit"), newdata)
    cbind(fit = value, lwr = value - 1, upr = value + 2)
  }
  registerS3method("predict", "fit_with_band", predict_with_band, asNamespace("stats"))
  banded <- fit
  banded$replicates <- list(kind = "bootstrap")
  banded <- structure(banded, class = c("fit_with_band", "nn_fit"))
  line <- line_of(curve_picture(banded, mtcars, NULL, NULL))
  expect_equal(line$lwr, line$y - 1)
  expect_equal(line$upr, line$y + 2)
  expect_true("C_polygon" %in% drawn(plot(banded, "curve", data = mtcars)))
  expect_false("C_polygon" %in% drawn(plot(fit, "curve")))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(banded, "curve"))
  expect_equal(layer_of(ggplot2::autoplot(banded, "curve"), "GeomRibbon")$ymax, line$upr)
})

test_that("points and curve are drawn alike by both systems", {
  lines <- recorded(plot(fit, "curve", xlim = c(0, 8)))
  drawn <- rev(lines[names(lines) == "C_plotXY"])[[1]][[1]]
  expect_identical(range(drawn$x), c(0, 8))
  expect_par_kept(plot(fit, "curve"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "curve", xlim = c(0, 8))
  expect_equal(layer_of(plot, "GeomLine")$y, drawn$y)
  expect_rendered(plot)
})

test_that("several outcomes have an axis each, in their own units", {
  data <- transform(mtcars, far = 1000 * qsec)
  two <- nn_fit(cbind(mpg, far) ~ wt, data, epochs = 20, seed = 1)
  calls <- recorded(plot(two, "curve", data = data))
  windows <- lapply(unname(calls[names(calls) == "C_plot_window"]), `[[`, 2)
  expect_lt(max(windows[[1]]), min(windows[[2]]))
  skip_if_not_installed("ggplot2")
  panels <- ggplot2::ggplot_build(ggplot2::autoplot(two, "curve", data = data))$layout$panel_params
  expect_lt(max(panels[[1]]$y.range), min(panels[[2]]$y.range))
})

test_that("a factor by itself, and scores are refused", {
  refused <- function(fit, ...) {
    expect_refused(
      plot(fit, "curve"), "argument", "curve", "plot(fit, observed)", ..., from = "plot"
    )
  }
  refused(nn_fit(mpg ~ factor(cyl), mtcars), "cyl is a factor")
  margin <- nn_fit(Species ~ Petal.Length, iris, loss = "multi_margin", epochs = 5, seed = 1)
  refused(margin, "multi_margin")
})

test_that("rows that the fit left out are left out of the picture", {
  shown <- function(fit, data = airquality) {
    sum(curve_picture(fit, data, NULL, NULL)$part != "curve")
  }
  linear <- nn_fit(Ozone ~ Wind, airquality)
  expect_identical(shown(linear), nobs(linear))
  expect_identical(shown(linear, na.omit(airquality[c("Ozone", "Wind")])), nobs(linear))
  chosen <- nn_fit(Ozone ~ Wind, airquality, subset = Month > 5)
  expect_identical(shown(chosen), nobs(chosen))
})

test_that("data of the wrong kind are refused", {
  for (data in list(3, "mtcars", mean, globalenv(), array(mtcars$wt, c(8, 2, 2)), list(1), iris)) {
    expect_refused(plot(fit, "curve", data = data), "data", "as data: plot(fit", from = "plot")
  }
})

test_that("every part of the picture is as it was", {
  few <- data.frame(x = 1:6, y = c(2, 1, 4, 3, 6, 5))
  fit <- with_parts(nn_fit(y ~ x, few), validation_rows = c(2L, 6L))
  # Of the 201 points of the curve, which is straight here, the first ones and the last.
  curve <- structure(curve_picture(fit, few, c(0, 5), NULL)[c(1:9, 206), ], labels = c("x", "y"))
  band <- curve
  band$lwr <- band$y - 1
  band$upr <- band$y + 2
  expect_pictures("plot-curve", plot(curve), plot(band, main = "Band"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-curve", ggplot2::autoplot(curve), ggplot2::autoplot(band))
})

test_that("the curves of several levels are in one panel, apart from each other", {
  levels <- list("quantile", level = c(0.1, 0.9))
  several <- nn_fit(mpg ~ wt, mtcars, loss = levels)
  table <- curve_picture(several, mtcars, NULL, NULL)
  line <- line_of(table)
  gap <- which(is.na(line$x))
  expect_identical(levels(table$panel), "mpg")
  expect_identical(gap, 202L)
  first <- line[seq_len(gap - 1), ]
  expect_equal(first$y, unname(predict(several, data.frame(wt = first$x))[, 1]))
  expect_silent(drawn(plot(several, "curve")))
  expect_silent(drawn(plot(several, "observed")))
  expect_silent(drawn(plot(several, "residuals")))
  expect_silent(drawn(plot(several, "network")))
  expect_identical(levels(observed_picture(several, NULL)$panel), c("level_0.1", "level_0.9"))
  skip_if_not_installed("ggplot2")
  built <- layer_of(ggplot2::autoplot(several, "curve"), "GeomLine")
  expect_identical(length(unique(built$group)), 2L)
  two <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, loss = levels)
  expect_identical(levels(curve_picture(two, mtcars, NULL, NULL)$panel), c("mpg", "qsec"))
})
