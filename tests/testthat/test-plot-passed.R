test_that("the settings are those of par() that a single plot can have", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_identical(setdiff(par_names, names(graphics::par(no.readonly = TRUE))), character())
  # Each is taken without a word.
  for (name in setdiff(par_names, c("family", "bg"))) {
    value <- graphics::par(name)
    expect_silent(do.call(graphics::plot.default, c(list(1), stats::setNames(list(value), name))))
  }
})

test_that("what a picture decides itself is not passed on", {
  expect_true(all(c("main", "xlim", "log", "cex.axis", "panel.first") %in% plot_arguments()))
  expect_false(any(c("x", "y", "...", "type") %in% plot_arguments()))
  expect_identical(setdiff(plot_arguments(), plot_arguments("lwd")), "lwd")
})

test_that("a geom's arguments are its aesthetics, its parameters and those of layers", {
  skip_if_not_installed("ggplot2")
  points <- geom_arguments("GeomPoint")
  expect_true(all(c("size", "alpha", "shape", "colour", "na.rm", "show.legend") %in% points))
  expect_false(any(c("linetype", "...") %in% points))
  expect_false("colour" %in% geom_arguments("GeomLine", fixed = "colour"))
  expect_true(all(c(points, "linetype") %in% all_geom_arguments()))
})
