test_that("a surface has contours and rows of the data", {
  picture <- fixed_effect_surface()
  calls <- names(recorded(plot(picture)))
  expect_true(all(c("C_filledcontour", "C_plotXY", "C_text") %in% calls))
  bands <- surface_bands(picture$z)
  expect_identical(length(bands$ends), length(bands$colours) + 1L)
  expect_lte(min(bands$ends), min(picture$z))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(picture, size = 3))
})

test_that("one row or column of it is drawn without contours", {
  picture <- fixed_effect_surface()
  narrow <- picture[picture$x == 1, ]
  attributes(narrow) <- utils::modifyList(attributes(picture), attributes(narrow)["row.names"])
  expect_silent(calls <- names(recorded(plot(narrow))))
  expect_false(any(c("C_filledcontour", "C_text") %in% calls))
})

test_that("numbers of lines side by side do not stand upon each other", {
  at <- seq(0, 1, length.out = 21)
  lines <- grDevices::contourLines(at, at, outer(at, at, function(x, y) x), levels = 1:9 / 10)
  places <- contour_places(lines, c(0, 1, 0, 1))
  expect_gt(length(places), 4)
  where <- vapply(places, `[[`, c(0, 0), "at")
  expect_gte(min(stats::dist(t(where))), 0.1)
  expect_true(all(where > 0.08 & where < 0.92))
  # A line that runs along the rim has none
  expect_identical(contour_places(list(list(level = 1, x = c(0, 0), y = 0:1)), c(0, 1, 0, 1)), list())
})
