# "Classes of unequal sizes": what the article says of its numbers.

test_that("what the article on unequal classes says is so", {
  skip_if_not_installed("survival")
  page <- page_environment("unequal-classes")
  yes <- page$yes
  probability <- page$probability
  scores <- function(name) as.list(page$scores(probability[[name]]))

  # accuracy: hardly a difference; and nobody is found by "everybody"
  accuracy <- colMeans((probability[c("everybody", "glm", "network")] > 0.5) == yes)
  expect_lt(diff(range(accuracy)), 0.03)
  expect_identical(sum(probability$everybody[yes] > 0.5), 0L)
  # proper scores: both are ahead, next to nothing between them, and glm() told more is best
  judged <- page$judged
  expect_lt(max(judged["log_loss", c("glm", "network")]), 0.9 * judged["log_loss", "everybody"])
  expect_equal(judged["brier", "glm"], judged["brier", "network"], tolerance = 0.05)
  expect_equal(judged[["auc", "everybody"]], 0.5)
  told <- page$scores(predict(page$told, page$test, type = "response"))
  expect_lt(told[["log_loss"]], judged["log_loss", "network"])

  # calibration: what was said is what happened, but for chance
  said <- page$calibration(probability$network)
  chance <- sqrt(said$said * (1 - said$said) / (length(yes) / 8))
  z <- (said$said - said$happened) / chance
  expect_lt(mean(z^2), qchisq(0.99, 8) / 8)
  # decisions by costs: one in ten is better than one half
  for (name in c("glm", "network")) {
    expect_lt(page$cost(probability[[name]], 0.1), 0.8 * page$cost(probability[[name]], 0.5))
  }
  # the network's costs are above those of glm(), but not beyond chance
  expect_lt(abs(mean(page$apart)), 2 * sd(page$apart) / sqrt(length(page$apart)))
  expect_lt(page$cost(probability$glm, 0.1), page$cost(probability$network, 0.1))
  expect_lt(judged["log_loss", "network"], judged["log_loss", "glm"])
  # one in ten is where both mistakes of nine to one cost the same
  expect_equal(9 * 0.1, 1 - 0.1)

  # class weights: more are found, the same order, false probabilities; and the way back
  expect_gt(mean(probability$balanced[yes] > 0.5), 2 * mean(probability$network[yes] > 0.5))
  expect_gt(mean(probability$balanced), 2 * mean(yes))
  expect_equal(mean(probability$network), mean(yes), tolerance = 0.1)
  expect_equal(scores("balanced")$auc, scores("network")$auc, tolerance = 0.03)
  expect_gt(scores("balanced")$brier, 1.3 * scores("network")$brier)
  expect_equal(scores("back")$log_loss, scores("network")$log_loss, tolerance = 0.05)
  # the focal loss: a column for each class, as good an order, probabilities nearer to one half
  expect_identical(colnames(predict(page$focal, page$test)), c("no", "yes"))
  expect_equal(scores("focal")$auc, scores("network")$auc, tolerance = 0.03)
  expect_gt(scores("focal")$log_loss, 1.1 * scores("network")$log_loss)
  expect_gt(min(probability$focal), min(probability$network))
  expect_lt(max(probability$focal), max(probability$network))
})

test_that("of its sets, too", {
  skip_if_not_installed("survival")
  page <- page_environment("unequal-classes")
  held <- page$sets[cbind(seq_along(page$yes), page$test$relapse)]
  surer <- page$held

  # kept for all, by the common class
  expect_equal(mean(held), 0.9, tolerance = 0.03)
  expect_gt(mean(held[!page$yes]), 0.98)
  expect_lt(mean(held[page$yes]), 0.6)
  # no set is empty: where the rare class is not held, the set is "no"
  expect_gte(min(rowSums(page$sets)), 1)
  # a higher level holds more of the rare class
  expect_gt(mean(surer[page$yes]), 0.7)
  expect_gt(mean(rowSums(page$surer)), mean(rowSums(page$sets)))
})
