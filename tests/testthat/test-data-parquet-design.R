# The core's arithmetic, in R: a plan's terms applied to a data frame.
apply_plan <- function(plan, data) {
  block <- function(factor) {
    column <- data[[factor[[1]]]]
    if (is.null(factor[[2]])) return(matrix(column))
    levels <- unlist(plan$levels[[factor[[1]]]])
    text <- if (is.logical(column)) tolower(column) else as.character(column)
    factor[[2]][match(text, levels), , drop = FALSE]
  }
  product <- function(a, b) do.call(cbind, lapply(seq_len(ncol(b)), function(j) a * b[, j]))
  do.call(cbind, lapply(plan$terms, function(term) Reduce(product, lapply(term, block))))
}

data <- transform(mtcars,
  cyl = factor(cyl), gear = ordered(gear), am = am == 1, vs = c("v", "s")[vs + 1]
)

expect_plan <- function(formula, data) {
  design <- design_formula(formula, data, NULL)
  expect_equal(apply_plan(parquet_design(design$blueprint), data), unname(design$x),
    ignore_attr = TRUE)
}

test_that("a plan makes the columns of model.matrix(), in its order", {
  expect_plan(mpg ~ wt + hp, data)
  expect_plan(mpg ~ ., data)
  expect_plan(mpg ~ wt * cyl * am + vs, data)
  expect_plan(mpg ~ cyl:wt + gear, data)
  expect_plan(mpg ~ cyl:gear, data)
  expect_plan(mpg ~ wt + gear:am - 1, data)
  expect_plan(mpg ~ wt + vs + cyl - 1, data)
  expect_plan(mpg ~ am:wt - 1, data)
  expect_plan(mpg ~ wt:cyl + cyl, data)
  expect_plan(mpg ~ cyl %in% am + wt, data)
  withr::local_options(contrasts = c("contr.helmert", "contr.sum"))
  expect_plan(mpg ~ cyl * gear, data)
})

test_that("names may need quoting", {
  odd <- data.frame(y = 1:6, a = rep(c("u", "v"), 3), b = c(2, 1, 3, 4, 6, 5))
  names(odd) <- c("y", "a b", "x/1")
  expect_plan(y ~ `a b` * `x/1`, odd)
})

test_that("levels are those that arrow writes", {
  plan <- parquet_design(design_formula(mpg ~ am + vs, data, NULL)$blueprint)
  expect_identical(plan$levels, list(am = list("false", "true"), vs = list("s", "v")))
  text <- transform(data, am = as.character(am))
  plan <- parquet_design(design_formula(mpg ~ am, text, NULL)$blueprint)
  expect_identical(plan$levels, list(am = list("FALSE", "TRUE")))
})

test_that("outcome and weights are named", {
  blueprint <- design_formula(mpg ~ wt, data, NULL)$blueprint
  plan <- parquet_design(blueprint, list(columns = "vs", levels = list(vs = c("s", "v"))), "hp")
  expect_identical(plan$outcome, list("vs"))
  expect_identical(plan$levels, list(vs = list("s", "v")))
  expect_identical(plan$weights, "hp")
  expect_null(names(plan$terms[[1]]))
  expect_identical(plan$terms, list(list(list("wt", NULL))))
})
