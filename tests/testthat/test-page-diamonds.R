# "Fifty thousand diamonds": what the article says of its numbers.

test_that("what the article on diamonds says is so", {
  skip_if_not_installed("ggplot2")
  skip_if_not_installed("callr")
  page <- page_environment("diamonds")

  # the faults, and the split by stones
  expect_identical(c(sum(page$nowhere), sum(page$too_wide)), c(20L, 3L))
  expect_identical(length(intersect(page$stone[page$stone %in% page$aside],
                                    page$stone[!page$stone %in% page$aside])), 0L)
  expect_identical(nrow(page$train) + nrow(page$test), nrow(page$stones))
  expect_gt(nrow(page$train), 20000)

  # the network is nearest on stones that it has not seen, beyond chance and for other seeds
  error <- page$judged[, "mean_abs"]
  expect_lt(error[["products"]], error[["line"]])
  expect_lt(error[["network"]], 0.9 * error[["products"]])
  expect_gt(mean(page$gain), 5 * sd(page$gain) / sqrt(length(page$gain)))
  # in every class of weight
  expect_true(all(page$off[, "network"] < page$off[, "products"]))
  expect_true(all(page$off[, "network"] < page$off[, "line"]))
  # the line: too low from one carat to one and a half, far too high above two
  expect_gt(page$bias["(1,1.5]", "line"], 100)
  expect_lt(page$bias["(2,6]", "line"], -500)
  expect_lt(max(abs(page$bias[, "network"])), 500)

  # hardly anything is learnt by heart
  last <- utils::tail(loss_table(page$network), 1)
  expect_lt(last$valid_loss, 1.25 * last$train_loss)
  # exp() of the logarithm is a little low in sum, and smearing mends most of it
  expect_gt(page$factor, 1)
  expect_gt(mean(page$error[, "network"]), abs(mean(page$test$price - page$smeared)))

  # scored without Python it is the same
  expect_equal(page$elsewhere, exp(predict(page$network, page$wanted)), tolerance = 1e-4)
})
