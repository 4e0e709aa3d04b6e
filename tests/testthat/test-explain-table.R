test_that("limits are on the scale of the link, on which they end where a mean can be", {
  limits <- limits_by_link(cbind(c(0.01, 0.99)), cbind(c(0.02, 0.02)), 2, "logit")
  expect_true(all(limits[[1]] > 0 & limits[[2]] < 1))
  expect_equal(limits_by_link(cbind(3), cbind(1), 2, "identity"), list(cbind(1), cbind(5)))
  falling <- limits_by_link(cbind(3), cbind(0.1), 2, "inverse")
  expect_lt(falling[[1]], falling[[2]])
})

test_that("places of several crossings are put in order", {
  # two outputs, three places, two groups
  whole <- array(1:12 + 0, c(2, 3, 2))
  parts <- list(whole[, 1:2, , drop = FALSE], whole[, 3, , drop = FALSE])
  expect_equal(bound_places(parts), matrix(aperm(whole, c(2, 3, 1)), ncol = 2))
})

test_that("what it is of is kept beside the table", {
  skip_if_no_torch()
  found <- nn_effects(nn_fit(mpg ~ wt + hp, mtcars), c("wt", "hp"), grid = 3)
  about <- attr(found, "about")
  expect_identical(about$variables, c("wt", "hp"))
  expect_identical(dim(about$points), c(32L, 2L))
  expect_s3_class(found, c("nn_effects", "tbl_df"))
  expect_identical(class(tidy(found)), c("tbl_df", "tbl", "data.frame"))
  many <- list(rows = data.frame(a = 1:2000, b = 2000:1))
  expect_identical(nrow(some_points(many, c("a", "b"))), 500L)
})
