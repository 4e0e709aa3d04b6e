test_that("functions that compute a value of their arguments are known", {
  fine <- expression(
    y ~ poly(x, 2) * factor(g) + log(z) + I(x^2) + offset(e) - 1, splines::ns(x, 3),
    Surv(time, status) ~ strata(g), C(f, contr.sum), C(f, "contr.helmert"), d$x[1], (x > 3) & !b,
    list(y, x)
  )
  for (code in fine) expect_null(other_functions(code, formula_functions))
})

test_that("others are named, wherever they are", {
  wrong <- function(code) other_functions(code, formula_functions)
  expect_identical(wrong(quote(y ~ system("a"))), "system()")
  expect_identical(wrong(quote(y ~ log(poly(x, eval(a))))), "eval()")
  expect_identical(wrong(quote(base::system("a"))), "system()")
  expect_match(wrong(quote(callr::r("a"))), "callr::r")
  expect_match(wrong(quote(base:::f(x))), ":::")
  expect_match(wrong(quote((function(x) x)(1)))[1], "function")
  expect_match(wrong(quote(d$f(1)))[1], "d$f", fixed = TRUE)
  expect_match(wrong(quote(get("system")("a")))[1], "get")
  expect_identical(wrong(quote(C(f, system))), "system()")
  expect_identical(wrong(quote(C(f, contr = "system"))), "system()")
  expect_identical(wrong(quote(list(a = system("a")))), "system()")
})

test_that("code is looked for in attributes and lists too", {
  hidden <- structure(quote(y ~ x), predvars = quote(list(y, system("a"))))
  expect_error(check_code(list(a = list(hidden)), FALSE), "system", class = "nnfit_unreadable")
  expect_silent(check_code(list(a = list(hidden)), TRUE))
  expect_silent(check_code(stats::terms(y ~ poly(x, 2)), FALSE))
})

test_that("an argument of the call that does more gives an error and runs nothing", {
  call <- quote(nn_fit(y ~ x, data = readRDS("a"), hidden_units = c(2, 3), seed = 1))
  made <- harmless_call(call, FALSE)
  expect_identical(attr(made, "left_out"), "readRDS()")
  expect_identical(made$hidden_units, quote(c(2, 3)))
  expect_error(eval(made$data), "`readRDS\\(\\)` in a fit from a file")
  expect_identical(harmless_call(call, TRUE), call)
  expect_identical(harmless_call(quote(system("a")), FALSE)[[1]], quote(nn_fit))
  expect_identical(
    harmless_call(quote(nnfit::nn_fit(y ~ x, subset(d, z > 1))), FALSE)[[3]],
    quote(subset(d, z > 1))
  )
})

test_that("contrasts are numbers, or of a list", {
  expect_null(check_contrasts(list(f = "contr.sum", g = stats::contr.helmert(3))))
  expect_error(check_contrasts(list(f = "system")), class = "nnfit_unreadable")
  expect_error(check_contrasts(list(f = list())), class = "nnfit_unreadable")
})
