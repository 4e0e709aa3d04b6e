skip_if_no_torch()

test_that("a numeric prediction is a named vector, as predict.lm() gives it", {
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
  expected <- predict(lm(mpg ~ wt + factor(cyl), mtcars), mtcars[3:5, ])
  expect_equal(predict(fit, mtcars[3:5, ]), expected, tolerance = 1e-8)
  expect_equal(predict(fit), predict(fit, mtcars))
  expect_equal(predict(fit, mtcars, type = "link"), predict(fit, mtcars))
})

test_that("two classes: probability of the second, both, the class, the logit", {
  fit <- nn_fit(factor(am, labels = c("auto", "manual")) ~ wt, mtcars)
  reference <- glm(am ~ wt, binomial, mtcars)
  response <- predict(fit, mtcars)
  expect_equal(response, predict(reference, mtcars, "response"), tolerance = 1e-4)
  expect_equal(predict(fit, mtcars, "link"), predict(reference, mtcars), tolerance = 1e-4)
  prob <- predict(fit, mtcars, "prob")
  expect_identical(colnames(prob), c("auto", "manual"))
  expect_equal(prob[, "manual"], response)
  expect_identical(predict(fit, mtcars, "class"),
    setNames(factor(ifelse(response > 0.5, "manual", "auto")), rownames(mtcars)))
})

test_that("more classes: probabilities that add up to 1", {
  fit <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 50, seed = 1)
  prob <- predict(fit, iris[c(1, 51, 101), ], "prob")
  expect_identical(dimnames(prob), list(c("1", "51", "101"), levels(iris$Species)))
  expect_equal(unname(rowSums(prob)), rep(1, 3), tolerance = 1e-6)
  class <- predict(fit, iris, "class")
  expect_identical(levels(class), levels(iris$Species))
  expect_identical(unname(class), factor(levels(class)[max.col(predict(fit, iris))], levels(class)))
})

test_that("the link of a mean and a variance has both, by name", {
  fit <- nn_fit(mpg ~ wt, mtcars, loss = "gaussian_nll", bootstrap = 3, seed = 1)
  link <- predict(fit, mtcars, type = "link")
  expect_identical(dimnames(link), list(rownames(mtcars), c("mean", "log_variance")))
  expect_equal(link[, "mean"], predict(fit, mtcars))
  expect_equal(predict(fit), fitted(fit))
  limits <- predict(fit, mtcars[1:2, ], type = "link", interval = "confidence")
  expect_named(limits, c("mean", "log_variance"))
  expect_equal(limits$log_variance[, "fit"], link[1:2, "log_variance"])
  gone <- data.frame(wt = NA_real_)
  expect_identical(dim(predict(fit, gone, type = "link")), 1:2)
  expect_identical(unname(predict(fit, gone)), NA_real_)
  expect_identical(dim(predict(fit, gone, type = "link", interval = "confidence")$mean), c(1L, 3L))
})

test_that("a loss with arguments has probabilities as it has without", {
  fit <- nn_fit(Species ~ ., iris, loss = list("cross_entropy", label_smoothing = 0.1), epochs = 2)
  expect_identical(colnames(predict(fit, iris, "prob")), levels(iris$Species))
})

test_that("every loss for classes predicts classes", {
  for (loss in c("cross_entropy", "nll", "multi_margin")) {
    fit <- nn_fit(Species ~ ., iris, loss = loss, hidden_units = 8, seed = 1)
    expect_gt(mean(predict(fit, iris, "class") == iris$Species), 0.9)
  }
  for (loss in c("bce_with_logits", "bce", "soft_margin", "cross_entropy")) {
    fit <- nn_fit(factor(am) ~ wt + qsec, mtcars, loss = loss, hidden_units = 8, seed = 1)
    expect_gt(mean(predict(fit, mtcars, "class") == mtcars$am), 0.9)
  }
})

test_that("a row with a missing predictor predicts NA", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  new <- data.frame(wt = c(3, NA, 2))
  expect_identical(unname(is.na(predict(fit, new))), c(FALSE, TRUE, FALSE))
  classes <- nn_fit(factor(am) ~ wt, mtcars)
  expect_identical(unname(is.na(predict(classes, new, "class"))), c(FALSE, TRUE, FALSE))
  expect_identical(unname(predict(fit, data.frame(wt = NA_real_))), NA_real_)
})

