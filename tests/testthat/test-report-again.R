skip_if_no_torch()

test_that("the code gives the same fit again, with the seed that was drawn", {
  set.seed(3)
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 5)
  code <- again_code(fit)
  expect_match(code, "# The seed was drawn for this fit.", fixed = TRUE)
  space <- new.env(parent = globalenv())
  eval(parse(text = sub("library(nnfit)", "nn_fit <- nnfit::nn_fit", code, fixed = TRUE)), space)
  expect_identical(space$fit$fitted, fit$fitted)
  expect_no_match(again_code(nn_fit(mpg ~ wt, mtcars, seed = 7)), "drawn")
})

test_that("a formula that has a name is written out", {
  fm <- mpg ~ wt + hp
  expect_match(again_code(nn_fit(fm, mtcars)), "nn_fit(mpg ~ wt + hp, data = mtcars", fixed = TRUE)
  named <- again_code(nn_fit(data = mtcars, formula = fm))
  expect_match(named, "formula = mpg ~ wt + hp", fixed = TRUE)
  first <- again_code(nn_fit(mtcars, fm))
  expect_match(first, "mpg ~ wt + hp", fixed = TRUE)
  expect_match(first, "mtcars", fixed = TRUE)
  x <- as.matrix(mtcars["wt"])
  expect_match(again_code(nn_fit(x, mtcars$mpg)), "nn_fit(x, mtcars$mpg", fixed = TRUE)
})

test_that("versions are there", {
  table <- versions_table(nn_fit(mpg ~ wt, mtcars))
  expect_identical(table$Version[table$What == "R"], as.character(getRversion()))
  expect_true(all(c("nnfit", "torch", "Python", "Time") %in% table$What))
  expect_false(anyNA(table$Version))
})
