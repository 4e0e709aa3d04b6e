skip_if_no_torch()

fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, epochs = 20, seed = 1)
whiches <- c("loss", "observed", "residuals", "curve", "network")

test_that("the loss is drawn first; every picture returns the fit, invisibly", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_identical(drawn(plot(fit)), drawn(plot(fit, "loss")))
  for (which in whiches) expect_invisible(expect_identical(plot(fit, which), fit))
})

test_that("a picture that is drawn is given back, invisibly", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  classes <- nn_fit(Species ~ Petal.Length, iris, hidden_units = 3, epochs = 2, seed = 1)
  tuned <- with_parts(fit, tuning = list(
    penalty = 1:2, valid_loss = 2:3, std_error = c(1, 1), chosen = 1
  ))
  pictures <- c(
    lapply(whiches, make_picture, fit = fit, data = mtcars, xlim = NULL, bias = TRUE, call = NULL),
    list(
      confusion_picture(classes, NULL), probability_picture(classes, NULL),
      tuning_picture(tuned, NULL), activation_table("relu")
    )
  )
  for (picture in pictures) expect_invisible(expect_identical(plot(picture), picture))
})

test_that("linear models and networks, with numbers and classes, have all pictures twice", {
  linear <- nn_fit(mpg ~ wt, mtcars)
  classes <- nn_fit(Species ~ Petal.Length, iris, hidden_units = 3, epochs = 20, seed = 1)
  for (one in list(fit, linear, classes)) {
    for (which in whiches) {
      expect_silent(drawn(plot(one, which)))
      skip_if_not_installed("ggplot2")
      expect_s3_class(ggplot2::autoplot(one, which), "ggplot")
      expect_rendered(ggplot2::autoplot(one, which))
    }
  }
})

test_that("a picture takes no random numbers", {
  set.seed(1)
  before <- .Random.seed
  for (which in whiches) drawn(plot(fit, which))
  expect_identical(.Random.seed, before)
})

test_that("xlim is passed on where it is not the curve's", {
  limits <- recorded(plot(fit, "residuals", xlim = c(0, 50)))$C_plot_window[[1]]
  expect_identical(limits, c(0, 50))
})

test_that("a plot that there is not is refused, with those that there are", {
  expect_error(plot(fit, "everything"), "loss.*network")
})

test_that("predictions that are not finite are refused, with what can be drawn", {
  diverged <- suppressWarnings(
    nn_fit(c ~ u, thermometer, optimizer = "sgd", learn_rate = 1, scale = FALSE, epochs = 1000)
  )
  diverged$fitted[1] <- Inf
  for (which in c("observed", "residuals", "curve")) {
    expect_refused(plot(diverged, which), "data", "not finite", "plot(fit, loss)", from = "plot")
  }
})

test_that("autoplot() is there once ggplot2 is, without being attached", {
  skip_if_not_installed("ggplot2")
  skip_if_not_installed("callr")
  classes <- in_new_session(function() {
    fit <- nn_fit(mpg ~ wt, mtcars)
    class(ggplot2::autoplot(fit))
  })
  expect_true("ggplot" %in% classes)
})

test_that("both systems name the axes of every picture alike", {
  skip_if_not_installed("ggplot2")
  classes <- nn_fit(Species ~ Petal.Length, iris, hidden_units = 3, epochs = 2, seed = 1)
  axes <- list(
    list(fit, "loss", "epoch", "mean squared error"),
    list(fit, "observed", "observed mpg", "predicted mpg"),
    list(fit, "residuals", "fitted mpg", "residual of mpg"),
    list(fit, "curve", "wt", "mpg"),
    list(classes, "observed", "observed class", mosaic_ylab),
    list(classes, "residuals", "observed class", "probability given to it"),
    list(classes, "curve", "Petal.Length", "probability")
  )
  for (axis in axes) {
    names <- unlist(axis[3:4])
    said <- words_of(plot(axis[[1]], axis[[2]]))
    expect_identical(said[2:3], names)
    labels <- ggplot2::autoplot(axis[[1]], axis[[2]])$labels
    expect_identical(unlist(labels[c("x", "y")]), c(x = names[1], y = wrapped(names[2])))
    # That of several panels is drawn last.
    expect_true(labels$title %in% said)
  }
  curves <- ggplot2::autoplot(activation_table("relu"))
  expect_identical(unlist(curves$labels[c("x", "y")]), c(x = "input", y = "output"))
})
