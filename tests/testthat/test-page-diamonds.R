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
  by_rows <- sd(page$gain) / sqrt(length(page$gain))
  by_groups <- sqrt(sum(page$by_group^2)) / length(page$gain)
  expect_gt(by_groups, by_rows)
  expect_gt(mean(page$gain), 5 * by_groups)
  # in every class of weight
  expect_true(all(page$off[, "network"] < page$off[, "products"]))
  expect_true(all(page$off[, "network"] < page$off[, "line"]))
  # the line: too low from one carat to one and a half, far too high above two
  expect_gt(page$bias["(1,1.5]", "line"], 100)
  expect_lt(page$bias["(2,6]", "line"], -500)
  expect_lt(max(abs(page$bias[, "network"])), 500)

  # the rows watched are whole groups, about a tenth; the tenth drawn by rows has twins
  groups <- page$stone[!page$stone %in% page$aside]
  expect_length(intersect(groups[page$watched], groups[!page$watched]), 0)
  expect_equal(mean(page$watched), 0.12, tolerance = 0.2)
  several <- ave(seq_along(groups), groups, FUN = length)
  expect_equal(mean(1 - 0.1^(several - 1)), 0.35, tolerance = 0.05)
  # above three carats: most within a fifth, some far off; the line is beyond the limit
  far <- abs(log(page$heavy$price / exp(predict(page$network, page$heavy))))
  expect_lt(median(far), log(1.25))
  expect_gt(max(far), 0.2)
  expect_gt(median(exp(predict(page$line, page$heavy))), max(page$stones$price))

  # hardly anything is learnt by heart
  last <- utils::tail(loss_table(page$network), 1)
  expect_lt(last$valid_loss, 1.25 * last$train_loss)
  # exp() of the logarithm is a little low in sum, and smearing mends most of it
  expect_gt(page$factor, 1)
  expect_gt(mean(page$error[, "network"]), abs(mean(page$test$price - page$smeared)))

  # scored without Python it is the same
  expect_equal(page$elsewhere, exp(predict(page$network, page$wanted)), tolerance = 1e-4)
})
