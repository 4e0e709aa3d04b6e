test_that("fifty random networks predict what torch predicts", {
  skip_if_no_torch()
  shapes <- character()
  for (number in 1:50) {
    asked <- random_network(number)
    fit <- suppressWarnings(do.call(nn_fit, asked))
    new <- asked$data[1:25, ]
    new$a[3] <- NA
    expect_scored(fit, new, info = number)
    expect_scored(fit, new, type = "link", info = number)
    shapes <- c(shapes, unlist(fit$options$norm), fit$options$dtype, if (fit$options$skip) "skip",
      if (fit$options$residual) "residual", if (fit$options$members > 1) "members",
      if (length(fit$options$embed)) "embed", if (fit$options$has_offset) "offset",
      if (fit$options$dropout > 0) "dropout"
    )
  }
  every <- c(
    "batch_norm", "layer_norm", "float32", "float64", "skip", "residual", "members", "embed",
    "offset", "dropout"
  )
  expect_true(all(every %in% shapes))
})

test_that("norms have their arguments", {
  skip_if_no_torch()
  norms <- list(
    list("batch_norm", eps = 0.1, affine = FALSE), list("batch_norm", momentum = NULL),
    list("layer_norm", eps = 0.5, elementwise_affine = FALSE), "identity",
    list("layer_norm", bias = FALSE)
  )
  for (norm in norms) {
    for (members in 1:2) {
      fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(4, 4), norm = norm, epochs = 3,
        seed = 1, dtype = "float64", members = members, residual = TRUE
      )
      expect_scored(fit, mtcars, info = deparse1(norm))
    }
  }
})

test_that("models without columns, or without an intercept, and aliased columns", {
  skip_if_no_torch()
  expect_scored(nn_fit(mpg ~ 1, mtcars), mtcars[1:3, ])
  expect_scored(nn_fit(mpg ~ wt + 0, mtcars), mtcars)
  expect_scored(suppressWarnings(nn_fit(mpg ~ wt + I(2 * wt), mtcars)), mtcars)
  expect_scored(nn_fit(as.matrix(mtcars[-1]), mtcars$mpg, hidden_units = 3, epochs = 3),
    as.matrix(mtcars[-1]))
  expect_scored(nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 2), mtcars[0, ])
})

test_that("a place of a stack has the other dimensions", {
  stacked <- array(1:24, 2:4)
  expect_identical(one_of_stack(stacked, 2), stacked[2, , ])
  expect_identical(dim(one_of_stack(array(1:24, c(2, 1, 3, 4)), 1)), c(1L, 3L, 4L))
  expect_identical(dim(one_of_stack(array(1:6, c(2, 3, 1)), 1)), c(3L, 1L))
  expect_identical(one_of_stack(array(1:3, 3), 2), 2L)
  expect_identical(one_of_stack(1:3, 2), 2L)
})
