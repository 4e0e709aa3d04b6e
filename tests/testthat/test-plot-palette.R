test_that("what is to be told apart differs on a grey printer, and by more than colour", {
  for (styles in list(part_styles, sign_styles)) {
    greys <- vapply(styles, function(style) grey_of(style$col), 1)
    expect_gt(abs(diff(greys)), 50)
    expect_false(anyDuplicated(vapply(styles, `[[`, 1, "lty")) > 0)
  }
  expect_gt(abs(diff(vapply(tile_styles$fill, grey_of, 1))), 100)
})

test_that("text can be read on its tile", {
  expect_true(all(abs(grey_of(tile_styles$fill) - grey_of(tile_styles$text)) > 120))
})
