use_survival()
formulas <- list(
  Surv(time, status) ~ age + ph.ecog + strata(sex), Surv(time, status) ~ age + strata(sex)
)
fits <- lapply(formulas, nn_fit, lung)
models <- lapply(formulas, function(formula) {
  eval(bquote(survival::coxph(.(formula), lung, control = exact)))
})

test_that("several fits are compared as survival compares coxph()", {
  one <- fits[[1]]
  other <- fits[[2]]
  found <- survival::concordance(one, other)
  expected <- survival::concordance(models[[1]], models[[2]])
  expect_identical(names(found$concordance), c("one", "other"))
  expect_identical(rownames(found$count), c("one", "other"))
  for (part in c("concordance", "count", "n", "var", "cvar")) {
    expect_equal(found[[part]], expected[[part]], tolerance = 1e-8, ignore_attr = TRUE)
  }
  expect_output(print(found), "other +0\\.")
  new <- lung[1:90, ]
  expect_equal(
    unname(survival::concordance(one, other, newdata = new)$concordance),
    unname(survival::concordance(models[[1]], models[[2]], newdata = new)$concordance)
  )
  by_time <- survival::concordance(one, other, timewt = "S", influence = 1)
  expected <- survival::concordance(models[[1]], models[[2]], timewt = "S", influence = 1)
  expect_equal(by_time$var, expected$var, tolerance = 1e-8, ignore_attr = TRUE)
  expect_identical(dim(by_time$dfbeta), c(nrow(lung), 2L))
})

test_that("with weights each variance is that of the fit alone", {
  one <- nn_fit(formulas[[1]], lung, weights = ph.karno / 50)
  other <- nn_fit(formulas[[2]], lung, weights = ph.karno / 50)
  both <- survival::concordance(one, other)
  alone <- lapply(list(one, other), survival::concordance)
  expect_equal(diag(both$var), vapply(alone, function(x) x$var, 0), tolerance = 1e-8)
  expect_equal(unname(both$concordance), vapply(alone, function(x) x$concordance, 0))
})

test_that("a network is compared, on rows held out, with risks as they are predicted", {
  held <- lung[150:226, ]
  net <- nn_fit(formulas[[1]], lung[1:149, ], hidden_units = 3, epochs = 20, validation = held,
    seed = 1
  )
  risk <- predict(net, held, type = "link")
  expected <- survival::concordance(Surv(time, status) ~ risk + strata(sex), held, reverse = TRUE)
  found <- survival::concordance(net, newdata = held)
  expect_equal(found$concordance, expected$concordance)
  expect_equal(found$var, expected$var)
  train <- fits[[1]]
  both <- survival::concordance(train, net, newdata = held)
  expect_equal(both$concordance[["net"]], expected$concordance)
})

test_that("other models, outcomes and arguments are refused", {
  fit <- fits[[1]]
  refused <- function(..., said) {
    expect_refused(survival::concordance(fit, ...), "argument", said, from = "concordance")
  }
  refused(models[[1]], said = "compares fits by nn_fit()")
  refused(nn_fit(mpg ~ wt, mtcars), said = "is for censored times")
  refused(nn_fit(formulas[[1]], lung[-1, ]), said = "the same outcome and weights")
  refused(nn_fit(formulas[[1]], lung, weights = ph.karno), said = "the same outcome and weights")
  refused(lung, said = "Name arguments, such as newdata")
})
