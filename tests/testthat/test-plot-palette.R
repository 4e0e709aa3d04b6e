test_that("what is to be told apart differs on a grey printer, and by more than colour", {
  for (styles in list(part_styles, sign_styles)) {
    greys <- vapply(styles, function(style) grey_of(style$col), 1)
    expect_gt(abs(diff(greys)), 50)
    expect_false(anyDuplicated(vapply(styles, `[[`, 1, "lty")) > 0)
  }
})

test_that("text can be read on its tile", {
  for (number in c(2, 8, 9, 40)) {
    fills <- distinct_colours(number)
    expect_length(unique(fills), number)
    expect_true(all(abs(grey_of(fills) - grey_of(text_on(fills))) > 100))
  }
})
