images <- withr::with_seed(1, array(rnorm(20 * 2 * 6 * 5), c(20, 2, 6, 5)))
means <- apply(images, 1, mean)
convolution <- function() {
  torch$manual_seed(1L)
  torch$nn$Sequential(
    torch$nn$Conv2d(2L, 3L, 3L), torch$nn$ReLU(), torch$nn$AdaptiveAvgPool2d(1L),
    torch$nn$Flatten(), torch$nn$Linear(3L, 1L)
  )
}

test_that("rows are taken whatever the dimensions", {
  expect_identical(take_rows(1:3, 2), 2L)
  expect_identical(take_rows(matrix(1:4, 2), 2), matrix(c(2L, 4L), 1))
  expect_identical(take_rows(images, c(3, 1)), images[c(3, 1), , , , drop = FALSE])
  expect_identical(dim(take_rows(images, rep(c(TRUE, FALSE), 10))), c(10L, 2L, 6L, 5L))
})

test_that("a row is as bad as the worst of its values", {
  bad <- images
  bad[2, 1, 1, 1] <- Inf
  bad[3, 2, 6, 5] <- NA
  expect_identical(worst_of_rows(bad)[1:4], c(0, Inf, NA, 0))
})

test_that("a module takes an array as Python takes it", {
  skip_if_no_torch()
  fit <- nn_fit(images, means, model = convolution(), epochs = 5, seed = 1)
  expect_equal(nobs(fit), 20)
  expect_equal(predict(fit, images), fitted(fit))
  expect_equal(predict(fit, torch$tensor(images)), fitted(fit))
  expect_equal(predict(fit, images[3:4, , , ]), fitted(fit)[3:4])
  expect_length(predict(fit, images[1, , , , drop = FALSE]), 1)
  expect_identical(dim(fit$scaling$x_center), c(2L, 6L, 5L))
})

test_that("an array means to torch what its rows, laid out by the last dimension first, do", {
  skip_if_no_torch()
  linear <- function(...) {
    torch$manual_seed(1L)
    torch$nn$Sequential(..., torch$nn$Linear(60L, 1L))
  }
  flat <- matrix(aperm(images, c(1, 4, 3, 2)), 20)
  expect_equal(
    fitted(nn_fit(images, means, model = linear(torch$nn$Flatten()), epochs = 20, seed = 1)),
    fitted(nn_fit(flat, means, model = linear(), epochs = 20, seed = 1)),
    tolerance = 1e-5
  )
})

test_that("tensors, batches, validation, replicates and folds work on arrays too", {
  skip_if_no_torch()
  fit <- function(x, ...) nn_fit(x, means, model = convolution(), epochs = 3, seed = 1, ...)
  plain <- fit(images)
  expect_equal(fitted(fit(torch$tensor(images))), fitted(plain))
  held_out <- fit(images, validation = list(images[1:4, , , ], means[1:4]))
  expect_length(loss_table(held_out)$valid_loss, 3)
  expect_identical(nobs(fit(images, validation = 0.25, batch_size = 4)), 15L)
  band <- predict(fit(images, bootstrap = 3), images[1:2, , , ], interval = "confidence")
  expect_identical(colnames(band), c("fit", "lwr", "upr"))
  cv <- nn_cv(images, means, model = convolution(), epochs = 2, folds = 2, seed = 1)
  expect_identical(dim(cv$predicted), c(20L, 1L, 1L))
  same <- nn_cv(torch$tensor(images), means, model = convolution(), epochs = 2, folds = 2, seed = 1)
  expect_equal(same$predicted, cv$predicted)
})

test_that("rows with missing values are left out, and predicted as NA", {
  skip_if_no_torch()
  holed <- images
  holed[3, 1, 2, 2] <- NA
  fit <- nn_fit(holed, means, model = convolution(), epochs = 2, seed = 1)
  expect_equal(nobs(fit), 19)
  without <- nn_fit(images[-3, , , ], means[-3], model = convolution(), epochs = 2, seed = 1)
  expect_equal(fitted(fit), fitted(without))
  expect_identical(which(is.na(predict(fit, holed))), 3L)
  expect_refused(
    nn_fit(holed, means, model = convolution(), na.action = na.fail), "data", "1 row has NA"
  )
})

test_that("what does not fit is refused by name", {
  skip_if_no_torch()
  expect_refused(
    nn_fit(images, means), "data", "x must have rows and columns", "It has 4 dimensions", "model",
    from = "nn_fit"
  )
  expect_refused(nn_fit(array(1:3), 1:3), "argument", "as.matrix(x)")
  expect_refused(nn_cv(array(1:3), 1:3), "argument", "x must be")
  fit <- nn_fit(images, means, model = convolution(), epochs = 2, seed = 1)
  one_channel <- images[, 1, , , drop = FALSE]
  expect_refused(predict(fit, one_channel), "data", "It is of dimensions 20, 1, 6, 5.")
  expect_refused(predict(fit, 3), "data", "It is 3.")
  wrong <- list(images[1, , , ], images[, , 1:3, ], one_channel, means, matrix(1, 2, 2))
  for (new in wrong) {
    expect_refused(predict(fit, new), "data", "newdata must be an array", "rows, 2, 6, 5")
  }
  expect_refused(
    nn_fit(images, means, model = convolution(), validation = list(images[, , 1:3, ], means)),
    "data", "validation must be an array"
  )
  text <- array("a", c(20, 2, 6, 5))
  expect_refused(nn_fit(text, means, model = convolution()), "data", "an array of numbers")
  expect_refused(
    nn_fit(images[0, , , , drop = FALSE], numeric(), model = convolution()), "data", "has none"
  )
  expect_refused(nn_fit(images, means[1:4], model = convolution()), "data", "x has 20, y has 4")
})

test_that("without scaling a module may take images of another size", {
  skip_if_no_torch()
  fit <- nn_fit(images, means, model = convolution(), scale = FALSE, epochs = 2, seed = 1)
  expect_length(predict(fit, images[, , 1:4, ]), 20)
  expect_refused(predict(fit, images[, 1, , , drop = FALSE]), "data", "newdata must be an array")
})
