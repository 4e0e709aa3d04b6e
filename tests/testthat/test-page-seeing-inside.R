# "Seeing inside a network": what the article says of its numbers.

test_that("what the article says of effects is so", {
  page <- page_environment("seeing-inside")

  # "these are its coefficients, with their standard errors"
  effects <- nn_effects(page$line, c("Solar.R", "Wind", "Temp"), page$air)
  expect_equal(effects$estimate, unname(coef(page$line)[c("Solar.R", "Wind", "Temp")]),
    tolerance = 1e-8
  )
  expect_gt(length(unlist(page$fit$parameters)), 100) # "hundreds of numbers"

  # "flat at first and then rising ever more steeply", from the lowest decile to the highest
  warm <- page$warm
  third <- cut(warm$Temp, quantile(page$air$Temp, c(0.1, 0.4, 0.9)), labels = FALSE)
  slope <- tapply(seq_along(third), third, function(at) {
    coef(lm(warm$effect[at] ~ warm$Temp[at]))[[2]]
  })
  expect_gt(slope[[2]], 1.5 * slope[[1]])

  # "They fan out"
  ice <- nn_effects(page$fit, "Temp", page$air, type = "ice", center = TRUE)
  last <- ice$effect[ice$Temp == max(ice$Temp)]
  expect_gt(diff(range(last)), 20)

  # "highest on days that are calm and cool": "there was none"
  surface <- nn_effects(page$fit, c("Wind", "Temp"), page$air)
  highest <- surface[which.max(surface$effect), ]
  expect_lt(highest$Wind, 5)
  expect_lt(highest$Temp, 70)
  expect_identical(sum(page$air$Wind < 5 & page$air$Temp < 70), 0L)
})

test_that("what it says of twins is so", {
  page <- page_environment("seeing-inside")
  centred <- function(x) x - mean(x)
  away <- function(effects) {
    truth <- centred(effects$x1^2 / 2)
    max(abs(centred(effects$effect) - truth))
  }
  # of a range of a half; the other is off by three times as much at least
  expect_lt(away(page$local), 0.04)
  expect_gt(away(page$along), 3 * away(page$local))
})

test_that("what it says of importance is so", {
  page <- page_environment("seeing-inside")
  needs <- page$needs
  # "wind and temperature are far to the right", "more than twice what it is"
  expect_setequal(needs$term[1:2], c("Temp", "Wind"))
  expect_gt(needs$importance[2], 1.2 * attr(needs, "baseline"))
  expect_gt(needs$importance[2], 2 * needs$importance[3])
  # "comes near zero, or reaches below it", "all of them have their turn"
  expect_lt(min(needs$conf.low[3:4]), 0.1 * attr(needs, "baseline"))
  expect_identical(attr(needs, "repeats"), 36L)

  # "A high temperature adds to the prediction and a strong wind takes from it"
  shares <- page$shares
  along <- function(term) {
    those <- shares[shares$term == term, ]
    cor(as.double(those$value), those$estimate, method = "spearman")
  }
  expect_gt(along("Temp"), 0.5)
  expect_lt(along("Wind"), -0.5)

  # "add up to the prediction"
  beside <- attr(page$of_days, "predictions")
  sums <- as.vector(tapply(page$of_days$estimate, page$of_days$row, sum))
  expect_equal(beside$baseline + sums, beside$predicted)
  expect_equal(beside$predicted, unname(predict(page$first, page$days)), tolerance = 1e-5)
})
