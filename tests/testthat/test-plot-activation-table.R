skip_if_no_torch()

test_that("the values are the activations'", {
  table <- activation_table(c("relu", "Tanh", "sigmoid"), c(-1, 0, 2))
  expect_s3_class(table, c("nn_activation_table", "tbl_df"))
  expect_identical(levels(table$activation), c("relu", "tanh", "sigmoid"))
  expect_identical(table$input, rep(c(-1, 0, 2), 3))
  expect_equal(table$output, c(0, 0, 2, tanh(c(-1, 0, 2)), stats::plogis(c(-1, 0, 2))))
})

test_that("all of the catalog, without a name", {
  table <- activation_table(input = 1)
  expect_identical(as.character(table$activation), catalog("activation")$name)
  expect_equal(activation_table("relu")$input, -150:150 / 50)
})

test_that("torch's arguments count, and are in the panel's name", {
  table <- activation_table(list("leaky_relu", negative_slope = 0.1), -1)
  expect_identical(as.character(table$activation), "leaky_relu(negative_slope = 0.1)")
  expect_equal(table$output, -0.1)
  two <- activation_table(list("relu", list("elu", alpha = 2), "relu"), c(-1, 1))
  expect_identical(nrow(two), 4L)
})

test_that("what is not an activation, or not a number, is refused", {
  refused <- function(...) expect_refused(..., from = "activation_table")
  refused(activation_table("rellu"), "argument", "activation", "relu")
  refused(activation_table(input = "a"), "argument", "input must be finite numbers")
  refused(activation_table(input = numeric()), "argument", "finite numbers, one at least")
  refused(activation_table(input = c(1, NA)), "argument", "input must be finite numbers")
})

test_that("a panel each is drawn, square, and the user's settings stay", {
  table <- activation_table(c("relu", "tanh", "elu"))
  calls <- drawn(expect_identical(plot(table), table))
  expect_identical(sum(calls == "C_plot_new"), 3L)
  expect_true(all(c("relu", "tanh", "elu") %in% unlist(recorded(plot(table)))))
  expect_par_kept(plot(table))
  expect_silent(drawn(plot(activation_table("relu"), main = "Mine", xlab = "z")))
})

test_that("ggplot2 draws the same", {
  skip_if_not_installed("ggplot2")
  table <- activation_table(c("relu", "tanh"))
  plot <- ggplot2::autoplot(table)
  expect_equal(layer_of(plot, "GeomLine")$y, table$output)
  expect_rendered(plot)
})

test_that("every part of the picture is as it was", {
  one <- activation_table("relu", input = c(-1, 0, 1))
  two <- activation_table(list("relu", list("leaky_relu", negative_slope = 0.5)), c(-2, 1))
  expect_pictures("plot-activation-table", plot(one), plot(two, main = "Two"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-activation-table", ggplot2::autoplot(one), ggplot2::autoplot(two))
})
