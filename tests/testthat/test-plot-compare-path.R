skip_if_no_torch()

made <- lm_compare(
  c ~ u, thermometer, methods = c("qr", plain = "sgd", raw = "sgd"),
  scale = c(plain = 0.1, raw = FALSE), learn_rate = 0.01, epochs = 3
)

test_that("the path is that of the coefficients, and the room that of those that stayed", {
  picture <- path_picture(made, NULL)
  plain <- picture[picture$method == "plain", ]
  expect_equal(unname(as.matrix(plain[c("x", "y")])), unname(made$methods$plain$path[, 2:3]))
  room <- attr(picture, "room")
  expect_true(all(room$y > -1 & room$y < 2))
  expect_true(room$x[1] < -17.3)
})

test_that("the contours are of the excess over the least mean loss", {
  surface <- attr(path_picture(made, NULL), "surface")
  a <- surface$x[7]
  b <- surface$y[50]
  excess <- mean((thermometer$c - a - b * thermometer$u)^2) - mean(residuals(made$reference)^2)
  expect_equal(surface$z[7, 50], excess)
  expect_gte(min(surface$z), 0)
})

test_that("of classes they are of the deviance", {
  classes <- lm_compare(am ~ wt, mtcars, methods = "lbfgs", family = binomial())
  surface <- attr(path_picture(classes, NULL), "surface")
  p <- plogis(surface$x[30] + surface$y[40] * mtcars$wt)
  deviance <- -2 * sum(dbinom(mtcars$am, 1, p, log = TRUE))
  expect_equal(surface$z[30, 40], (deviance - deviance(classes$reference)) / 32)
})

test_that("every part of the picture is as it was", {
  # A coarse surface: each number of it is in the text.
  picture <- path_picture(made, NULL)
  attr(picture, "surface") <- loss_surface(made, attr(picture, "room"), NULL, cells = 4)
  expect_pictures("plot-compare-path", plot(picture))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-compare-path", ggplot2::autoplot(picture))
})
