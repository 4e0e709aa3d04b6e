# An editor in which something is selected; gives what is inserted.
inserted <- function(selected) {
  text <- NULL
  insert_first_fit(list(selected = function() selected, insert = function(code) text <<- code))
  text
}

test_that("the code is of the data frame that is selected, and runs", {
  code <- inserted("iris")
  expect_match(code, "nn_fit(Species ~ ., data = iris, hidden_units = 16, progress = \"plot\")",
    fixed = TRUE)
  expect_no_error(parse(text = code))
  expect_no_match(code, "${", fixed = TRUE)
  expect_match(inserted(" datasets::mtcars\n"), "mpg ~ ., data = datasets::mtcars", fixed = TRUE)
  expect_match(inserted("no_such_data"), "outcome ~ ., data = no_such_data", fixed = TRUE)
})

test_that("code that is selected is not run", {
  expect_match(inserted("stop('run')"), "data = ")
  expect_match(inserted("x <- ("), "data = ")
})

test_that("without a selection it is the one data frame of the workspace", {
  env <- new.env()
  expect_identical(chosen_frame("", env), list(name = "data", data = NULL))
  env$number <- 1
  env$`my data` <- mtcars
  expect_identical(chosen_frame("", env), list(name = "`my data`", data = mtcars))
  env$other <- iris
  expect_identical(chosen_frame("", env)$name, "data")
  expect_identical(chosen_frame("other", env)$data, iris)
})

test_that("any name of a column is written so that it can be read", {
  odd <- data.frame(`a \\ b` = 1:2, x = 3:4, check.names = FALSE)
  code <- first_fit_code("odd", odd)
  fit <- Filter(function(one) rlang::is_call(one, "<-"), as.list(parse(text = code)))[[1]]
  expect_identical(all.vars(fit[[3]][[2]]), c("a \\ b", "."))
})

test_that("the outcome is the one factor, or the first column", {
  expect_identical(likely_outcome(iris), "Species")
  expect_identical(likely_outcome(mtcars), "mpg")
  expect_identical(likely_outcome(warpbreaks), "breaks") # two factors
  expect_length(likely_outcome(NULL), 0)
})

test_that("the snippet fits, and makes its page", {
  skip_if_no_torch()
  skip_if_not_installed("htmltools")
  withr::local_dir(withr::local_tempdir())
  code <- sub("progress = \"plot\"", "epochs = 5", inserted("iris"), fixed = TRUE)
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  capture.output(eval(parse(text = sub("library(nnfit)", "", code, fixed = TRUE)),
    new.env(parent = environment(nn_fit))))
  expect_true(file.exists("fit.html"))
})

test_that("outside RStudio it is refused", {
  expect_error(
    rstudio_editor(NULL, function() FALSE), class = "nnfit_error_argument", "editor of RStudio"
  )
  if (!has_rstudio()) expect_error(insert_first_fit(), class = "nnfit_error_argument")
})

test_that("the menu names a function that is there", {
  addins <- read.dcf(system.file("rstudio", "addins.dcf", package = "nnfit"))
  expect_true(is.function(get(addins[, "Binding"], environment(nn_fit))))
  expect_setequal(colnames(addins), c("Name", "Description", "Binding", "Interactive"))
})
