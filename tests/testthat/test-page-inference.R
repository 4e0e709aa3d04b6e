# "Inference": what the article says of networks.

test_that("what the article on inference says of a network is so", {
  page <- page_environment("inference")

  # the folds are the same, and what the cylinders add cannot be told from chance
  expect_identical(page$with_cyl$folds, page$without$folds)
  expect_lt(mean(page$gain), 2 * sd(page$gain) / sqrt(length(page$gain)))

  # the weight is needed, of the cylinders one cannot be sure
  set.seed(1)
  cylinders <- with(page, nn_test(network, "cyl", times = 39))
  weight <- with(page, nn_test(network, "wt", times = 39))
  expect_equal(weight$p.value, 1 / 40)
  expect_gt(cylinders$p.value, 0.05)

  # "the seven cars with six cylinders lie inside" the wide limits
  sixes <- subset(page$autos, cyl == 6)
  limits <- predict(page$network, sixes, interval = "prediction")
  expect_identical(nrow(sixes), 7L)
  expect_true(all(sixes$mpg > limits[, "lwr"] & sixes$mpg < limits[, "upr"]))

  # lm() finds less in them where the line may bend
  p <- function(without, with) stats::anova(without, with)[["Pr(>F)"]][[2]]
  cars <- page$autos
  straight <- p(lm(mpg ~ wt, cars), lm(mpg ~ wt + cyl, cars))
  bent <- p(lm(mpg ~ poly(wt, 2), cars), lm(mpg ~ poly(wt, 2) + cyl, cars))
  expect_gt(bent, 5 * straight)
})
