test_that("predicates know their borders", {
  expect_true(is_number(0.5, 0, 1))
  expect_false(is_number(1.5, 0, 1))
  expect_true(is_whole(1, 1))
  expect_true(is_whole(2^53))
  expect_false(is_whole(0, 1))
  expect_false(is_whole(1.5))
  expect_false(is_whole(3, 1, 2))
  expect_true(is_wholes(integer()))
  expect_true(is_wholes(c(2, 0)))
  expect_false(is_wholes(c(2, 0.5)))
  expect_true(is_infinity(c(a = Inf)))
  expect_false(is_infinity(-Inf))
  expect_true(or_null(rlang::is_bool)(NULL))
  expect_true(is_one_of(c("a", "b"))("b"))
  expect_false(is_one_of("a")(NA_character_))
})

test_that("what looks like a number is none", {
  for (x in list(NA, NA_real_, NaN, Inf, c(1, 2), "1", TRUE, 1i, list(1), NULL)) {
    expect_false(is_number(x))
    expect_false(is_whole(x))
  }
  # R calls them numbers, or keeps them as numbers, but they stand for something else.
  for (x in list(factor("a"), as.Date("2024-01-01"), structure(1, class = "integer64"))) {
    for (predicate in list(is_number, is_whole, is_wholes, is_infinity)) expect_false(predicate(x))
  }
  for (x in list(c(1, NA), Inf, matrix(1:4, 2), list(1, 2), "1", TRUE)) expect_false(is_wholes(x))
})

test_that("finite numbers are those in a vector", {
  for (x in list(1, 1:3, c(a = -1e300), array(1))) expect_true(is_finite_numbers(x))
  wrong <- list(
    NULL, numeric(), c(1, NA), Inf, TRUE, "1", 1i, list(1), factor("a"), Sys.Date(), matrix(1)
  )
  for (x in wrong) expect_false(is_finite_numbers(x))
})

test_that("digits are a whole number that print() takes", {
  expect_silent(for (digits in list(1, 7L, 22)) check_digits(digits, NULL))
  for (digits in list(0, 23, 1.5, -1, NA, NULL, Inf, TRUE, "3", 1:2, seq_len(1e5))) {
    expect_refused(check_digits(digits, NULL), "argument", "digits must be a whole number from 1")
  }
})

test_that("a choice is made by its name or its beginning", {
  choices <- c("response", "class", "prob")
  expect_identical(choose(choices, choices, "type", NULL), "response")
  expect_identical(choose("pr", choices, "type", NULL), "prob")
  for (value in list(NULL, NA, NA_character_, "", character(), 1, list(NA), "no {x}")) {
    expect_refused(choose(value, choices, "type", NULL), "argument", "type must be one of")
  }
  expect_refused(choose("clas s", choices, "type", NULL), "argument", "Did you mean class?")
  expect_refused(choose("raw", choices, "type", NULL), "argument", "Did you mean response?")
})

test_that("NA is a missing value, and NaN is none", {
  for (x in list(NA, NA_integer_, NA_real_)) expect_true(is_missing_value(x))
  for (x in list(NaN, NA_character_, c(NA, NA), list(NA), NULL, 1)) {
    expect_false(is_missing_value(x))
  }
})

test_that("a broken rule names the argument, what it must be and what it was", {
  expect_refused(
    check_rule(-1, rule("a positive number", function(x) x > 0), "learn_rate", NULL),
    "argument", "learn_rate must be a positive number, not -1."
  )
})

test_that("values are described shortly", {
  expect_identical(describe(NULL), "NULL")
  expect_identical(describe("a"), '"a"')
  expect_identical(describe(c(1, 2)), "c(1, 2)")
  expect_identical(describe(mtcars), "an object of class data.frame")
  expect_identical((function(x) describe(x))(), "missing")
  expect_identical(describe(strrep("x", 5000)), paste0('"', strrep("x", 57), '..."'))
  expect_identical(describe(rep(strrep("x", 100), 2)), "an object of class character")
  expect_identical(describe(character()), "an object of class character")
})

test_that("a single choice needs no \"or\"", {
  expect_identical(one_of_words("a"), '"a"')
  expect_identical(one_of_words(c("a", "b", "c")), '"a", "b" or "c"')
})

test_that("long strings are shortened where an error repeats them", {
  long <- strrep("x", 5000)
  expect_identical(beginning(c("a", long, NA)), c("a", paste0(strrep("x", 57), "..."), NA))
  expect_identical(nchar(beginning(strrep("\u6f22", 100))), 60L)
  expect_identical(beginning("\xff"), "<ff>")
  wrong <- list(
    quote(nn_options(loss = long)), quote(nn_options(optimizer = long)),
    quote(nn_options(engine = long)), quote(nn_options(activation = long)),
    quote(nn_options(loss = rlang::set_names(list("huber", 1), c("", long)))),
    quote(do.call(nn_options, rlang::set_names(list(1), long))),
    quote(nn_fit(mpg ~ wt, long)), quote(install_nnfit(long)), quote(nn_fit(long, 1)),
    quote(install_nnfit(python = long))
  )
  withr::local_envvar(WORKON_HOME = withr::local_tempdir())
  for (code in wrong) {
    error <- expect_error(eval(code), class = "nnfit_error")
    expect_no_match(flat_message(error), strrep("x", 70), label = deparse1(code))
  }
})

test_that("what a wrong value may have meant is told: a name, a hint, or nothing", {
  said <- function(...) {
    words <- rule("a number", is.numeric, function(value) list(...))
    flat_message(expect_error(check_rule("x", words, "arg", NULL), class = "nnfit_error_argument"))
  }
  expect_identical(said(), "arg must be a number, not x.")
  expect_identical(said(name = "y"), "arg must be a number, not x. i Did you mean y?")
  expect_identical(said(hint = "So {it} is."), "arg must be a number, not x. i So {it} is.")
})

test_that("an object that holds a fit says where", {
  fit <- structure(list(), class = "nn_fit")
  refused <- function(holder, ...) {
    expect_refused(check_is_fit(holder, rlang::current_env()), "argument", "must be a fit of", ...)
  }
  expect_null(check_is_fit(fit, rlang::current_env()))
  refused(structure(list(fit = fit), class = "nn_tune"), "The fit is in it, as $fit.")
  refused(structure(list(finalModel = fit), class = "train"), "as $finalModel.")
  expect_null(fit_within(structure(list(fit = NULL), class = "nn_tune")))
  expect_null(fit_within(list(fit = fit)))
})
