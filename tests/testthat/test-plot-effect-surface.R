test_that("a surface has contours and rows of the data", {
  picture <- fixed_effect_surface()
  calls <- names(recorded(plot(picture)))
  expect_true(all(c("C_filledcontour", "C_contour") %in% calls))
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
  expect_false("C_contour" %in% calls)
})
