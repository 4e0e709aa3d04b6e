skip_if_no_torch()

test_that("terms to drop are those that no interaction needs, or those that are named", {
  fit <- nn_fit(mpg ~ (wt > 3) * hp + qsec, mtcars)
  expect_identical(droppable_terms(fit), c("qsec", "wt > 3:hp"))
  expect_identical(terms_to_drop(fit, ~ (wt > 3) + hp, FALSE, NULL), c("wt > 3", "hp"))
  expect_identical(terms_to_drop(fit, "wt > 3:hp", FALSE, NULL), "wt > 3:hp")
})

test_that("terms to add are calls, whatever their labels look like", {
  fit <- nn_fit(mpg ~ (wt > 3) + hp, mtcars)
  added <- terms_to_add(fit, ~ . + (qsec > 18) * hp + am * (wt > 3), NULL)
  # interactions come after what they are of
  expect_named(added, c("qsec > 18", "am"))
  added <- terms_to_add(fit, c("qsec > 18", "hp", "I(qsec > 18):hp", "poly(am, 1)"), NULL)
  expect_identical(unname(added), list(
    quote((qsec > 18)), quote(I(qsec > 18):hp), quote(poly(am, 1))
  ))
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "add1")
  refused(add1(fit, "qsec > 18:hp"), "scope must name terms of a formula, not qsec > 18:hp", "I()")
  refused(add1(fit, "am + qsec"), "scope must name terms of a formula")
  refused(add1(fit, "offset(am)"), "scope must name terms of a formula")
  refused(add1(fit, ~ am), "scope must name terms of a formula", "upper scope")
})

test_that("strata stay", {
  skip_if_not_installed("survival")
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex) + ph.ecog, survival::lung)
  expect_identical(droppable_terms(fit), c("age", "ph.ecog"))
  expect_identical(terms_to_drop(fit, labels(fit), TRUE, NULL), c("age", "ph.ecog"))
  expect_identical(terms_to_drop(fit, "strata(sex)", TRUE, NULL), "strata(sex)")
  expect_refused(drop1(fit, "strata(sex)"), "argument", "scope must not name strata", "risk sets")
  plain <- nn_fit(Surv(time, status) ~ age, survival::lung)
  expect_refused(add1(plain, ~ . + strata(sex)), "argument", "scope must not name strata")
})
