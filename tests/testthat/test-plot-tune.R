test_that("a picture has a panel for each option, the one that explains most first", {
  picture <- searched_picture(fixed_search())
  panels <- sub(" .*", "", levels(picture$panel))
  expect_identical(panels, c("learn_rate", "hidden_units", "penalty"))
  expect_true(all(picture$place >= 0 & picture$place <= 1))
  expect_identical(sum(picture$part == "chosen"), 3L)
  expect_true(all(is.finite(picture$score)))
})

test_that("what failed or is far off is at the edge", {
  expect_identical(score_edge(c(1, 2, 3, 100, NA), FALSE)$at, 1 + 3 * 1.5)
  expect_identical(score_edge(c(1, 2, 3), FALSE)$at, 3)
  expect_equal(score_edge(c(0.9, 0.8, 0.7, 0.1), TRUE)$at, 0.9 - 3 * 0.15)
  found <- fixed_search()
  picture <- searched_picture(found)
  failed <- picture[rep(is.na(found$results$mean), 3), ]
  expect_true(all(failed$part == "candidate beyond"))
  expect_identical(unique(failed$score), max(picture$score))
  given_up <- searched_picture(fixed_search(stages = fixed_stages()))
  expect_true(all(c("given up", "candidate", "chosen") %in% given_up$part))
})

test_that("numbers under the axis are those that one knows", {
  expect_equal(log_ticks(c(1e-4, 1)), 10^(-4:0))
  expect_equal(log_ticks(c(1e-5, 1)), c(1e-5, 1e-3, 0.1))
  expect_equal(log_ticks(c(0.003, 0.1)), c(0.005, 0.01, 0.02, 0.05, 0.1))
})

test_that("both pictures can be drawn, alone and of one option", {
  found <- fixed_search()
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  before <- graphics::par(c("mfrow", "mar", "oma"))
  expect_identical(withVisible(plot(found)), list(value = found, visible = FALSE))
  expect_identical(graphics::par(c("mfrow", "mar", "oma")), before)
  one <- found
  one$space <- one$space["penalty"]
  expect_silent(plot(one, ylim = c(0, 20), main = "A search"))
  expect_refused(plot(found, log = "x"), "argument", "log")
  expect_refused(plot(found, ylab = list()), "argument", "ylab")
  expect_refused(plot(found, "curve"), "argument", "which is for a fit", "fit of all rows is")
  expect_refused(plot(found, which = "loss"), "argument", "which is for a fit")
  skip_if_not_installed("ggplot2")
  expect_s3_class(ggplot2::autoplot(found), "ggplot")
  expect_silent(print(ggplot2::autoplot(one, alpha = 0.5)))
})

test_that("every part of the picture is as it was", {
  one <- fixed_search(stages = fixed_stages())
  expect_pictures("plot-tune", plot(one), plot(fixed_search(maximize = TRUE)))
  skip_if_not_installed("ggplot2")
  expect_pictures("autoplot-tune", ggplot2::autoplot(one))
})
