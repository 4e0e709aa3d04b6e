through_value <- function(x) {
  out <- new.env()
  out$arrays <- list()
  out$environments <- list()
  text <- encode_value(x, "r", out)
  decode_value(read_json(text), context_of(out$arrays))
}

context_of <- function(arrays = list()) {
  context <- new.env()
  context$arrays <- arrays
  context$environments <- list()
  context
}

test_that("R's values come back as they were", {
  values <- list(
    NULL, 1L, 1, "a", TRUE, NA, NA_character_, NA_integer_, NaN, Inf, integer(), character(),
    list(),
    c(a = 1, b = 2), c(TRUE, NA), c("a", NA), factor(c("b", NA, "a"), levels = c("b", "a")),
    ordered("x"), as.Date("2024-02-29"), matrix(1:4, 2, dimnames = list(NULL, c("a", "b"))),
    data.frame(x = 1:2, y = c("a", "b")), list(a = NULL, b = list(1)), quote(x), quote(f(x, y = 2)),
    quote(`my column` + 1), structure(1:2, class = "exclude", names = c("3", "7")),
    structure(list(a = 1), class = "nn_formula_blueprint"), quote(x[, 1]),
    quote(f(function(a, b = 2) a + b)[[1]])
  )
  for (value in values) expect_identical(through_value(value), value)
})

test_that("formulas share an environment, which has what they use", {
  k <- 3
  own <- own_environment(y ~ k * x, data.frame(x = 1, y = 1))
  formula <- y ~ k * x
  environment(formula) <- own
  terms <- stats::terms(formula)
  again <- through_value(list(formula, terms))
  expect_identical(environment(again[[1]]), environment(again[[2]]))
  expect_identical(as.list(environment(again[[1]])), list(k = 3))
  expect_identical(parent.env(environment(again[[1]])), globalenv())
  expect_equal(again[[2]], terms, ignore_formula_env = TRUE)
  expect_error(through_value(list(a = mean)), "is a function", class = "nnfit_unreadable")
})

test_that("what could be anything is refused", {
  bad <- function(text, message = NULL) {
    expect_error(
      decode_value(read_json(text), context_of()), message, class = "nnfit_unreadable"
    )
  }
  bad("{\"a\": 1}")
  bad("{\"$r\": \"closure\"}")
  bad("{\"$r\": \"language\", \"value\": []}", "a call that is none")
  bad("{\"$r\": \"environment\", \"id\": 5}", "an environment that is none")
  bad("{\"$r\": \"double\", \"value\": [1]}", "numbers of R")
  bad("{\"$r\": \"character\", \"value\": [1]}", "texts of R")
  classed <- "{\"$r\":\"list\",\"value\":[],\"attributes\":{\"class\":\"%s\"}}"
  bad(sprintf(classed, "strange"), "the class 'strange'")
  bad(sprintf(classed, "factor"), "a factor that is none")
  bad(sub("[]", "[1]", sprintf(classed, "data.frame"), fixed = TRUE), "a data frame that is none")
  bad(sprintf(classed, "formula"), "a formula that is none")
  named <- "{\"$r\":\"character\",\"value\":[\"a\"],\"attributes\":{\"%s\":\"%s\"}}"
  bad(sprintf(named, "contrasts", "system"), "contrasts that are none")
  bad(sprintf(named, "dim", "x"), "do not fit it")
})
