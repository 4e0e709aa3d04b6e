# The sweep of wrong arguments, of which a share is done here; `make sweep` does all.
skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

test_that("every exported function and every method with arguments is swept", {
  # From R 4.3 on, these are methods of base R's functions, before that functions of our own.
  products <- "^(%[*]%|crossprod|tcrossprod)[.]torch[.]Tensor$"
  there <- c(getNamespaceExports("nnfit"), sub(products, "\\1", registered_methods()))
  argued <- Filter(function(name) {
    is.function(sweep_function(name)) && length(sweep_arguments(name)) > 0
  }, there)
  swept <- names(sweep_calls())
  unread <- if (!reads_parquet()) "nn_job"
  expect_identical(setdiff(argued, c(swept, names(not_swept), unread)), character())
  expect_identical(setdiff(c(swept, names(not_swept)), there), character())
})

test_that("the calls that are swept work as they are", {
  local_no_pip()
  fixtures <- sweep_fixtures()
  calls <- sweep_calls()
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  for (name in names(calls)) {
    expect_error(utils::capture.output({
      made <- withVisible(eval(calls[[name]], fixtures))
      # A page that is printed is served until somebody ends it.
      if (made$visible && !inherits(made$value, "shiny.appobj")) print(made$value)
    }), NA, label = name)
  }
})

test_that("a wrong value is refused by an error that names the argument", {
  local_no_pip()
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  values <- sweep_values()
  fixtures <- sweep_fixtures()
  withr::local_dir(withr::local_tempdir()) # where folders are made
  # Each argument meets some values, each value some arguments.
  cases <- sweep_cases(names(values))
  share <- cases[seq(1, length(cases), by = 101)]
  expect_gt(length(share), 300)
  expect_setequal(vapply(share, `[[`, "", "value"), names(values))
  expect_identical(sweep_faults(share, values, fixtures), character())
})

test_that("the judge sees what is wrong", {
  fixtures <- sweep_fixtures()
  case <- list(method = "f", call = quote(f(a = 1)), arg = "a", value = "one")
  judged <- function(f) {
    fixtures$f <- f
    judge_case(case, 1, fixtures)
  }
  refuse <- function(text) abort_nnfit("argument", text, rlang::caller_env())
  expect_identical(judged(function(a) a), "taken")
  expect_identical(judged(function(a) refuse("{.arg a} is wrong.")), "refused")
  expect_match(judged(function(a) refuse("It is wrong.")), "does not name the argument")
  expect_match(judged(function(a) (function() refuse("{.arg a} is wrong."))()), "not come from f")
  expect_match(judged(function(a) stop("`a` is wrong")), "an error of class simpleError")
  expect_match(judged(function(a) warning("raw")), "words that are not ours: raw")
  expect_match(judged(function(a) rlang::abort("`a`")), "an error of class rlang_error")
})
