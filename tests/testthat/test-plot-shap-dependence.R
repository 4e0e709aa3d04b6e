test_that("values lie over the numbers of their variable, or beside its levels", {
  shares <- fixed_shares()
  picture <- shap_picture(shares, "dependence", NULL, NULL)
  expect_equal(picture$place, attr(shares, "rows")$weight)
  expect_equal(picture$estimate, shares$estimate[shares$term == "weight"])
  expect_null(attr(picture, "ticks"))
  levels <- shap_picture(shares, "dependence", "cyl", NULL)
  expect_identical(attr(levels, "ticks"), c("eight", "four", "six"))
  expect_identical(round(levels$place[1:3]), c(3, 1, 2))
  expect_identical(attr(levels, "labels")[1], "cyl")
})

test_that("they are drawn in every way", {
  for (variable in c("weight", "cyl")) {
    expect_silent(drawn(plot(fixed_shares(), "dependence", variable = variable, col = "red")))
    expect_par_kept(plot(fixed_shares(), "dependence", variable = variable))
  }
  skip_if_not_installed("ggplot2")
  for (variable in c("weight", "cyl")) {
    expect_rendered(ggplot2::autoplot(fixed_shares(), "dependence", variable = variable))
  }
})
