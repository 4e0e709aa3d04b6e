test_that("the most important are drawn at the top, pairs hollow", {
  picture <- importance_picture(fixed_importance(), NULL)
  expect_identical(picture$place, 5:1)
  expect_identical(picture$pair, c(FALSE, FALSE, FALSE, FALSE, TRUE))
  expect_identical(attr(picture, "label"), "rise of the mean squared error")
  expect_identical(importance_reach(picture), c(-2.5, 16))
  other <- fixed_importance()
  attr(other, "metric") <- attr(other, "label") <- "rsq"
  expect_identical(attr(importance_picture(other, NULL), "label"), "fall of the rsq")
})

test_that("of very many the first are drawn, and what is not finite is not", {
  many <- fixed_importance()[rep(1:4, 10), ]
  attributes(many)[c("metric", "label", "pairs")] <- list("loss", "loss", character())
  expect_equal(nrow(importance_picture(many, NULL)), most_terms_drawn)
  many$importance[1] <- NA
  expect_equal(nrow(importance_picture(many, NULL)), most_terms_drawn - 1)
  many$importance <- NA_real_
  expect_refused(plot(many), "data", "no importance is finite", from = "plot")
})

test_that("it is drawn in every way, and leaves the settings as they were", {
  shown <- fixed_importance()
  expect_silent(drawn(plot(shown, main = "m", xlab = "x", cex = 2, col = "red", pch = 2)))
  expect_par_kept(plot(shown))
  expect_refused(plot(shown, xlim = 1), "argument", "xlim must be two", from = "plot")
  expect_refused(plot(tibble::add_column(structure(tidy(shown), class = class(shown)))),
    "argument", "x must be what nn_importance() gave", from = "plot")
  shown$std.error <- shown$conf.low <- shown$conf.high <- NA_real_
  expect_silent(drawn(plot(shown)))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fixed_importance())
  expect_equal(layer_of(plot, "GeomPoint")$x, fixed_importance()$importance)
  expect_rendered(plot)
  expect_rendered(ggplot2::autoplot(shown, size = 5, colour = "red"))
})
