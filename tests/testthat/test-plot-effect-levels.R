test_that("levels stand in their order, groups beside each other", {
  picture <- fixed_effect_levels()
  places <- level_places(picture)
  expect_equal(places, c(0.8, 1.8, 2.8, 1.2, 2.2, 3.2))
  expect_true(all(c("cylinders", "mean consumption") %in% words_of(plot(picture))))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(picture))
  expect_refused(ggplot2::autoplot(picture, size = -1), "argument", "size must be")
})

test_that("it is said that levels of accumulated effects are not in their own order", {
  skip_if_no_torch()
  data <- transform(mtcars, cyl = factor(cyl), am = factor(am))
  fit <- nn_fit(mpg ~ wt + cyl + am, data)
  said <- "levels stand beside those with the most similar rows"
  expect_true(said %in% words_of(plot(nn_effects(fit, "cyl", type = "ale"))))
  expect_false(said %in% words_of(plot(nn_effects(fit, "cyl"))))
  expect_false(said %in% words_of(plot(nn_effects(fit, "am", type = "ale"))))
  expect_null(order_words(factor(1:3, ordered = TRUE)))
})

test_that("of several outcomes that is in the title, and no longer than a small page", {
  skip_if_no_torch()
  data <- transform(mtcars, cyl = factor(cyl), gear = factor(gear))
  fit <- nn_fit(gear ~ wt + cyl, data, hidden_units = 2, penalty = 0.1, epochs = 2, seed = 1)
  picture <- effects_picture(nn_effects(fit, "cyl", type = "ale"), NULL)
  expect_identical(attr(picture, "title"),
    "Accumulated local effects, similar levels side by side"
  )
  expect_null(attr(picture, "sub"))
})
