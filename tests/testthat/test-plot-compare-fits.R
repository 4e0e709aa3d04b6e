skip_if_no_torch()

made <- lm_compare(
  c ~ u, thermometer, methods = c("qr", raw = "sgd"), scale = FALSE, learn_rate = 0.01, epochs = 1
)

test_that("lines are what each method fits, and a line far away leaves the picture", {
  picture <- fits_picture(made, NULL)
  order <- order(thermometer$u)
  expect_equal(picture$y[picture$method == "qr"], unname(fitted(made$reference))[order])
  calls <- recorded(plot(made))
  lines <- calls[names(calls) == "C_plotXY"]
  expect_length(lines, 3)
  expect_equal(lines[[1]][[1]]$y, thermometer$c)
  expect_equal(range(near_data(picture)), range(thermometer$c, fitted(made$reference)))
})

test_that("the points have the colour and the symbol that the user asks for", {
  calls <- recorded(plot(made, "fits", col = 2, pch = 3, cex = 2))
  expect_identical(calls$C_plotXY[[3]], 3)
  expect_identical(calls$C_plotXY[[5]], 2)
  expect_identical(calls$C_plotXY[[7]], 2)
})

test_that("R's line is drawn before those that lie on it, wherever it is named", {
  last <- lm_compare(c ~ u, thermometer, methods = c("analytic", "qr"))
  calls <- recorded(plot(last))
  lines <- calls[names(calls) == "C_plotXY"][2:3]
  expect_identical(lines[[1]][[5]], colours$reference)
  expect_false(lines[[2]][[5]] == colours$reference)
  skip_if_not_installed("ggplot2")
  drawn <- layer_of(ggplot2::autoplot(last), "GeomLine")
  expect_identical(unique(drawn$colour[drawn$group == 1]), colours$reference)
})

test_that("every part of the picture is as it was", {
  expect_pictures("plot-compare-fits", plot(made), plot(made, main = "Fits", xlab = "unknown"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-compare-fits", ggplot2::autoplot(made))
})
