# "What has a network learnt?": what the article says of its numbers.

test_that("what the article on interpretation says is so", {
  skip_if_not_installed("emmeans")
  page <- page_environment("what-it-learnt")

  # the network by hand; another seed has other units and the same curve, a third another one
  expect_equal(page$by_hand, unname(fitted(page$small)), tolerance = 1e-5)
  expect_lt(max(abs(fitted(page$small) - fitted(page$other))), 0.1)
  weights <- function(fit) as.vector(coef(fit)[["0.weight"]])
  expect_gt(max(abs(weights(page$small) - weights(page$other))), 1)
  expect_equal(sort(abs(weights(page$small))), sort(abs(weights(page$other))), tolerance = 1e-2)
  expect_lt(min(abs(weights(page$small))), 0.05)
  loss <- function(fit) mean(residuals(fit)^2)
  expect_gt(loss(update(page$small, seed = 2)), 1.05 * loss(page$small))

  # it predicts unseen days better than the line
  expect_lt(page$off_by(page$fit, page$test), page$off_by(page$line, page$test))

  # heat and calm are more than their sum, which lm() can be told
  gap <- page$calm$network - page$windy$network
  expect_gt(gap[[4]], 1.5 * gap[[1]])
  expect_equal(diff(page$calm$lm - page$windy$lm), c(0, 0, 0))
  # on the days set aside, "faintly"
  products <- with(page, anova(line_of_test, update(line_of_test, . ~ . + Temp:Wind)))
  expect_lt(products[["Pr(>F)"]][[2]], 0.05)
  expect_gt(products[["Pr(>F)"]][[2]], 0.01)
  expect_gte(page$off_by(page$product, page$test), page$off_by(page$line, page$test))
  # 160 units of the first layer, 10 outputs: of ten networks
  expect_identical(page$fit$options$members * c(16L, 1L), c(160L, 10L))
})

test_that("of slopes, too", {
  skip_if_not_installed("emmeans")
  page <- page_environment("what-it-learnt")
  slopes <- page$slopes
  rows <- page$train

  # torch's derivatives are what predicting twice gives
  moved <- function(by) transform(rows, Temp = Temp + by)
  by_torch <- mean(slopes[, "Temp"])
  by_hand <- mean(predict(page$fit, moved(0.1)) - predict(page$fit, moved(-0.1))) / 0.2
  expect_equal(by_torch, by_hand, tolerance = 1e-3)
  # their signs are those of lm(), and a degree more is worth less on a cool day
  expect_identical(sign(colMeans(slopes[, page$numbers])), sign(coef(page$line)[page$numbers]))
  cool <- mean(slopes[rows$Temp <= 75, "Temp"])
  warm <- mean(slopes[rows$Temp > 75, "Temp"])
  expect_lt(cool, 0.5 * warm)
  # other seeds: about the same means
  expect_lt(max(apply(page$many, 1, function(row) diff(range(row)) / abs(mean(row)))), 0.2)

  # means over months of a linear model are emmeans'
  linear <- sapply(page$months, page$as_month, model = page$line)
  means <- as.data.frame(emmeans::emmeans(nn_fit(page$ozone, rows), "Month"))
  expect_equal(unname(linear), means$emmean)
  expect_error(emmeans::emmeans(page$fit, "Month"), "weights have no meaning one by one")
})

test_that("of what is used, and of causes, too", {
  skip_if_not_installed("emmeans")
  page <- page_environment("what-it-learnt")

  # shuffled, temperature and wind cost most, which of them more cannot be told; left out, the
  # month and the wind stand in for the temperature
  own <- page$shuffling["network", c("Solar.R", "Wind", "Temp", "Month")]
  expect_gt(min(own[c("Temp", "Wind")]), 2 * max(own[c("Solar.R", "Month")]))
  expect_lt(abs(mean(page$lead)), 2 * sd(page$lead) / sqrt(length(page$lead)))
  expect_lt(page$without["mean", "Temp"], 0.4 * own[["Temp"]])
  # "some 2.8 of them from zero ..., and hardly one is"
  expect_equal(qt(0.975, 4), 2.8, tolerance = 0.01)
  expect_lte(sum(abs(page$without["mean", ]) > 2.8 * page$without["std_err", ]), 1)

  # ice cream predicts, and nearly no longer beside the heat
  alone <- page$slope(ozone ~ icecream)
  beside <- page$slope(ozone ~ icecream + heat)
  expect_gt(alone, 0.3)
  expect_lt(abs(beside), 0.3 * alone)
})
