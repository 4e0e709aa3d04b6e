skip_if_no_torch()

test_that("there is a row per epoch, with validation where there is any", {
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 7, seed = 1)
  table <- loss_table(fit)
  expect_s3_class(table, c("nn_loss_table", "tbl_df"), exact = FALSE)
  expect_identical(table$epoch, 1:7)
  expect_named(table, c("epoch", "train_loss"))
  with_validation <- nn_fit(c ~ u, thermometer, epochs = 7, validation = 0.2, seed = 1)
  expect_named(loss_table(with_validation), c("epoch", "train_loss", "valid_loss"))
})

test_that("under a schedule there is a column of step sizes", {
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 9, seed = 1,
    schedule = list("step", step_size = 3, gamma = 0.5), learn_rate = 0.08
  )
  table <- loss_table(fit)
  expect_named(table, c("epoch", "train_loss", "learn_rate"))
  expect_equal(table$learn_rate, rep(c(0.08, 0.04, 0.02), each = 3))
})

test_that("metrics have their columns", {
  fit <- nn_fit(mpg ~ wt, mtcars, metrics = c("RMSE", "r sq"), validation = 0.25, epochs = 4,
    seed = 1, optimizer = "sgd"
  )
  table <- loss_table(fit)
  expect_named(table, c(
    "epoch", "train_loss", "valid_loss", "train_rmse", "train_rsq", "valid_rmse", "valid_rsq"
  ))
  expect_equal(table$train_rmse^2, table$train_loss, tolerance = 1e-8)
  expect_equal(table$valid_rmse^2, table$valid_loss, tolerance = 1e-8)
  linear <- nn_fit(mpg ~ wt + hp, mtcars, metrics = "rsq")
  expect_equal(utils::tail(loss_table(linear)$train_rsq, 1),
    summary(lm(mpg ~ wt + hp, mtcars))$r.squared, tolerance = 1e-8
  )
})

test_that("what is no metric is refused with what was meant", {
  refused <- function(message, ...) {
    expect_refused(nn_fit(mpg ~ wt, mtcars, ...), "argument", message, from = "nn_fit")
  }
  refused("metrics must be names of metrics, such as rmse or accuracy, or NULL", metrics = 3)
  refused("For an outcome of numbers: rmse, mae, mape, rsq, rsq_trad.", metrics = "acc")
  refused("Did you mean rsq?", metrics = c("rmse", "r2"))
  refused("monitor must be the name of a metric", monitor = c("rmse", "mae"))
  refused("For an outcome of numbers: rmse,", monitor = "auc")
  refused("metrics names accuracy, which is not for an outcome of numbers", metrics = "accuracy")
  expect_refused(nn_fit(Species ~ ., iris, hidden_units = 2, monitor = "rmse"), "argument",
    "monitor names rmse, which is not for an outcome of classes"
  )
})

test_that("row e is the loss before the e-th update, in the units of the data", {
  fit <- function(epochs, ...) {
    nn_fit(mpg ~ wt, mtcars, hidden_units = 4, epochs = epochs, seed = 1, ...)
  }
  after_two <- fit(2)
  expect_equal(loss_table(fit(3))$train_loss[3], mean(residuals(after_two)^2), tolerance = 1e-5)
  expect_equal(
    loss_table(fit(3, loss = "l1"))$train_loss[3], mean(abs(residuals(fit(2, loss = "l1")))),
    tolerance = 1e-5
  )
})

test_that("a fit of another kind is refused", {
  expect_refused(loss_table(lm(c ~ u, thermometer)), "argument", "fit must be an nn_fit()")
  expect_refused(loss_table(), "argument", "fit is missing", from = "loss_table")
})

test_that("in an HTML page it is a table to browse, elsewhere a tibble", {
  skip_if_not_installed("DT")
  skip_if_not_installed("knitr")
  table <- loss_table(nn_fit(c ~ u, thermometer, epochs = 7, optimizer = "sgd"))
  expect_output(knitr::knit_print(table), "A tibble: 7")
  withr::defer(knitr::opts_knit$set(rmarkdown.pandoc.to = NULL))
  for (format in c("html", "html4", "revealjs", "html5-smart")) {
    knitr::opts_knit$set(rmarkdown.pandoc.to = format)
    expect_match(as.character(knitr::knit_print(table)), "datatables", label = format)
  }
  for (format in c(
    "gfm", "gfm-yaml_metadata_block", "markdown_strict", "commonmark", "epub3", "latex", "beamer",
    "docx", "ipynb", "rtf", "odt"
  )) {
    knitr::opts_knit$set(rmarkdown.pandoc.to = format)
    expect_output(knitr::knit_print(table), "A tibble: 7", label = format)
  }
  expect_output(knitr::knit_print(table, inline = TRUE, options = list()), "A tibble: 7")
  expect_refused(knitr::knit_print(table, foo = 1), "argument", "foo is not an argument")
})

test_that("documents with it knit, whatever they become", {
  skip_if_not_installed("DT")
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
  table <- loss_table(nn_fit(c ~ u, thermometer, epochs = 7, optimizer = "sgd"))
  folder <- withr::local_tempdir()
  page <- file.path(folder, "page.Rmd")
  writeLines(c("---", "title: Losses", "---", "", "```{r}", "table", "```"), page)
  knitted <- function(format) {
    to <- rmarkdown::render(page, format, quiet = TRUE, envir = list2env(list(table = table)))
    expect_gt(file.size(to), 100)
    to
  }
  expect_match(readLines(knitted("github_document")), "A tibble: 7", all = FALSE)
  knitted("word_document")
})

test_that("plot() draws it", {
  file <- withr::local_tempfile(fileext = ".png")
  grDevices::png(file)
  withr::defer(grDevices::dev.off())
  table <- loss_table(nn_fit(c ~ u, thermometer, epochs = 7, optimizer = "sgd"))
  expect_identical(plot(table, log = "y"), table)
})

test_that("losses of several networks are said to be those of each", {
  skip_if_no_torch()
  several <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, members = 2, epochs = 2, seed = 1)
  expect_identical(
    attr(loss_table(several), "loss"), "mean squared error, of single networks"
  )
  expect_identical(attr(loss_table(nn_fit(mpg ~ wt, mtcars)), "loss"), "mean squared error")
})
