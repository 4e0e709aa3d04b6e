skip_if_no_torch()

fit <- nn_fit(mpg ~ wt + hp + factor(cyl) + I(qsec > 18), mtcars)
refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_effects")

test_that("variables are named, so many as the type takes", {
  refused(nn_effects(fit, "wq"), "variables must name a variable", "Did you mean wt")
  refused(nn_effects(fit, 1), "variables must be names of variables")
  refused(nn_effects(fit, c("wt", "wt")), "variables must be names")
  refused(nn_effects(fit, c("wt", "hp", "cyl"), type = "partial"), "one variable or two", "not 3")
  expect_identical(nn_effects(fit, c("wt", "hp", "cyl"))$term, c("wt", "hp", "cyl", "cyl"))
  refused(nn_effects(fit, c("wt", "hp"), type = "ice"), "one variable for type ice")
  refused(nn_effects(fit, type = "ale"), "variables must be names")
  refused(nn_effects(fit, c("wt", "cyl"), type = "ale"), "two numbers", "by has a curve")
  refused(nn_effects(fit, "qsec", type = "average"), "The formula makes classes of it")
  expect_identical(nn_effects(fit)$term, c("wt", "hp", "cyl", "cyl"))
})

test_that("what does not go with a type is refused by name", {
  refused(nn_effects(fit, "wt", type = "both"), "type must be one of")
  refused(nn_effects(fit, "wt", type = "ale", center = TRUE), "center goes with type")
  refused(nn_effects(fit, "wt", type = "ale", values = 2), "values goes with type")
  refused(nn_effects(fit, "wt", type = "average", grid = 5), "grid goes with type")
  refused(nn_effects(fit, "wt", grid = 5, values = 2), "grid and values can not both")
  refused(nn_effects(fit, "wt", grid = 1), "grid must be")
  refused(nn_effects(fit, "wt", quantiles = c(1, 0)), "quantiles must be two numbers")
  refused(nn_effects(fit, "wt", curves = 0), "curves must be")
  refused(nn_effects(fit, "wt", level = 2), "level must be")
  refused(nn_effects(fit, "wt", predict_type = "class"), "predict_type must be one of")
  refused(nn_effects(fit, "wt", outcome = "mpg"), "outcome must be NULL for a fit of one outcome")
  classes <- nn_fit(factor(am) ~ wt, mtcars)
  refused(nn_effects(classes, "wt", outcome = "2"), "outcome must be among 0 and 1")
  refused(nn_effects(classes, "wt", outcome = "0", predict_type = "link"),
    "outcome must be among 1", "that of the first is known"
  )
})

test_that("by is a factor, and another variable", {
  refused(nn_effects(fit, "wt", by = "hp"), "by must be a factor", "Two numbers make a surface")
  refused(nn_effects(fit, "cyl", by = "cyl"), "by must be another variable")
  refused(nn_effects(fit, "wt", by = "gear"), "by must name a variable")
})
