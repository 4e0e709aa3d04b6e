call <- NULL

forge <- function(design, data) {
  columns <- list(names = colnames(design$x), number = ncol(design$x))
  forge_design(design$blueprint, columns, data, "newdata", call)
}

test_that("new data come out by the training data's recipe", {
  plain <- design_matrix(as.matrix(mtcars[2:4]), call)
  expect_equal(forge(plain, mtcars[1:2, 4:2])$x, plain$x[1:2, ], ignore_attr = TRUE)
  expect_refused(forge(plain, mtcars[2:3]), "data", "newdata must have the columns", "Missing: hp")
  expect_refused(
    forge(design_matrix(matrix(0, 2, 3), call), matrix(0, 2, 2)), "data",
    "matrix of 3 columns of numbers", "It has 2"
  )
  frame <- design_data_frame(mtcars[2:4], call)
  expect_equal(forge(frame, mtcars[1:2, ])$x, frame$x[1:2, ], ignore_attr = TRUE)
})

test_that("a data frame may have factors, strings and logicals", {
  mixed <- data.frame(n = c(1, 2, 3), f = factor(c("a", "b", "a")), l = c(TRUE, FALSE, TRUE))
  expect_identical(colnames(design_data_frame(mixed, call)$x), c("n", "fb", "lTRUE"))
  expect_identical(colnames(design_data_frame(mtcars[2:3], call)$x), c("cyl", "disp"))
})

test_that("a recipe is prepared and applied", {
  skip_if_no_recipes()
  recipe <- recipes::step_center(recipes::recipe(mpg ~ wt + hp, mtcars), recipes::all_predictors())
  design <- design_recipe(recipe, mtcars, call)
  expect_equal(colMeans(design$x), c(wt = 0, hp = 0))
  expect_named(design$y, "mpg")
  expect_identical(design$arg, "data")
  expect_identical(design$row_names, row.names(mtcars))
  holes <- transform(mtcars, wt = replace(wt, 3, NA))
  fewer <- recipes::step_naomit(recipes::recipe(mpg ~ wt + hp, holes), wt)
  expect_null(design_recipe(fewer, holes, call)$row_names)
})

test_that("a double matrix is taken as it is, without a copy", {
  x <- matrix(0, 10, 2)
  expect_identical(rlang::obj_address(design_matrix(x, call)$x), rlang::obj_address(x))
  columns <- list(names = NULL, number = 2L)
  expect_identical(rlang::obj_address(match_columns(x, columns, "x", call)), rlang::obj_address(x))
  expect_type(design_matrix(matrix(1:4, 2), call)$x, "double")
})

test_that("a design knows its argument, and which of the rows that were given it has", {
  design <- design_matrix(as.matrix(mtcars[1:4, 2:3]), call)
  expect_identical(design$arg, "x")
  expect_true(design$intercept)
  expect_identical(design$given, 4L)
  expect_identical(design$kept, 1:4)
  expect_identical(design$row_names, row.names(mtcars)[1:4])
  expect_identical(design$columns, list(names = c("cyl", "disp"), number = 2L, kind = "numeric"))
})