test_that("no rows give no predictions, as with lm()", {
  network <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2)
  expect_length(predict(nn_fit(mpg ~ wt + factor(cyl), mtcars), mtcars[0, ]), 0)
  expect_length(predict(nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg), matrix(0, 0, 1)), 0)
  expect_identical(dim(predict(network, iris[0, ])), c(0L, 3L))
  expect_identical(unname(predict(network, iris[0, ], "class")), iris$Species[0])
})

test_that("what can not be predicted is refused from predict()", {
  refused <- function(...) expect_refused(..., from = "predict")
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused(predict(fit, mtcars, "prob"), "argument", "type prob is for an outcome of classes")
  refused(predict(fit, mtcars["hp"]), "data", "newdata must have the columns", "Missing: wt")
  refused(predict(fit, data.frame(wt = c(1, Inf))), "data", "newdata must not have", "1 row has")
  refused(predict(fit, TRUE), "data", "newdata must be a data frame")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(predict(network, type = "link"), "argument", "newdata must be given")
  margin <- nn_fit(Species ~ ., iris, loss = "multi_margin", epochs = 2, seed = 1)
  refused(
    predict(margin, iris, "prob"), "argument",
    "type prob needs probabilities", "the scores of the loss multi_margin are none",
    "Leave loss out of the fit"
  )
  expect_error(predict(fit, mtcars, "probs"), "prob")
})

test_that("classes that are ordered are so in predictions, of files and of networks, too", {
  data <- transform(iris, Species = factor(Species, rev(levels(Species)), ordered = TRUE))
  fit <- nn_fit(Species ~ ., data, hidden_units = 3, epochs = 100, seed = 1)
  predicted <- predict(fit, data, type = "class")
  expect_s3_class(predicted, "ordered")
  expect_identical(levels(predicted), levels(data$Species))
  expect_identical(predict(fit, type = "class"), predicted)
  expect_true(all(predicted[predicted < "versicolor"] == "virginica"))
  gone <- transform(data[1:3, ], Petal.Width = c(NA, 1, 2))
  expect_s3_class(predict(fit, gone, type = "class"), "ordered")
  # Names of the classes in another order are still the same classes.
  watched <- nn_fit(Species ~ ., data, validation = iris[c(1, 51, 101), ],
    optimizer = "adam", epochs = 3, seed = 1)
  expect_s3_class(predict(watched, data, type = "class"), "ordered")
  two <- nn_fit(as.matrix(mtcars["wt"]), factor(mtcars$am, 0:1, c("no", "yes"), ordered = TRUE))
  expect_s3_class(predict(two, as.matrix(mtcars["wt"]), "class"), "ordered")
  expect_equal(predict(two, as.matrix(mtcars["wt"])), predict(two), tolerance = 1e-14)
  plain <- nn_fit(Species ~ ., iris, optimizer = "adam", epochs = 3)
  expect_identical(class(predict(plain, iris, type = "class")), "factor")
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_identical(plot(fit, "observed"), fit)
  # Of a version that did not keep the order
  fit$outcome$ordered <- NULL
  expect_identical(class(predict(fit, data, type = "class")), "factor")
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(two, path)
  expect_s3_class(predict(readRDS(path), as.matrix(mtcars["wt"]), "class"), "ordered")
})

test_that("of classes that are as probable the first is predicted", {
  values <- matrix(0.5, 40, 2)
  values[2, ] <- NA
  classes <- as_class(values, list(levels = c("b", "a")), NULL)
  expect_identical(classes, factor(rep(c("b", NA, "b"), c(1, 1, 38)), c("b", "a")))
})

test_that("the link of a linear fit's own rows is that of glm(), with places kept", {
  data <- transform(mtcars, hp = replace(hp, c(3, 9), NA))
  fit <- nn_fit(am ~ hp, data, loss = "bce_with_logits", na.action = na.exclude)
  expected <- glm(am ~ hp, binomial, data, na.action = na.exclude)
  expect_equal(predict(fit, type = "link"), predict(expected), tolerance = 1e-6)
  data$hp <- rev(data$hp)
  expect_refused(
    predict(fit, type = "link"), "argument", "predict() reads the rows", from = "predict"
  )
})
