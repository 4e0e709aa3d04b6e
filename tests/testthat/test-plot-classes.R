skip_if_no_torch()

species <- nn_fit(
  Species ~ Sepal.Length + Sepal.Width, iris, hidden_units = 4, epochs = 50, seed = 1
)
gear <- nn_fit(factor(am, labels = c("auto", "manual")) ~ wt, mtcars, validation = 0.2, seed = 1)

test_that("the mosaic counts every row once, by observed and predicted class", {
  tiles <- confusion_picture(species, NULL)
  counts <- table(iris$Species, predict(species, type = "class"))
  expect_identical(sum(tiles$n), 150L)
  for (row in seq_len(nrow(tiles))) {
    expect_identical(tiles$n[row], counts[[tiles$observed[row], tiles$predicted[row]]])
  }
  expect_identical(tiles$right, as.character(tiles$observed) == as.character(tiles$predicted))
})

test_that("a tile's area is its share of the rows; right ones stand at the bottom", {
  tiles <- confusion_picture(gear, NULL)
  area <- (tiles$xmax - tiles$xmin) * (tiles$ymax - tiles$ymin)
  expect_equal(area, tiles$n / 32)
  expect_true(all(tiles$ymin[tiles$right] == 0))
  tops <- tapply(tiles$ymax, tiles$observed, max)
  expect_equal(as.vector(tops), c(1, 1))
  expect_gt(min(tiles$xmin[tiles$observed == "manual"]), max(tiles$xmax[tiles$observed == "auto"]))
})

test_that("a class that no row has, and a tile too small for its label, are left out", {
  data <- transform(iris, Species = factor(Species, c("none", levels(Species))))
  fit <- nn_fit(Species ~ Petal.Length, data, hidden_units = 4, epochs = 100, seed = 1)
  expect_setequal(class_axis(confusion_picture(fit, NULL))$labels, levels(iris$Species))
  expect_silent(drawn(plot(fit, "observed")))
  tiles <- mosaic_tiles(data.frame(observed = factor("a"), predicted = c("a", "b"), n = c(99, 1)))
  expect_identical(tiles$label, c("a: 99", ""))
  labels <- tile_labels(
    "class", 20, width = c(0.5, 0.1, 0.1, 0.1, 0.08), height = c(0.07, 1, 0.13, 0.1, 1)
  )
  expect_identical(labels, c("class: 20", "class\n20", "class\n20", "", ""))
})

test_that("the probability given to the class that was observed is 1 minus its residual", {
  table <- probability_picture(species, NULL)
  residuals <- residuals(species)[cbind(1:150, as.integer(iris$Species))]
  expect_equal(table$probability, 1 - residuals)
  expect_identical(table$observed, iris$Species)
  expect_identical(round(table$position), as.numeric(iris$Species))
  table <- probability_picture(gear, NULL)
  expect_equal(table$probability, unname(ifelse(mtcars$am == 1, fitted(gear), 1 - fitted(gear))))
  expect_identical(which(table$part == "validation"), sort(gear$validation_rows))
})

test_that("points are spread without chance, evenly, within their strip", {
  set.seed(1)
  before <- .Random.seed
  offset <- spread(rep(1:2, 500))
  expect_identical(.Random.seed, before)
  expect_lte(max(abs(offset)), 0.3)
  expect_true(all(table(cut(offset[1:500 * 2], 10)) %in% 48:52))
})

test_that("both pictures are drawn, with the classes' names", {
  axis_of <- function(code) {
    calls <- recorded(code)
    calls[names(calls) == "C_axis"][[1]][[3]]
  }
  expect_identical(axis_of(plot(gear, "observed")), c("auto", "manual"))
  expect_true(any(grepl("^manual: ", texts(plot(gear, "observed")))))
  expect_par_kept(plot(gear, "observed"))
  expect_true("C_abline" %in% drawn(plot(species, "residuals")))
  expect_par_kept(plot(species, "residuals"))
  skip_if_not_installed("ggplot2")
  middles <- layer_of(ggplot2::autoplot(gear, "observed"), "GeomText")
  tiles <- confusion_picture(gear, NULL)
  expect_equal(middles$x, (tiles$xmin + tiles$xmax) / 2)
  expect_equal(middles$y, (tiles$ymin + tiles$ymax) / 2)
  for (which in c("observed", "residuals")) {
    expect_rendered(ggplot2::autoplot(gear, which))
    expect_rendered(ggplot2::autoplot(species, which))
  }
})

test_that("scores that are not probabilities are refused, with what to use instead", {
  margin <- nn_fit(Species ~ ., iris, loss = "multi_margin", epochs = 20, seed = 1)
  expect_refused(
    plot(margin, "residuals"), "argument", "scores of the loss multi_margin are none",
    "plot(fit, observed)", from = "plot"
  )
  expect_silent(drawn(plot(margin, "observed")))
})

test_that("tiles are parted by white lines", {
  skip_if_no_torch()
  fit <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 2, epochs = 20, seed = 1)
  rect <- recorded(plot(fit, "observed"))$C_rect
  expect_true("white" %in% unlist(rect[vapply(rect, is.character, NA)]))
})

test_that("every part of the pictures is as it was", {
  few <- data.frame(x = 1:8, class = rep(c("a", "b", "a name that is long"), c(3, 3, 2)))
  fit <- nn_fit(class ~ x, few, hidden_units = 1, epochs = 1)
  fit$fitted[] <- c(
    0.7, 0.5, 0.2, 0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2, 0.3, 0.3, 0.2, 0.1, 0.3, 0.2,
    0.2, 0.3, 0.5, 0.4, 0.7, 0.8, 0.5, 0.7
  )
  fit$validation_rows <- c(1L, 4L)
  expect_pictures(
    "plot-classes", plot(fit, "observed", main = "Classes"), plot(fit, "residuals")
  )
  skip_if_no_ggplot_text()
  expect_pictures(
    "autoplot-classes", ggplot2::autoplot(fit, "observed"), ggplot2::autoplot(fit, "residuals")
  )
})
