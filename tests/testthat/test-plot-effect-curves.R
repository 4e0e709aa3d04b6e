test_that("groups have colours and lines, which the legend names", {
  picture <- fixed_effect_curves()
  expect_true(all(c("weight (t)", "mean consumption") %in% words_of(plot(picture))))
  legends <- function(picture) sum(names(recorded(plot(picture))) == "C_text")
  expect_gt(legends(picture), legends(fixed_single_curves()))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(picture, linewidth = 2))
})

test_that("the limits and single rows are within the picture", {
  for (picture in list(fixed_effect_curves(), fixed_single_curves())) {
    calls <- recorded(plot(picture))
    window <- calls[names(calls) == "C_plot_window"][[1]]
    heights <- c(picture$lwr, picture$upr, attr(picture, "single")$y)
    expect_equal(window[[2]], range(heights))
  }
})

test_that("a few values are points too", {
  picture <- fixed_effect_curves("all")
  points <- function(picture) sum(names(recorded(plot(picture))) == "C_plotXY")
  few <- picture[c(1, 20, 41), ]
  attributes(few) <- utils::modifyList(attributes(picture), attributes(few)["row.names"])
  expect_gt(points(few), points(picture))
})
