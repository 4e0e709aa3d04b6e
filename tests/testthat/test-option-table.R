rule_of <- function(name) option_rule(option_row(name))

test_that("the options of nn_options() are those of the table, with their defaults", {
  part <- vapply(option_table(), `[[`, "", "part")
  expect_identical(option_names, names(part)[part %in% c("training", "call")])
  default_of <- function(name) {
    text <- option_row(name)$default
    if (name == "hidden_units") return(integer())
    if (is.na(text)) NULL else utils::type.convert(text, as.is = TRUE)
  }
  # The table has none for what each session decides anew.
  expect_identical(formals(nn_options)$progress, quote(interactive()))
  for (name in setdiff(option_names, "progress")) {
    expect_equal(eval(formals(nn_options)[[name]]), default_of(name), label = name)
  }
})

test_that("other functions have the defaults of the table", {
  arguments <- list(
    shuffle = nn_fit_parquet, shuffle_buffer = nn_fit_parquet, fully_shard = nn_fit_parquet,
    folds = nn_cv.formula, folds = nn_cv.matrix, folds = nn_cv.data.frame,
    repeats = nn_cv.formula, repeats = nn_cv.matrix, repeats = nn_cv.data.frame
  )
  for (i in seq_along(arguments)) {
    text <- option_row(names(arguments)[i])$default
    default <- if (!is.na(text)) utils::type.convert(text, as.is = TRUE)
    expect_equal(formals(arguments[[i]])[[names(arguments)[i]]], default)
  }
})

test_that("every default passes the rule of its option", {
  for (name in option_names) {
    expect_no_error(check_option(eval(formals(nn_options)[[name]]), name, NULL))
  }
})

test_that("every row has a rule, or is read elsewhere", {
  elsewhere <- c("component", "components", "data", "family")
  for (row in option_table()) {
    expect_identical(is.null(option_rule(row)), row$type %in% elsewhere, label = row$name)
    expect_identical(is.null(row$choices), !row$type %in% c("choice", "dtype", "device", "rate"))
    expect_true(row$least < row$most)
    expect_type(row$null, "logical")
  }
  expect_false("levels" %in% names(option_table()))
})

test_that("the help says what NULL stands for", {
  help <- readLines(file.path(source_root(), "R", "option.R"))
  row <- option_row("epochs")
  said <- grep("@param epochs", help, value = TRUE)
  expect_match(said, paste0("`NULL`: ", row$null_means, "."), fixed = TRUE)
})

test_that("bounds are numbers or powers of two", {
  expect_identical(read_bound("2^31 - 1", Inf), 2147483647)
  expect_identical(read_bound("0", -Inf), 0)
  expect_identical(read_bound(NA, -Inf), -Inf)
})

test_that("a rule says what must be", {
  said <- function(name, must) expect_identical(rule_of(name)$must, must)
  said("bias", "`TRUE` or `FALSE`, or one of them for each layer")
  said("progress", "`TRUE`, `FALSE` or \"plot\"")
  said("dropout", "a number from 0 up to, but not including, 1")
  said("penalty", "a number of at least 0, or `NULL`")
  said("learn_rate", "a number above 0, or \"find\", or `NULL`")
  said("epochs", "a whole number from 1 to 2^31 - 1, or `NULL`")
  said("stop_iter", "a whole number from 1 to 2^53 or `Inf`")
  said("bootstrap", "0, or a whole number from 2 to 2^31 - 1")
  said("hidden_units", "whole numbers, each from 1 to 2^31 - 1, or `NULL`")
  said("seed", "a whole number from 0 to 2^53 or `NA`, or `NULL`")
  said("validation", "a share from 0 up to, but not including, 1, rows by number, or other data")
  said("reduction", '"mean" or "sum"')
  said("dtype", '"float32" or "float64", or `NULL`')
  said("device", 'the name of a torch device, such as "cpu" or "cuda:0"')
  engines <- paste0(
    '"fused", "autograd", "least_squares", "reweighted", "span_of_rows", "stream" or "stacked"'
  )
  said("engine", paste0('"auto", ', engines))
})

expect_rule <- function(name, yes, no) {
  test <- rule_of(name)$test
  for (x in yes) expect_true(test(x), label = paste(name, describe(x)))
  for (x in no) expect_false(test(x), label = paste(name, describe(x)))
}

