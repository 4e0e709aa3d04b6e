skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, validation = 0.25, epochs = 60, seed = 1)
two <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars)

test_that("the prepared table has each row's observed and predicted value", {
  table <- observed_picture(fit, NULL)
  expect_identical(table$observed, mtcars$mpg)
  expect_identical(table$predicted, unname(fitted(fit)))
  expect_identical(which(table$part == "validation"), sort(fit$validation_rows))
  expect_identical(attr(table, "labels"), c("observed mpg", "predicted mpg"))
})

test_that("several outcomes follow each other, each with its own values", {
  table <- observed_picture(two, NULL)
  expect_identical(as.character(unique(table$panel)), c("mpg", "qsec"))
  qsec <- table[table$panel == "qsec", ]
  expect_identical(qsec$observed, mtcars$qsec)
  expect_identical(qsec$predicted, unname(fitted(two)[, "qsec"]))
})

test_that("outcomes beyond what can be read are left out, with a warning", {
  many <- nn_fit(as.matrix(mtcars["wt"]), as.matrix(mtcars[rep("mpg", 13)]))
  expect_warning(table <- observed_picture(many, NULL), class = "nnfit_warning_outcomes")
  expect_identical(nrow(table), 12L * 32L)
})

test_that("points, the line of equality and a legend are drawn, with the user's arguments", {
  calls <- recorded(expect_identical(plot(fit, "observed", main = "Mine", col = "red"), fit))
  line <- calls$C_abline
  expect_identical(unlist(line[1:2]), c(0, 1))
  expect_identical(calls$C_mtext[[1]], "Mine")
  expect_identical(calls$C_plotXY[[5]], "red")
  expect_true("validation" %in% texts(plot(fit, "observed")))
  limits <- calls$C_plot_window
  expect_identical(limits[[1]], limits[[2]])
})

test_that("a panel per outcome, and the user's settings stay", {
  expect_identical(sum(drawn(plot(two, "observed")) == "C_plot_new"), 2L)
  expect_par_kept(plot(two, "observed"))
  expect_par_kept(plot(fit, "observed"))
})

test_that("ggplot2 draws the same points", {
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(fit, "observed", alpha = 0.3)
  points <- layer_of(plot, "GeomPoint")
  expect_setequal(points$y, unname(fitted(fit)))
  expect_identical(unique(points$alpha), 0.3)
  expect_rendered(plot)
  expect_rendered(ggplot2::autoplot(two, "observed"))
})

test_that("every part of the picture is as it was", {
  few <- data.frame(x = 1:6, y = c(2, 1, 4, 3, 6, 5), z = c(200, 300, 100, 600, 500, 400))
  one <- nn_fit(y ~ x, few)
  held_out <- with_parts(one, validation_rows = c(2L, 6L))
  both <- nn_fit(cbind(y, z) ~ x, few)
  expect_pictures(
    "plot-observed", plot(one, "observed"), plot(held_out, "observed", las = 2),
    plot(both, "observed", main = "Both")
  )
  skip_if_no_ggplot_text()
  expect_pictures(
    "autoplot-observed", ggplot2::autoplot(one, "observed"),
    ggplot2::autoplot(held_out, "observed"), ggplot2::autoplot(both, "observed")
  )
})
