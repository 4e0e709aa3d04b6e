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

test_that("slopes are drawn per standard deviation, contrasts as they are", {
  skip_if_no_torch()
  data <- transform(mtcars, cyl = factor(cyl))
  effects <- nn_effects(nn_fit(mpg ~ hp + cyl, data), type = "average")
  picture <- effects_picture(effects, NULL)
  expect_identical(as.character(picture$name),
    c("hp (slope x SD, 68.6)", "cyl: 6 - 4", "cyl: 8 - 4")
  )
  times <- c(sd(mtcars$hp), 1, 1)
  expect_equal(picture$estimate, effects$estimate * times)
  expect_equal(picture$lwr, effects$conf.low * times)
  expect_equal(picture$upr, effects$conf.high * times)
  attr(effects, "about")$spread <- NULL # of a session before
  expect_identical(effects_picture(effects, NULL)$estimate, effects$estimate)
})

test_that("long names lose letters before their unit", {
  long <- c("a_variable_of_many_letters (slope x SD, 30.6)", "cyl: 8 - 4", "wt (slope x SD, 1)")
  expect_identical(shorten_before_unit(long, 30),
    c("a_variab... (slope x SD, 30.6)", "cyl: 8 - 4", "wt (slope x SD, 1)")
  )
  expect_identical(shorten_before_unit("cyl", 30), "cyl")
  grDevices::pdf(NULL, width = 4)
  withr::defer(grDevices::dev.off())
  expect_identical(letters_on_page(), 25)
})
