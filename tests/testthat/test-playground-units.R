skip_if_no_torch()

expect_adds_up <- function(run) {
  parts <- unit_parts(run$fit, run$rows$x)
  together <- rowSums(parts$parts) + parts$constant
  expect_equal(together, as.vector(run$fit$fitted), tolerance = 1e-5)
  parts
}

test_that("what the units add, and the constant, are the curve", {
  expect_identical(dim(expect_adds_up(play_run())$parts), c(11L, 4L))
  expect_adds_up(play_run(scale = FALSE, activation = "silu"))
  expect_identical(ncol(expect_adds_up(play_run(units_1 = 3, units_2 = 5))$parts), 5L)
  expect_adds_up(play_run(activation = "prelu"))
  expect_adds_up(play_run(activation = "softmax"))
  expect_adds_up(own_run(mpg ~ poly(wt, 2), mtcars))
  expect_adds_up(play_run(held = list(norm = "layer_norm", bias = FALSE)))
  expect_adds_up(play_run(units_2 = 4, held = list(residual = TRUE, dropout = 0.1)))
})

test_that("one unit by hand", {
  run <- play_run(units_1 = 1, scale = FALSE, activation = "tanh")
  p <- coef(run$fit)
  value <- tanh(c(p[["0.weight"]]) * thermometer$u + c(p[["0.bias"]])) * c(p[["2.weight"]])
  expect_equal(unit_parts(run$fit, thermometer$u)$parts[, 1], value, tolerance = 1e-6)
})

test_that("a dead unit is flat, and a live one is not", {
  dead <- play_lesson("dead")
  expect_identical(unit_parts(dead$fit, dead$rows$x)$flat, rep(TRUE, 4))
  live <- play_run()
  expect_identical(unit_parts(live$fit, live$rows$x)$flat, rep(FALSE, 4))
})

test_that("a line has no units", {
  expect_null(unit_parts(play_run(units_1 = 0)$fit, 1:3))
})
