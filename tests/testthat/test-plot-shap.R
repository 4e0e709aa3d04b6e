test_that("the terms with the largest values are at the top, coloured by their numbers", {
  picture <- fixed_shap("values")
  expect_identical(attr(picture, "terms"), c("cyl", "weight"))
  expect_identical(round(range(picture$place[picture$estimate == -1])), c(1, 1))
  weight <- fixed_shares()$term == "weight"
  weights <- attr(fixed_shares(), "rows")$weight
  expect_equal(
    picture$height[weight], (weights - min(weights)) / diff(range(weights))
  )
  expect_true(all(is.na(picture$height[!weight])))
  expect_identical(attr(picture, "label"), "what is added to the prediction of mpg")
})

test_that("points of one line lie side by side within it, the same each time", {
  x <- c(wave(50), 9)
  away <- swarm(x, rep(1, 51))
  expect_lt(max(abs(away)), 0.5)
  expect_identical(away, swarm(x, rep(1, 51)))
  # Alone, a point is on the line or near it.
  expect_lt(abs(away[51]), 0.1)
  expect_lt(max(abs(swarm(rep(1, 5), rep(1, 5)))), 0.21)
})

test_that("each output has its panel", {
  shares <- fixed_shares()
  twice <- rbind(shares, shares)
  twice$output <- rep(c("a", "b"), each = nrow(shares))
  attributes(twice)[c("predictions", "rows", "players", "outcome")] <-
    attributes(shares)[c("predictions", "rows", "players", "outcome")]
  expect_identical(levels(shap_picture(twice, "values", NULL, NULL)$panel), c("a", "b"))
  for (which in shap_pictures) {
    expect_silent(drawn(plot(twice, which)))
    expect_par_kept(plot(twice, which))
  }
  grey <- "grey has no order: cyl"
  expect_true(grey %in% words_of(plot(twice)))
  expect_false(grey %in% words_of(plot(twice, ann = FALSE)))
  skip_if_not_installed("ggplot2")
  for (which in shap_pictures) expect_rendered(ggplot2::autoplot(twice, which))
})

test_that("which, and what only one picture uses, is checked by name", {
  shares <- fixed_shares()
  expect_refused(plot(shares, "bars"), "argument", "which must be one of", from = "plot")
  expect_refused(plot(shares, variable = "cyl"), "argument", "variable is for", from = "plot")
  expect_refused(plot(shares, "dependence", variable = "hp"), "argument",
    "variable must be one of the terms", from = "plot")
  expect_refused(plot(structure(tidy(shares), class = class(shares))), "argument",
    "x must be what nn_importance() gave", from = "plot")
  shares$estimate <- NA_real_
  expect_refused(plot(shares), "data", "no value is finite", from = "plot")
})

test_that("levels in no order are grey, and it is said", {
  skip_if_no_torch()
  data <- transform(mtcars, cyl = factor(cyl), gear = factor(gear))
  fit <- nn_fit(mpg ~ cyl + gear, data)
  found <- nn_importance(fit, data, type = "shap", seed = 1)
  expect_silent(drawn(plot(found)))
  skip_if_not_installed("ggplot2")
  expect_identical(ggplot2::autoplot(found)$labels$subtitle, "Grey: levels, in no order")
  expect_rendered(ggplot2::autoplot(found))
})

test_that("values are drawn in every way", {
  expect_silent(drawn(plot(fixed_shares(), main = "m", xlab = "x", col = "red", cex = 2)))
  expect_par_kept(plot(fixed_shares()))
  expect_identical(value_colours(c(0, 1, NA), 1), c("#08519CFF", "#E6550DFF", "#8C8C8CFF"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fixed_shares())
  expect_equal(layer_of(plot, "GeomPoint")$x, fixed_shares()$estimate)
  expect_rendered(ggplot2::autoplot(fixed_shares(), alpha = 0.5))
})

test_that("the caption says what colours are of, where low and high do not", {
  expect_identical(attr(fixed_shap("values"), "sub"), "grey has no order: cyl")
  shares <- fixed_shares()
  of <- function(weight) {
    attr(shares, "rows")$weight <- weight
    attr(shap_picture(shares, "values", NULL, NULL), "sub")
  }
  heavy <- attr(shares, "rows")$weight > 2
  expect_identical(of(heavy), "grey has no order: cyl; TRUE is high: weight")
  expect_match(of(factor(heavy, ordered = TRUE)), "the last level is high: weight", fixed = TRUE)
  attr(shares, "rows")$cyl <- seq_len(nrow(attr(shares, "rows")))
  expect_null(of(seq_along(heavy)))
  expect_true("grey has no order: cyl" %in% words_of(plot(fixed_shares())))
  expect_true("of mine" %in% words_of(plot(fixed_shares(), sub = "of mine")))
})

test_that("names are whole where the page has room", {
  long <- "weight_of_the_car_without_its_load_in_tons"
  said <- function(width) {
    grDevices::pdf(NULL, width = width)
    withr::defer(grDevices::dev.off())
    shorten(long, letters_beside()) == long
  }
  expect_true(said(14))
  expect_false(said(4))
})

test_that("where there is no caption, as of several outputs, the legend has what is grey", {
  expect_identical(names(value_marks(c(0, NA), told = FALSE)),
    c("low value", "high value", "no order")
  )
  expect_identical(names(value_marks(c(0, NA), told = TRUE)), c("low value", "high value"))
  expect_identical(names(value_marks(c(0, 1), told = FALSE)), c("low value", "high value"))
  expect_identical(names(value_marks(NA, told = FALSE)), "levels, in no order")
})
