formulas <- list(
  mpg ~ (wt > 3) + hp, mpg ~ (wt > 3) * hp + offset(qsec) - 1, mpg ~ 1, mpg ~ 0,
  mpg ~ offset(wt), mpg ~ 0 + offset(wt), mpg ~ I(wt > 3):log(hp) + `a b`, ~ a + d$b,
  Surv(t, s) ~ (a & b) + strata(g), log(y) ~ a:b + poly(x, 2) + (!z)
)

test_that("a formula of terms means what the terms do", {
  for (formula in formulas) {
    terms <- terms(formula)
    again <- terms(formula_of_terms(terms))
    expect_identical(labels(again), labels(terms))
    for (part in c("intercept", "response", "factors")) {
      own <- attr(again, part)
      if (is.matrix(own)) own <- own[rownames(attr(terms, part)), , drop = FALSE]
      expect_identical(own, attr(terms, part))
    }
    expect_length(attr(again, "offset"), length(attr(terms, "offset")))
  }
  expect_identical(format(formula_of_terms(terms(y ~ a * b - 1), 3)), "y ~ a:b - 1")
  expect_identical(format(formula_of_terms(terms(y ~ a), integer())), "y ~ 1")
  expect_identical(format(formula_of_terms(terms(y ~ 0 + a), integer())), "y ~ -1")
})

test_that("operators are put in brackets, and nothing else", {
  for (text in c("wt > 3", "!am", "a & b", "a %% 2", "a | b")) {
    expect_true(has_operator(str2lang(text)))
  }
  for (text in c("wt", "log(wt)", "I(wt > 3)", "d$wt", "d[['wt']]", "stats::poly(x, 2)")) {
    expect_false(has_operator(str2lang(text)))
  }
})

test_that("terms change as update.formula() changes them, also where that can not", {
  for (changes in list(. ~ . + qsec, ~ . - hp, log(.) ~ ., y ~ a, . ~ 1)) {
    old <- mpg ~ wt * hp
    expect_identical(format(changed_terms(terms(old), changes)), format(update(old, changes)))
  }
  changed <- changed_terms(terms(mpg ~ (wt > 3) * hp), . ~ . + qsec - hp)
  expect_identical(labels(terms(changed)), c("wt > 3", "qsec", "wt > 3:hp"))
  changed <- changed_terms(terms(mpg ~ wt), log(.) ~ . + (hp > 100) + wt:(hp > 100))
  expect_identical(format(changed), "log(mpg) ~ wt + (hp > 100) + wt:(hp > 100)")
})

test_that("what step() writes is read by labels", {
  terms <- terms(mpg ~ (wt > 3) * hp)
  read <- function(text) format(written_change(terms, text, NULL))
  expect_identical(read("~ . - wt > 3:hp"), "mpg ~ (wt > 3) + hp")
  expect_identical(read("~ . - wt > 3"), "mpg ~ hp + (wt > 3):hp")
  expect_identical(read("~ . + qsec > 2"), "mpg ~ (wt > 3) + hp + (qsec > 2) + (wt > 3):hp")
  expect_identical(read("~ . + qsec"), "mpg ~ (wt > 3) + hp + qsec + (wt > 3):hp")
  expect_identical(read("~ . - hp - 1"), "mpg ~ (wt > 3) + (wt > 3):hp - 1")
  expect_identical(read("log(mpg) ~ ."), "log(mpg) ~ (wt > 3) + hp + (wt > 3):hp")
  for (text in c("~ . + qsec > 2:hp", "~ hp + . > 2")) {
    expect_refused(read(text), "argument", "formula. must say where its terms begin", "I(x > 3):z")
  }
})

test_that("a label is one term, or none", {
  for (label in c("wt > 3", "a:b", "b:a", "I(x > 3):z", "poly(x, 2)", "`a b`", "!am", "log(a)")) {
    formula <- rlang::new_formula(NULL, term_of_label(label))
    expect_true(same_term(labels(terms(formula)), label))
  }
  for (label in c("wt > 3:hp", "a*b", "a + b", "{stop('run')}", "a b {", "0", "1", "offset(z)")) {
    expect_null(term_of_label(label))
  }
})

test_that("terms stay as they are where others go", {
  frame <- model.frame(mpg ~ (wt > 3) + factor(cyl) + hp, mtcars)
  terms <- terms(frame)
  left <- without_terms(terms, 2)
  expect_identical(labels(left), c("wt > 3", "hp"))
  expect_identical(
    unname(model.matrix(left, frame)[, -1]), unname(model.matrix(terms, frame)[, c(2, 5)])
  )
})
