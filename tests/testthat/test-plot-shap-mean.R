test_that("bars are the mean sizes, the largest at the top", {
  picture <- fixed_shap("mean")
  shares <- fixed_shares()
  expect_identical(attr(picture, "terms"), c("cyl", "weight"))
  sizes <- tapply(abs(shares$estimate), shares$term, mean)
  expect_equal(picture$size[match(2:1, picture$place)], as.vector(sizes[c("weight", "cyl")]))
  expect_match(attr(picture, "label"), "^mean size of what is added")
})

test_that("they are drawn in every way", {
  expect_silent(drawn(plot(fixed_shares(), "mean", col = "red", main = "m")))
  expect_par_kept(plot(fixed_shares(), "mean"))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(fixed_shares(), "mean", fill = "red"))
})
