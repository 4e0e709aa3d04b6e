kinds <- c(n = "number", t = "text", f = "factor", o = "ordered", l = "logical", d = "date32[day]")

test_that("a frame without rows has the kinds of the columns", {
  frame <- parquet_frame(kinds)
  expect_identical(nrow(frame), 0L)
  expect_identical(names(frame), names(kinds))
  expect_true(is.ordered(frame$o))
  expect_refused(check_columns(frame, "data", NULL), "data", "Of another kind: d (date32[day])")
})

test_that("a few rows stand for all: every level, and the range of numbers", {
  found <- list(
    levels = list(t = c("a", "b", "c"), o = c("lo", "hi"), l = c("FALSE", "TRUE")),
    ranges = list(n = c(-1, 5))
  )
  frame <- parquet_frame(kinds[c("n", "t", "o", "l")], found)
  expect_identical(range(frame$n), c(-1, 5))
  expect_identical(levels(frame$t), c("a", "b", "c"))
  expect_identical(levels(frame$o), c("lo", "hi"))
  expect_setequal(frame$l, c(TRUE, FALSE))
  numbers <- parquet_frame(kinds["n"], list(levels = list(), ranges = list(n = 1:2)))
  expect_identical(nrow(numbers), 2L)
})

test_that("strings are sorted as factor() sorts them; a factor keeps its order", {
  expect_identical(r_levels(list("B", "a"), "text"), levels(factor(c("B", "a"))))
  expect_identical(r_levels(list("z", "a"), "factor"), c("z", "a"))
  expect_identical(r_levels(list("false", "true"), "logical"), c("FALSE", "TRUE"))
})

test_that("a path that can not be is refused before Python starts", {
  refused <- function(path, ...) expect_refused(check_path(path, "data", NULL), "data", ...)
  refused("no\xffwhere", "data must be the path of a Parquet file", "does not exist")
  refused("nowhere", "data must be the path of a Parquet file", "nowhere does not exist")
  folder <- withr::local_tempdir()
  refused(folder, "or a folder of them", "has none")
  dir.create(file.path(folder, "year=2020"))
  file.create(file.path(folder, "year=2020", "part.parquet"))
  expect_no_error(check_path(folder, "data", NULL))
})

test_that("missing values are counted by column and row", {
  found <- list(bad = list(a = 2L, b = 0L), bad_rows = 2L)
  expect_refused(check_complete(found, "data", NULL), "data", "2 rows have NULL", "in a (2)")
  expect_no_error(check_complete(list(bad = list(a = 0L), bad_rows = 0L), "data", NULL))
})

test_that("without pyarrow the error says what to run", {
  skip_if_no_torch()
  error <- in_new_session(function() {
    reticulate::py_run_string("import sys; sys.modules['pyarrow'] = None")
    file <- tempfile()
    file.create(file)
    tryCatch(nn_fit(y ~ x, file), error = identity)
  })
  expect_s3_class(error, "nnfit_error_python")
  expect_match(flat_message(error), "pyarrow, which could not be loaded", fixed = TRUE)
  expect_match(conditionMessage(error), "install_nnfit(packages = \"pyarrow\")", fixed = TRUE)
  expect_identical(rlang::call_name(conditionCall(error)), "nn_fit")
})
