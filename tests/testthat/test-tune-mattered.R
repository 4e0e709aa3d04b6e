test_that("an option that decides explains all, and one of chance nothing", {
  found <- fixed_search(60)
  table <- summary(found)
  expect_identical(table$option, c("hidden_units", "penalty", "learn_rate"))
  expect_identical(table$values,
    c("8, 32, c(32, 16)", "1e-04 to 1, log scale", "0.001 to 0.5, log scale")
  )
  share <- stats::setNames(table$share, table$option)
  expect_gt(share[["learn_rate"]], 0.7)
  expect_lt(share[["penalty"]], 0.1)
  rank <- 1:40
  axis <- list(lower = 0, upper = 1, log = FALSE)
  expect_equal(share_explained(rank, rank / 40, axis), 1)
  # too small and too large alike
  expect_equal(share_explained(rank, rep(c(-1, 1), 20) * sqrt(rank), axis), 1, tolerance = 1e-6)
  expect_equal(share_explained(rank, rep(c("a", "b"), each = 20), axis),
    summary(lm(rank ~ factor(rep(1:2, each = 20))))$adj.r.squared
  )
})

test_that("of few candidates, or one value, nothing is known", {
  axis <- list(lower = 0, upper = 1, log = FALSE)
  expect_identical(share_explained(1:9, 1:9, axis), NA_real_)
  expect_identical(share_explained(1:20, rep(1, 20), axis), NA_real_)
  expect_identical(share_explained(1:12, letters[1:12], axis), NA_real_)
})
