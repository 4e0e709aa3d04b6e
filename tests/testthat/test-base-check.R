test_that("predicates know their borders", {
  expect_true(is_count(1))
  expect_false(is_count(0))
  expect_false(is_count(1.5))
  expect_false(is_count(NA_real_))
  expect_false(is_count(Inf))
  expect_false(is_count(c(1, 2)))
  expect_true(is_counts(integer()))
  expect_false(is_counts(c(2, 0)))
  expect_true(is_positive(1e-300))
  expect_false(is_positive(0))
  expect_false(is_flag(NA))
  expect_true(or_null(is_flag)(NULL))
  expect_true(is_one_of(c("a", "b"))("b"))
  expect_false(is_one_of("a")(NA_character_))
})

test_that("a broken rule names the argument, what it must be and what it was", {
  expect_refused(
    check_rule(-1, rule("a positive number", is_positive), "learn_rate", NULL),
    "argument", "learn_rate must be a positive number, not -1."
  )
})

test_that("values are described shortly", {
  expect_identical(describe(NULL), "NULL")
  expect_identical(describe("a"), '"a"')
  expect_identical(describe(c(1, 2)), "c(1, 2)")
  expect_identical(describe(mtcars), "an object of class data.frame")
  expect_identical((function(x) describe(x))(), "missing")
})
