test_that("effects stand from the top in their order, beside 0", {
  picture <- fixed_average_effects()
  expect_equal(average_places(picture), 4:1)
  expect_true("effect on consumption" %in% words_of(plot(picture)))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  before <- graphics::par("mar")
  plot(picture)
  expect_identical(graphics::par("mar"), before)
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(picture))
  expect_refused(ggplot2::autoplot(picture, size = 0), "argument", "size must be")
})

test_that("names are whole where there is room", {
  long <- "a variable of some length: level - another"
  on_page <- function(width) {
    grDevices::pdf(NULL, width = width)
    withr::defer(grDevices::dev.off())
    letters_beside()
  }
  expect_identical(on_page(4), 25)
  expect_gt(on_page(11), nchar(long))
  expect_lte(on_page(40), 60)
})
