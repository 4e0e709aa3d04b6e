test_that("a family is an object, a function or a name", {
  for (family in list(binomial(), binomial, "binomial")) {
    expect_identical(as_family(family, NULL)$link, "logit")
  }
  expect_identical(as_family(poisson("identity"), NULL)$link, "identity")
})

test_that("what no loss covers is refused, with what there is", {
  refuse <- function(family, ...) {
    expect_refused(lm_compare(am ~ wt, mtcars, family = family), "argument", "family must be", ...)
  }
  refuse(binomial("probit"), "binomial(probit)", "binomial(logit)", "Gamma(log)")
  refuse(Gamma(), "It is Gamma(inverse)")
  refuse(quasipoisson(), "It is quasipoisson(log)")
  refuse("normal", "such as binomial()", "not normal")
  refuse(3, "not 3")
  refuse(function() stop("no"), "an object of class function")
})

test_that("every family has the loss of nn_fit() that it is", {
  table <- link_table()
  expect_true(all(table$loss %in% catalog("loss")$name))
  expect_identical(loss_of_family(binomial()), "bce_with_logits")
  expect_identical(
    loss_of_family(poisson("identity")), list("poisson_nll", log_input = FALSE)
  )
})

test_that("nn_fit() stands beside glm() for every family", {
  skip_if_no_torch()
  cases <- list(
    list(am ~ wt, binomial()), list(carb ~ wt, poisson()), list(mpg ~ wt, Gamma("log"))
  )
  for (case in cases) {
    both <- lm_compare(case[[1]], mtcars, family = case[[2]])
    expect_s3_class(both$reference, "glm")
    expect_lt(max(abs(both$coefficients$gap_se), na.rm = TRUE), 1e-5)
    ours <- both$methods$nn_fit
    expect_equal(ours$logLik, as.numeric(logLik(both$reference)), tolerance = 1e-7)
  }
})
