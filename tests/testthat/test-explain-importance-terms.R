skip_if_no_torch()

fit <- nn_fit(mpg ~ wt * hp + poly(qsec, 2) + factor(cyl), mtcars, epochs = 2)
rows <- explained_rows(fit, mtcars, NULL, "nn_importance", NULL, globalenv())

terms_with <- function(variables = NULL, groups = NULL) {
  importance_terms(fit, rows, variables, groups, "permutation", rlang::current_env())
}

test_that("each column is of the terms that it follows from", {
  found <- terms_with()
  expect_identical(names(found$players), c("wt", "hp", "qsec", "cyl"))
  expect_identical(found$columns, list(1L, 2L, 3L, 3L, 4L, 4L, 1:2))
  grouped <- terms_with(groups = list(size = c("hp", "wt")))
  expect_identical(names(grouped$players), c("size", "qsec", "cyl"))
  expect_identical(grouped$columns[[7]], 1L)
})

test_that("some may be named, in the order of the fit", {
  expect_identical(terms_with(c("cyl", "wt"))$wanted, c("wt", "cyl"))
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "terms_with")
  refused(terms_with("disp"), "variables must name variables of the fit", "disp is none")
  refused(terms_with("w"), "variables must name variables")
  refused(terms_with(1), "variables must be names of variables")
  refused(terms_with(groups = "wt"), "groups must be a named list")
  refused(terms_with(groups = list(a = 1)), "groups must be a named list")
  refused(terms_with(groups = list(a = "wtt")), "groups must name variables", "Did you mean wt")
  refused(terms_with(groups = list(a = "wt", b = c("hp", "wt"))), "Twice: wt")
  refused(terms_with(groups = list(cyl = c("hp", "wt"))), "Twice: cyl")
  refused(terms_with(groups = list(a = "hp", a = "wt")), "Twice: a")
})

test_that("pairs are named, or all", {
  pairs <- function(x) importance_pairs(x, c("a", "b", "c"), rlang::current_env())
  expect_identical(pairs(FALSE), list())
  expect_identical(pairs(TRUE), list(1:2, c(1L, 3L), 2:3))
  expect_identical(pairs(list(c("c", "a"), c("a", "c"))), list(c(1L, 3L)))
  expect_identical(pairs(c("a", "b")), list(1:2))
  expect_identical(importance_pairs(TRUE, "a", NULL), list())
  for (wrong in list("a", list("a"), list(c("a", "a")), 1, list(1:2), NA)) {
    expect_refused(pairs(wrong), "argument", "interactions must be", from = "pairs")
  }
  expect_refused(pairs(c("a", "d")), "argument", "interactions must name", from = "pairs")
})

test_that("of all pairs those with a variable that is named are asked for", {
  fit <- nn_fit(mpg ~ wt + hp + qsec, mtcars)
  found <- nn_importance(fit, mtcars, variables = "hp", interactions = TRUE, seed = 1)
  expect_setequal(found$term, c("hp", "wt:hp", "hp:qsec"))
})

test_that("more pairs than anyone waits for are refused, in numbers", {
  terms <- list(players = stats::setNames(as.list(1:40), paste0("x", 1:40)))
  all_of <- function(wanted) {
    terms$wanted <- wanted
    pairs_with(importance_pairs(TRUE, names(terms$players), NULL), terms, rlang::current_env())
  }
  expect_refused(all_of(names(terms$players)), "argument", "would take 780 pairs", "500 at most",
    "variables", from = "all_of"
  )
  expect_length(all_of("x1"), 39)
})
