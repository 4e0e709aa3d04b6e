skip_if_no_torch()

fit <- nn_fit(
  mpg ~ wt, mtcars, hidden_units = 4, validation = 0.25, stop_iter = 5, epochs = 60, seed = 1
)
plain <- nn_fit(c ~ u, thermometer)
diverged <- suppressWarnings(
  nn_fit(c ~ u, thermometer, optimizer = "sgd", learn_rate = 1, scale = FALSE)
)

test_that("the prepared table has a row per epoch and part", {
  table <- loss_table(fit)
  lines <- loss_lines(table, NULL)
  expect_identical(levels(lines$part), c("training", "validation"))
  expect_identical(lines$loss, c(table$train_loss, table$valid_loss))
  expect_identical(lines$epoch, rep(table$epoch, 2))
  expect_identical(attr(loss_picture(fit), "best_epoch"), fit$best_epoch)
})

test_that("what is not finite, or not positive on a log scale, is left out", {
  table <- tibble::tibble(epoch = 1:4, train_loss = c(2, 0, Inf, NaN))
  expect_identical(loss_lines(table, NULL)$epoch, 1:2)
  expect_identical(loss_lines(table, NULL, "y")$epoch, 1L)
  expect_refused(loss_lines(table[3:4, ], NULL), "data", "None of the losses can be drawn")
})

test_that("loss curves are drawn: a line each, the best epoch, a legend", {
  calls <- drawn(expect_identical(plot(fit), fit))
  expect_identical(sum(calls == "C_plotXY"), 3L) # the empty frame, and two lines
  expect_true("C_abline" %in% calls)
  expect_true("C_text" %in% calls)
  calls <- drawn(plot(plain))
  expect_identical(sum(calls == "C_plotXY"), 2L)
  expect_false("C_abline" %in% calls)
})

test_that("a loss table draws itself, without the best epoch", {
  expect_false("C_abline" %in% drawn(plot(loss_table(fit))))
})

test_that("a diverged fit can be drawn, also on a log scale", {
  expect_true("C_plotXY" %in% drawn(plot(diverged)))
  expect_true("C_plotXY" %in% drawn(plot(diverged, log = "y")))
})

test_that("one epoch is a point", {
  one <- nn_fit(c ~ u, thermometer, epochs = 1, optimizer = "sgd")
  expect_silent(drawn(plot(one)))
  skip_if_not_installed("ggplot2")
  expect_identical(nrow(layer_of(ggplot2::autoplot(one), "GeomPoint")), 1L)
})

test_that("ggplot2 draws the same lines", {
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, alpha = 0.5)
  line <- layer_of(plot, "GeomLine")
  expect_identical(line$y, loss_lines(loss_table(fit), NULL)$loss)
  expect_identical(unique(line$alpha), 0.5)
  expect_equal(layer_of(plot, "GeomVline")$xintercept, fit$best_epoch)
  expect_rendered(ggplot2::autoplot(loss_table(plain)))
})

test_that("log and linewidth of the wrong kind are refused by name", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 3, seed = 1)
  for (log in list(NULL, "z", NA, 1, c("x", "y"))) {
    expect_refused(plot(loss_table(fit), log = log), "argument", "log must be", from = "plot")
  }
  skip_if_not_installed("ggplot2")
  for (width in list(0, -1, "wide", NA, NULL)) {
    expect_refused(
      ggplot2::autoplot(loss_table(fit), linewidth = width), "argument", "linewidth must be",
      from = "autoplot"
    )
  }
})

test_that("every part of the picture is as it was", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  fit$history <- list(train_loss = c(4, 2, 1))
  early <- with_parts(fit, best_epoch = 2L)
  early$history$valid_loss <- c(6, 3, 5)
  once <- with_parts(fit, history = list(train_loss = 4, valid_loss = 6))
  expect_pictures(
    "plot-loss", plot(fit), plot(early), plot(early, log = "y", xlim = c(0, 9)), plot(once),
    plot(loss_table(early), main = "Table")
  )
  skip_if_no_ggplot_text()
  expect_pictures(
    "autoplot-loss", ggplot2::autoplot(fit), ggplot2::autoplot(early), ggplot2::autoplot(once)
  )
})

test_that("where the penalty grew along the path, losses have a dotted line", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1)
  marks <- penalty_marks(fit)
  expect_length(marks$at, fit$tuning$chosen - 1)
  expect_equal(diff(c(marks$at, nrow(loss_table(fit)))), rep(25, length(marks$at)))
  expect_match(epoch_title(loss_picture(fit)), "penalty grows, to 0.03", fixed = TRUE)
  expect_true("C_abline" %in% drawn(plot(fit)))
  expect_null(penalty_marks(nn_fit(mpg ~ wt, mtcars)))
})