test_that("a rule knows its borders", {
  expect_rule("dropout", list(0, 0.5, 1 - 1e-16), list(1, -0.1, NA, NULL, c(0, 0), "0", TRUE))
  expect_rule("learn_rate", list(1e-300, 5, NULL), list(0, -1, Inf, NaN))
  expect_rule("penalty", list(0, 1e300), list(-1e-300, Inf))
  expect_rule("epochs", list(1, 3L, 2^31 - 1, NULL), list(0, 1.5, 2^31, Inf, NA, NA_integer_))
  expect_rule("stop_iter", list(1, 2^53, Inf), list(0, -Inf, NULL, 2^53 + 2))
  expect_rule("bootstrap", list(0, 2, 0L), list(1, 2.5, -1, NULL, Inf))
  expect_rule("hidden_units", list(integer(), c(3, 2), NULL), list(0, c(3, NA), 2^31, list(3)))
  expect_rule("seed", list(0, 2^53, NA, NA_real_, NULL), list(-1, 0.5, NaN, NA_character_, "1"))
  expect_rule("validation", list(0, 0.9, "file", mtcars, list(1, 2), c(1, 5)),
    list(1, TRUE, NULL, c(0, 0), c(1, 1.5)))
  expect_rule("reduction", list("sum"), list("Sum", NA_character_, factor("sum"), 1))
  expect_rule("dtype", list("float32", "torch.float64", NULL), list("double", "torch.double"))
  expect_rule("device",
    list("auto", "cpu", "cuda", "cuda:0", "cuda:12", "mps"),
    list("toaster", "CPU", "cuda:", "cuda:01", "auto:0", "cpu\n", "meta", "", NA, 1)
  )
})

test_that("options that need the rows in memory are those of the table", {
  expect_identical(memory_only_options(), c(
    "members", "metrics", "monitor", "class_weights", "bootstrap", "restarts", "folds", "repeats",
    "method", "candidates", "metric", "select", "factor", "min_epochs"
  ))
})

test_that("validation is a share, rows or other data, as far as can be said without rows", {
  test <- option_rule(option_row("validation"))$test
  right <- list(0, 0.5, 2:3, c(TRUE, FALSE), mtcars, list(1, 2), list(1, 2, 3), "a path")
  for (value in right) expect_true(test(value))
  wrong <- list(
    "", NA_character_, list(), list(1), as.list(1:4), numeric_version("1.2"), NULL, mean
  )
  for (value in wrong) expect_false(test(value))
})

test_that("names of metrics that are missing are refused by name", {
  for (metrics in list(NA_character_, c("rmse", NA))) {
    expect_refused(nn_options(metrics = metrics), "argument", "metrics must be names of metrics")
  }
  expect_refused(nn_options(monitor = NA_character_), "argument", "monitor must be the name")
})

test_that("metrics are suggested that the outcome has", {
  suggested <- function(code, known, unknown = NULL) {
    error <- expect_error(code, class = "nnfit_error_argument")
    said <- flat_message(error)
    expect_match(said, known, fixed = TRUE)
    for (name in unknown) expect_no_match(said, name, fixed = TRUE)
  }
  d <- data.frame(x = 1:20, y = 1:20, class = rep(c("a", "b"), 10))
  numbers <- "For an outcome of numbers: rmse"
  suggested(nn_fit(y ~ x, d, metrics = "brier"), numbers, "brier_class")
  suggested(nn_fit(d["x"], d$y, monitor = "auc"), numbers, "roc_auc")
  suggested(nn_cv(as.matrix(d["x"]), d$y, metrics = "acc"), numbers, "mean accuracy")
  suggested(nn_fit(class ~ x, d, metrics = "brier"), "Did you mean brier_class?", "outcome of")
  suggested(nn_fit(class ~ x, d, metrics = "rmsee"), "outcome of classes: accuracy", "rmsee?")
  # Of which nothing is known.
  suggested(nn_options(metrics = "brier"), "brier_class? i It is for an outcome of classes.")
  suggested(nn_fit(none ~ x, d, metrics = "brier"), "It is for an outcome of classes.")
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  times <- "For an outcome of censored times: concordance_survival."
  suggested(nn_cv(Surv(y, class == "a") ~ x, d, metrics = "brier"), times, "brier_class")
})

test_that("class weights without names are said to have none", {
  refused <- function(value, ...) {
    expect_refused(nn_fit(factor(am) ~ wt, mtcars, class_weights = value), "argument", ...,
      from = "nn_fit"
    )
  }
  refused(c(3, 1), "numbers by class", "have no names: each needs that of its class")
  refused(list(3, 1), "have no names")
  error <- expect_error(nn_options(class_weights = "even"), class = "nnfit_error_argument")
  expect_no_match(conditionMessage(error), "no names")
})
