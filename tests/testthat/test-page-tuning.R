# "Tuning a network": what the article says of its numbers.

test_that("what the article on tuning says is so", {
  skip_if_not_installed("MASS")
  page <- page_environment("tuning")

  # "each was fitted five times", forty of them
  expect_identical(nrow(page$found$results), 40L)
  expect_identical(nrow(page$found$scores), 200L)
  # "every score can be had again by nn_cv()"; float32, side by side with others
  expect_equal(page$found$results$mean[1], mean(page$again$losses$valid_loss), tolerance = 1e-3)
  # halving: "goes on with the best third", to the end with three
  expect_identical(page$halved$stages$candidates, c(100L, 33L, 11L, 3L))
  expect_identical(page$halved$stages$epochs, c(20L, 60L, 180L, 540L))
  # "all networks are far ahead of the line, and near each other"
  networks <- c(
    page$error(page$found), page$error(page$halved), page$error(page$default)
  )
  expect_lt(max(networks), 0.7 * page$error(page$line))
  expect_lt(max(networks), 2 * min(networks))
  # the rule of one standard error takes no larger network than the best
  expect_lte(parameter_count(page$simple$fit), parameter_count(page$found$fit))
})
