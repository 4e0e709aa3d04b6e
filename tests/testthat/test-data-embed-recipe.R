skip_if_no_torch()
skip_if_no_recipes()

set.seed(1)
d <- data.frame(x = rnorm(90), f = factor(rep(letters[1:15], 6)), g = rep(c("u", "v", "w"), 30))
d$y <- d$x + rnorm(15)[d$f] + rnorm(90, 0, 0.2)
recipe <- recipes::step_center(recipes::recipe(y ~ x + f + g, d), x)
dummies <- recipes::step_dummy(recipe, g)
fit <- function(recipe, embed, ...) {
  nn_fit(recipe, d, hidden_units = 3, embed = embed, epochs = 5, seed = 1, ...)
}

test_that("factors that the steps leave are embedded, as by a formula", {
  made <- fit(dummies, list(f = 2))
  expect_identical(made$columns$names, c("x", "f", "g_v", "g_w"))
  by_formula <- nn_fit(y ~ x + f + g, d, hidden_units = 3, embed = list(f = 2), epochs = 5,
    seed = 1)
  expect_equal(made$history$train_loss, by_formula$history$train_loss, tolerance = 1e-5)
  expect_equal(predict(made, d), predict(by_formula, d), tolerance = 1e-4)
  expect_identical(dimnames(coef(made)$embed.f)[[1]], letters[1:15])
  expect_identical(embedded_names(fit(recipe, list(g = 1, f = 2))), c("f", "g"))
  expect_identical(embedded_names(fit(dummies, TRUE)), "f")
})

test_that("levels that are new are answered by the mean, or as missing", {
  made <- fit(recipe, list(f = 2, g = 1))
  new <- data.frame(x = c(0, 0, 0), f = c("c", "other", NA), g = c("u", "v", "v"))
  expect_warning(answered <- predict(made, new), class = "nnfit_warning_levels")
  expect_identical(unname(is.na(answered)), c(FALSE, FALSE, TRUE))
  expect_warning(missing <- predict(made, new, new_levels = "missing"),
    class = "nnfit_warning_levels")
  expect_identical(unname(is.na(missing)), c(FALSE, TRUE, TRUE))
  by_formula <- nn_fit(y ~ x + f + g, d, hidden_units = 3, embed = list(f = 2, g = 1), epochs = 5,
    seed = 1)
  expect_warning(theirs <- predict(by_formula, new), class = "nnfit_warning_levels")
  expect_equal(answered, theirs, tolerance = 1e-4)
  new$f <- factor(new$f, c("other", "c"))
  expect_warning(as_factor <- predict(made, new), class = "nnfit_warning_levels")
  expect_identical(as_factor, answered)
  held_out <- transform(d[1:10, ], f = as.character(f))
  watched <- fit(recipe, list(f = 2, g = 1), validation = held_out)
  expect_true(all(is.finite(watched$history$valid_loss)))
})

test_that("other factors have to become numbers", {
  expect_refused(fit(recipe, list(f = 2)), "data", "must have numbers after the recipes steps",
    "Of another kind: g", from = "nn_fit")
  expect_refused(fit(dummies, list(h = 2)), "argument", "embed must name factors", "h",
    from = "nn_fit")
})
