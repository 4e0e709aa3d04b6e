skip_if_no_torch()

species <- species_fit()
gear <- gear_fit()

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
  expect_true("C_abline" %in% drawn(plot(species, "residuals")))
  expect_par_kept(plot(species, "residuals"))
  skip_if_not_installed("ggplot2")
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

test_that("every part of the pictures is as it was", {
  expect_pictures("plot-classes", plot(few_classes(), "residuals"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-classes", ggplot2::autoplot(few_classes(), "residuals"))
})
