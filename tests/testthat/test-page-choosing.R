# "Choosing a network": what the article says of its numbers.

test_that("what the article on choosing says is so", {
  skip_if_not_installed("MASS")
  page <- page_environment("choosing")

  # "takes the one with the least loss", at the end of the path
  tuning <- page$fit$tuning
  expect_identical(which.min(tuning$valid_loss), tuning$chosen)
  expect_identical(tuning$chosen, 1L)
  expect_gt(min(tuning$penalty), 1 / 4 / nrow(page$mcycle))
  expect_length(page$fit$options$members, 1)
  expect_identical(page$fit$options$members, 10L)

  # a formula without hidden units is lm(); the line is far behind
  expect_equal(page$by_hand, page$losses$line)
  means <- colMeans(page$losses)
  expect_gt(means[["line"]], 3 * max(means[-1]))
  # the network does not beat the spline; with a smaller penalty it comes nearer
  expect_lt(means[["spline"]], means[["untuned"]])
  expect_lt(means[["beyond"]], means[["untuned"]])
  # "nothing to choose" between them: within two standard errors
  nearest <- page$compare("beyond", "spline")
  expect_lt(abs(nearest[["difference"]]), 2 * nearest[["std_err"]])

  # the best and the worst deal of the same model differ by more than these two
  expect_gt(diff(range(page$each)), abs(nearest[["difference"]]))
})

test_that("of size and seed, too", {
  skip_if_not_installed("MASS")
  page <- page_environment("choosing")

  # two units are too few where held back; from eight on the size hardly matters
  expect_gt(page$held_back[[1]], 1.3 * page$held_back[[2]])
  expect_equal(page$held_back[[3]], page$held_back[[2]], tolerance = 0.1)
  # without a penalty, size is dangerous
  expect_gt(page$let_loose[[3]], 2 * page$held_back[[3]])

  # in training the twelve are alike
  training <- sapply(page$twelve, function(fit) mean(residuals(fit)^2))
  expect_lt(max(training), 1.3 * min(training))
  # the curves of single ones leave what was measured; untuned fits are alike to below one g
  leaps <- range(sapply(page$twelve, predict, page$grid))
  expect_gt(diff(leaps), 2 * diff(range(page$mcycle$accel)))
  untuned <- lapply(1:4, function(seed) {
    nn_fit(accel ~ times, page$mcycle, hidden_units = 16, seed = seed)
  })
  expect_lt(max(page$spread(untuned)), 1)
  expect_gt(max(page$spread(page$twelve[1:4])), 5)

  # the found step does better than one of 0.001 in the same epochs, and training was stopped
  expect_lt(mean(residuals(page$found)^2), 0.7 * mean(residuals(page$left)^2))
  expect_identical(page$stopped$stopped, "early")
})

test_that("of groups and of chance, too", {
  skip_if_not_installed("MASS")
  page <- page_environment("choosing")

  # weight and dose help by rows and harm by persons
  people <- page$people
  alone <- people["network of the time alone", ]
  expect_lt(people["network", "rows"], alone[["rows"]])
  expect_gt(people["network", "persons"], 1.2 * alone[["persons"]])
  expect_lt(max(people[-1, ]), min(people["line", ]))

  # the chosen one "explains" what is chance, and no more on outcomes drawn anew
  expect_gt(max(page$shares), 0.05)
  expect_lt(median(page$shares), 0)
  expect_lt(page$explained(page$best, page$never_used), 0)
})
