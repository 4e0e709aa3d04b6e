test_that("the mean of the curves ends with the shortest", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 3, hidden_units = 2, epochs = 8, seed = 1)
  cv$history[[2]] <- lapply(cv$history[[2]], utils::head, 5)
  curves <- cv_losses(cv, "", NULL)
  expect_identical(as.vector(table(curves$fit, curves$part)), rep(c(8L, 5L, 8L), 2))
  means <- cv_means(curves)
  expect_identical(means$epoch[means$part == "validation"], 1:5)
  third <- vapply(cv$history, function(losses) losses$valid_loss[3], 1)
  expect_equal(means$loss[means$part == "validation"][3], mean(third))
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_identical(withVisible(plot(cv, log = "y")), list(value = cv, visible = FALSE))
})

test_that("one epoch is drawn as points; what is not finite is refused", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 3, hidden_units = 2, epochs = 1, seed = 1)
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_silent(plot(cv))
  cv$history <- lapply(cv$history, lapply, function(losses) losses * NA)
  expect_refused(plot(cv), "data", "None of the losses can be drawn")
})

test_that("a default network, whose losses on the folds are known at its end alone, is drawn", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 3, hidden_units = 2, seed = 1)
  curves <- cv_losses(cv, "", NULL)
  expect_identical(sum(curves$part == "validation"), 3L)
  expect_silent(drawn(plot(cv)))
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(cv))
})

test_that("every part of the picture is as it was", {
  skip_if_no_torch()
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 2, seed = 1)
  cv$history <- list(
    list(train_loss = c(4, 2, 1), valid_loss = c(5, 3, 4)),
    list(train_loss = c(3, 2), valid_loss = c(6, 5))
  )
  once <- with_parts(cv, history = lapply(cv$history, lapply, `[`, 1))
  expect_pictures("plot-cv", plot(cv), plot(cv, log = "y", las = 0), plot(once, main = "Once"))
})
