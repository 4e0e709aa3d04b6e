test_that("levels stand in their order, groups beside each other", {
  picture <- fixed_effect_levels()
  places <- level_places(picture)
  expect_equal(places, c(0.8, 1.8, 2.8, 1.2, 2.2, 3.2))
  expect_true(all(c("cylinders", "mean consumption") %in% words_of(plot(picture))))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(picture))
  expect_refused(ggplot2::autoplot(picture, size = -1), "argument", "size must be")
})
