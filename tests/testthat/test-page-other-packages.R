# The code of a chunk that the page shows and does not run.
shown_code <- function(label) {
  lines <- readLines(file.path(source_root(), "vignettes", "other-packages.Rmd"))
  begins <- grep(paste0("^```\\{r ", label, ","), lines)
  ends <- grep("^```$", lines)
  parse(text = lines[(begins + 1):(min(ends[ends > begins]) - 1)], keep.source = FALSE)
}

shown_labels <- paste0("with-", c(
  "yardstick", "parsnip", "tune", "mlr3", "vip", "pdp", "iml", "DALEX"
))

# The packages that code names by `::` and library().
named_packages <- function(code) {
  calls <- function(x) if (is.call(x)) c(list(x), unlist(lapply(as.list(x), calls), FALSE))
  found <- lapply(unlist(lapply(as.list(code), calls), FALSE), function(call) {
    if (rlang::is_call(call, c("::", "library"))) as.character(call[[2]])
  })
  setdiff(unlist(found), "nnfit")
}

other_page <- function() {
  withr::local_envvar(TZ = "UTC")
  for (package in c("rsample", "recipes", "caret")) skip_if_not_installed(package)
  page_environment("other-packages")
}

test_that("what the page says of its packages is so", {
  page <- other_page()
  expect_identical(nobs(page$fit), length(page$split$in_id))
  expect_setequal(page$fit$validation_rows, setdiff(1:111, page$split$in_id))
  expect_identical(nrow(page$tuned$results), 4L)
  expect_s3_class(page$tuned$finalModel, "nn_fit")
  linear <- lm(Ozone ~ Solar.R + log(Wind) + Temp, page$days, weights = Temp / 100)
  expect_equal(coef(nn_fit(page$recipe, page$days)), coef(linear), ignore_attr = "names",
    tolerance = 1e-6
  )
  expect_lt(page$size(page$small), 3)
  expect_gt(page$size(nn_fit(Ozone ~ ., page$many)), 20)
})

test_that("the functions that packages ask for give a number for each row", {
  page <- other_page()
  # In whatever kind of frame the packages hand new data over, and of one row too.
  for (new in list(page$air[1:7, ], tibble::as_tibble(page$air[1:7, -1]), page$air[5, -1])) {
    found <- page$means(page$network, new)
    expect_identical(length(found), nrow(new))
    expect_true(is.numeric(found) && is.null(dim(found)) && all(is.finite(found)))
  }
  expect_equal(page$means(page$network, page$air), unname(fitted(page$network)), tolerance = 1e-5)
  chances <- page$chance(page$flowers, iris)
  expect_length(chances, 150)
  expect_true(all(chances >= 0 & chances <= 1))
  skip_if_not_installed("data.table")
  table <- getExportedValue("data.table", "as.data.table")(page$air[1:7, ])
  expect_equal(page$means(page$network, table), page$means(page$network, page$air[1:7, ]))
})

test_that("code that the page shows runs where its packages are", {
  page <- other_page()
  here <- function(code) {
    all(vapply(named_packages(code), function(name) nzchar(system.file(package = name)), NA))
  }
  for (label in shown_labels) {
    code <- shown_code(label)
    expect_gt(length(code), 0)
    expect_gt(length(named_packages(code)), 0)
    # library() changes the search path of the session: with_parsnip() below.
    if (here(code) && !label %in% c("with-parsnip", "with-tune")) {
      capture.output(expect_no_error(eval(code, new.env(parent = page))))
    }
  }
})

test_that("the code for parsnip runs with what parsnip registers", {
  skip_if_no_torch()
  code <- shown_code("with-parsnip")
  found <- with_parsnip(rlang::new_function(NULL, rlang::expr({
    air <- na.omit(airquality[c("Ozone", "Solar.R", "Wind", "Temp")])
    !!!as.list(code)[-1]
    list(fitted$fit, predict(fitted, air[1:3, ]), predict(line, air[1:3, ], "pred_int", 0.9))
  })))
  expect_identical(unlist(found[[1]]$options$hidden_units), 8L)
  expect_length(found[[1]]$validation_rows, 22)
  expect_identical(nrow(found[[2]]), 3L)
  expect_named(found[[3]], c(".pred_lower", ".pred_upper"))
})

# As much of mlr3 as the learner of the page meets.
stand_in_for_mlr3 <- function(air) {
  r6 <- getExportedValue("R6", "R6Class")
  learner <- r6("LearnerRegr", public = list(
    param_set = NULL, model = NULL, given = NULL,
    initialize = function(id, packages, predict_types, feature_types, param_set) {
      self$given <- list(id, packages, predict_types, feature_types)
      self$param_set <- param_set
    },
    train = function(task) {
      self$model <- private$.train(task)
      invisible(self)
    },
    predict = function(task) private$.predict(task)
  ))
  task <- list(
    formula = function() Ozone ~ ., feature_names = names(air)[-1],
    data = function(cols = names(air)) air[cols]
  )
  list(
    LearnerRegr = learner, as_task_regr = function(...) task,
    ps = function(...) {
      set <- new.env()
      set$values <- list()
      set$get_values <- function(tags) set$values
      set
    },
    p_int = function(...) list(...), p_dbl = function(...) list(...)
  )
}

test_that("the learner for mlr3 trains and predicts", {
  skip_if_no_torch()
  skip_if_not_installed("R6")
  air <- na.omit(airquality[c("Ozone", "Solar.R", "Wind", "Temp")])
  stand_in <- stand_in_for_mlr3(air)
  place <- new.env(parent = globalenv())
  place$air <- air
  place[["::"]] <- function(pkg, name) {
    name <- as.character(substitute(name))
    package <- as.character(substitute(pkg))
    if (package %in% c("mlr3", "paradox")) stand_in[[name]] else getExportedValue(package, name)
  }
  code <- shown_code("with-mlr3")
  for (expression in code[-length(code)]) eval(expression, place) # but for resample()
  learner <- place$learner
  learner$param_set$values <- list(hidden_units = 2, epochs = 20, penalty = 0)
  withr::with_seed(1, learner$train(place$task))
  expect_identical(unlist(learner$model$options$hidden_units), 2L)
  response <- learner$predict(place$task)$response
  expect_length(response, 111)
  expect_null(names(response))
})
