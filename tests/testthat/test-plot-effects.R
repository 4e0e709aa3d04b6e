skip_if_no_torch()

data <- transform(mtcars, cyl = factor(cyl), am = am == 1)
fit <- nn_fit(mpg ~ wt + hp + cyl + am, data)
kind_of <- function(...) class(effects_picture(nn_effects(fit, ...), NULL))[1]

test_that("what is drawn follows from what the variables are", {
  expect_identical(kind_of("wt"), "nn_effect_curves")
  expect_identical(kind_of("wt", by = "cyl"), "nn_effect_curves")
  expect_identical(kind_of("wt", type = "ice"), "nn_effect_curves")
  expect_identical(kind_of(c("am", "wt")), "nn_effect_curves")
  expect_identical(kind_of("cyl"), "nn_effect_levels")
  expect_identical(kind_of(c("cyl", "am")), "nn_effect_levels")
  expect_identical(kind_of(c("wt", "hp"), grid = 3), "nn_effect_surface")
  expect_identical(kind_of(), "nn_average_effects")
})

test_that("every picture is drawn by both systems, and what was given is given back", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  pictures <- list(
    nn_effects(fit, "wt"), nn_effects(fit, c("wt", "cyl"), by = "am", grid = 3), nn_effects(fit),
    nn_effects(fit, c("wt", "hp"), grid = 4, by = "am"), nn_effects(fit, "cyl", by = "am"),
    nn_effects(fit, "wt", type = "ice", by = "am", grid = 3)
  )
  for (effects in pictures) {
    expect_invisible(expect_identical(plot(effects), effects))
    skip_if_not_installed("ggplot2")
    expect_s3_class(ggplot2::autoplot(effects), "ggplot")
    expect_rendered(ggplot2::autoplot(effects))
  }
})

test_that("a table that has lost what it is of is refused, and so are wrong arguments", {
  effects <- nn_effects(fit, "wt")
  lost <- effects
  attr(lost, "about") <- NULL
  expect_refused(plot(lost), "data", "has lost what it is of", from = "plot")
  expect_refused(plot(effects, las = 9), "argument", "las must be", from = "plot")
  expect_refused(plot(effects, zlab = "z"), "argument", "zlab", from = "plot")
})

test_that("axes say what effects are counted from", {
  expect_identical(effects_axis(list(type = "ale", y = "mpg")), "effect on mpg")
  expect_identical(effects_axis(list(type = "partial", y = "mpg", center = FALSE)), "mean mpg")
  expect_identical(
    effects_axis(list(type = "ice", y = "mpg", center = TRUE)), "change of mpg"
  )
})
