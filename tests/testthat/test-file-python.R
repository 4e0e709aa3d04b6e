# Files of Python's, read and used, are in test-file.R.

test_that("Python's columns with classes that are embedded are a formula's", {
  made <- list(
    options = list(feature_names = c("a", "g"), n_features = 2L, embed = list(
      list(name = "g", column = 1L, levels = c("u", "v"), size = 1L)
    ), own_model = FALSE), baseline = NULL
  )
  blueprint <- python_parts(made)$blueprint
  forged <- forge_design(
    blueprint, list(), data.frame(g = c("v", "u"), a = c(1, 2)), "newdata", rlang::current_env()
  )
  expect_equal(unname(forged$x), matrix(c(1, 2, 1, 0), 2), ignore_attr = TRUE)
})

test_that("rows are counted, and not at hand", {
  found <- without_rows(list(fitted = matrix(0, 5, 1), validation_rows = 1:2))
  expect_identical(found$rows, c(train = 3L, validation = 2L))
  expect_null(found$fitted)
  expect_true("fitted" %in% names(found))
})

test_that("the outcome is what options say", {
  of <- function(...) python_outcome(list(baseline = NULL), list(...))
  expect_identical(of(levels = c("a", "b"))$kind, "class")
  expect_identical(of(outcome_names = "y")$names, "y")
  expect_null(of()$names)
  expect_identical(python_outcome(list(baseline = list(1)), list())$kind, "survival")
})

test_that("a formula of Python's is known by its text alone", {
  formula <- list(text = "y ~ g*z", variables = list(list(name = "g")))
  expect_identical(formula_of_python(formula), "y ~ g*z")
  expect_null(formula_of_python(NULL))
  expect_null(formula_of_python(list(text = NULL, feature_names = list("a"))))
})

test_that("a fit by a formula of Python's says so where its variables are given", {
  skip_if_not(reticulate::py_module_available("formulaic"), "needs formulaic")
  formulas <- reticulate::import_from_path("nnfit.formulas", path = core_folder())
  core <- reticulate::import_from_path("nnfit.core", path = core_folder())
  rows <- data.frame(y = c(1, 3, 2, 5), z = c(0.5, 1, 2, 4), g = c("a", "b", "a", "b"))
  path <- tempfile(fileext = ".safetensors")
  core$save(formulas$fit_formula("y ~ g*z", lapply(rows, as.list), penalty = 0.1), path)
  fit <- nn_load(path)
  expect_output(print(fit), "In Python: y ~ g*z on 4 rows", fixed = TRUE)
  for (call in list(
    quote(predict(fit, rows)), quote(nn_effects(fit, "z", data = rows)),
    quote(nn_importance(fit, data = list(rows[c("g", "z")], rows$y)))
  )) {
    expect_refused(eval(call), "data", "in Python by the formula y ~ g*z, which R can not")
  }
  columns <- data.frame(
    "g[T.b]" = c(0, 1, 0, 1), z = rows$z, "g[T.b]:z" = c(0, 1, 0, 4), check.names = FALSE
  )
  expect_length(predict(fit, columns), 4)
  nn_save(fit, path)
  expect_output(print(nn_load(path)), "In Python: y ~ g*z", fixed = TRUE)
})
