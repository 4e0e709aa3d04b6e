use_survival("inst")
heart <- survival::heart
pairs <- survival_pairs()
by_equal <- c("score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas", "partial")

test_that("residuals of every type are those of coxph()", {
  for (name in names(pairs)) {
    for (type in c("martingale", "deviance", by_equal)) {
      expect_equal(
        residuals(pairs[[name]][[2]], type = type), residuals(pairs[[name]][[1]], type = type),
        tolerance = 1e-6, label = paste(name, type)
      )
    }
    expect_equal(
      dfbetas(pairs[[name]][[2]]), residuals(pairs[[name]][[1]], type = "dfbetas"), tolerance = 1e-6
    )
  }
})

test_that("they are added up and weighted as there", {
  cox <- pairs$weighted[[1]]
  fit <- pairs$weighted[[2]]
  for (type in c("martingale", "score", "dfbeta")) {
    expect_equal(
      residuals(fit, type = type, collapse = lung$inst, weighted = TRUE),
      residuals(cox, type = type, collapse = lung$inst, weighted = TRUE), tolerance = 1e-6
    )
  }
  expect_refused(residuals(fit, collapse = 1:3), "argument", "collapse must have the group of each",
    from = "residuals")
  expect_refused(residuals(fit, weighted = NA), "argument", "weighted must be TRUE or FALSE",
    from = "residuals")
  expect_refused(residuals(fit, colapse = 1), "argument", "Did you mean collapse")
  expect_refused(residuals(nn_fit(mpg ~ wt, mtcars), collapse = 1), "argument", "collapse is not")
})

test_that("rows with missing values have none", {
  lung$age[5] <- NA
  fit <- nn_fit(Surv(time, status) ~ age + sex, lung, na.action = na.exclude)
  cox <- survival::coxph(Surv(time, status) ~ age + sex, lung, na.action = na.exclude,
    control = exact)
  for (type in c("score", "dfbeta", "schoenfeld")) {
    expect_equal(residuals(fit, type = type), residuals(cox, type = type), tolerance = 1e-6)
  }
  expect_true(all(is.na(dfbeta(fit)[5, ])))
})

test_that("those of networks are of martingales alone; other rows and types are refused", {
  net <- nn_fit(Surv(time, status) ~ age, lung, hidden_units = 2, epochs = 5, seed = 1)
  lung$link <- log(fitted(net))
  alone <- survival::coxph(Surv(time, status) ~ offset(link), lung)
  for (type in c("martingale", "deviance")) {
    expect_equal(unname(residuals(net, type = type)), unname(residuals(alone, type = type)),
      tolerance = 1e-5)
  }
  for (type in by_equal) {
    expect_refused(residuals(net, type = type), "argument", "is for linear models",
      from = "residuals")
  }
  expect_refused(residuals(net, collapse = lung$inst), "argument", "collapse")
  weighted <- nn_fit(Surv(time, status) ~ age, lung, weights = rep(0:1, c(5, nrow(lung) - 5)))
  expect_refused(residuals(weighted, type = "score"), "argument", "5 rows have the weight 0")
  expect_refused(dfbeta(weighted), "argument", "5 rows have the weight 0", from = "dfbeta")
  expect_equal(
    residuals(weighted, type = "schoenfeld"),
    residuals(nn_fit(Surv(time, status) ~ age, lung[-(1:5), ]), type = "schoenfeld")
  )
  linear <- nn_fit(mpg ~ wt, mtcars)
  for (type in setdiff(by_equal, "partial")) {
    expect_refused(residuals(linear, type = type), "argument", "is for censored times")
  }
})
