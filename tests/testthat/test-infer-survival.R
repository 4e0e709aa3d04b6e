use_survival()

formula <- Surv(time, status) ~ age + ph.ecog + strata(sex)
fit <- nn_fit(formula, lung)
cox <- survival::coxph(formula, lung, control = exact)

test_that("martingale and deviance residuals are those of coxph()", {
  expect_equal(residuals(fit), residuals(cox), tolerance = 1e-7)
  for (type in c("martingale", "deviance")) {
    expect_equal(residuals(fit, type = type), residuals(cox, type = type), tolerance = 1e-7)
  }
  heart <- survival::heart
  fit <- nn_fit(Surv(start, stop, event) ~ age + year, heart)
  expect_equal(
    residuals(fit, type = "deviance"),
    residuals(survival::coxph(Surv(start, stop, event) ~ age + year, heart, control = exact),
      type = "deviance"
    ), tolerance = 1e-7
  )
  expect_refused(residuals(fit, type = "response"), "argument", "does not go with censored times")
  expect_refused(residuals(nn_fit(mpg ~ wt, mtcars), type = "martingale"), "argument",
    "is for censored times")
})

test_that("rows that were not trained on have no residuals", {
  held <- nn_fit(formula, lung, validation = 1:20, hidden_units = 2, epochs = 2, seed = 1)
  expect_identical(unname(which(is.na(residuals(held)))), 1:20)
  weighted <- nn_fit(formula, lung, weights = rep(0:1, c(5, 221)))
  expect_identical(unname(which(is.na(residuals(weighted)))), 1:5)
  rest <- residuals(nn_fit(formula, lung[-(1:5), ]))
  expect_equal(unname(residuals(weighted)[-(1:5)]), unname(rest))
})

test_that("nobs() and BIC() count events, and the deviance is minus twice the likelihood", {
  expect_identical(nobs(fit), sum(lung$status == 2))
  expect_equal(deviance(fit), -2 * cox$loglik[2])
  expect_equal(AIC(fit), AIC(cox))
  expect_equal(extractAIC(fit), extractAIC(cox))
  chosen <- step(nn_fit(Surv(time, status) ~ age + sex + ph.ecog, lung), trace = 0)
  expect_identical(
    names(coef(chosen)),
    names(coef(step(survival::coxph(Surv(time, status) ~ age + sex + ph.ecog, lung), trace = 0)))
  )
  for (generic in list(family, sigma)) expect_refused(generic(fit), "argument", "cox")
  expect_refused(
    df.residual(fit), "argument", "df.residual() does not go with censored", "coxph() has none"
  )
  for (which in c("observed", "residuals", "curve")) {
    expect_refused(plot(fit, which), "argument", "does not go with censored times")
  }
})

test_that("concordance() is survival's, on the fit and on its predictions", {
  own <- survival::concordance(fit)
  theirs <- survival::concordance(cox)
  for (part in c("n", "count", "concordance", "var")) {
    expect_equal(own[[part]], theirs[[part]], tolerance = 1e-8)
  }
  expect_output(print(own), "Concordance")
  new <- lung[1:60, ]
  expect_equal(
    survival::concordance(fit, newdata = new)$concordance,
    survival::concordance(cox, newdata = new)$concordance
  )
  expect_equal(
    survival::concordance(fit, timewt = "S")$concordance,
    survival::concordance(cox, timewt = "S")$concordance
  )
  risk <- predict(fit, type = "risk")
  by_hand <- survival::concordance(Surv(time, status) ~ risk + strata(sex), lung, reverse = TRUE)
  expect_equal(by_hand$concordance, own$concordance)
  expect_refused(survival::concordance(nn_fit(mpg ~ wt, mtcars)), "argument", "censored times")
  expect_refused(survival::concordance(fit, foo = 1), "argument", "foo")
})

test_that("other ways to fit have them: folds, batches, restarts, going on, replicates", {
  cv <- nn_cv(formula, lung, folds = 5, seed = 1, metrics = "concordance_survival")
  expect_true(all(is.finite(cv$losses$valid_loss)))
  expect_gt(mean(cv$losses$valid_concordance_survival), 0.5)
  net <- nn_fit(formula, lung, hidden_units = 2, epochs = 4, batch_size = 50, seed = 1)
  expect_true(all(is.finite(net$history$train_loss)))
  onward <- update(net, epochs = 2)
  expect_length(onward$history$train_loss, 6)
  wider <- update(fit, . ~ . + ph.karno)
  expect_named(coef(wider), c("age", "ph.ecog", "ph.karno"))
  several <- nn_fit(formula, lung, hidden_units = 2, epochs = 2, members = 2, seed = 1)
  expect_equal(mean(predict(several, lung, type = "lp", reference = "sample")), 0, tolerance = 1e-6)
  replicated <- nn_fit(formula, lung, bootstrap = 30, seed = 1)
  ratio <- sqrt(diag(vcov(replicated))) / sqrt(diag(vcov(cox)))
  expect_true(all(ratio > 0.6 & ratio < 1.6))
  expect_equal(summary(several)$survival$events, 163)
})

test_that("a fit's frame, matrix and names are coxph()'s", {
  expect_identical(variable.names(fit), c("age", "ph.ecog"))
  expect_equal(model.matrix(fit), model.matrix(cox), ignore_attr = TRUE)
  expect_identical(names(model.frame(fit)), names(model.frame(cox)))
})

test_that("tables of a fit are broom's of a coxph", {
  tidied <- tidy(fit, conf.int = TRUE)
  theirs <- summary(cox)
  expect_identical(tidied$term, rownames(theirs$coefficients))
  expect_equal(
    unname(as.matrix(tidied[c("estimate", "std.error", "statistic", "p.value")])),
    unname(theirs$coefficients[, -2]), tolerance = 1e-7
  )
  expect_equal(unname(as.matrix(tidied[c("conf.low", "conf.high")])), unname(confint(cox)),
    tolerance = 1e-7)
  expect_equal(
    summary(fit)$coefficients, theirs$coefficients[, -2], tolerance = 1e-7, ignore_attr = TRUE
  )
  glanced <- glance(fit)
  expect_equal(
    unlist(glanced[c("statistic.log", "p.value.log", "statistic.wald", "p.value.wald")]),
    c(theirs$logtest[c("test", "pvalue")], theirs$waldtest[c("test", "pvalue")]),
    tolerance = 1e-3, ignore_attr = TRUE # Wald's is rounded there
  )
  expect_equal(unlist(glanced[c("r.squared", "r.squared.max")]), theirs$rsq, ignore_attr = TRUE)
  expect_equal(
    unlist(glanced[c("concordance", "std.error.concordance")]), theirs$concordance,
    tolerance = 1e-6, ignore_attr = TRUE
  )
  expect_equal(
    unlist(glanced[c("n", "nevent", "logLik", "AIC", "BIC", "nobs")]),
    c(cox$n, cox$nevent, logLik(cox), AIC(cox), BIC(cox), cox$nevent), ignore_attr = TRUE
  )
  expect_equal(glanced$statistic.sc, theirs$sctest[["test"]], tolerance = 1e-6)
  expect_equal(glanced$p.value.sc, theirs$sctest[["pvalue"]], tolerance = 1e-6)
  expect_true(is.na(glanced$statistic.robust))
  if (requireNamespace("broom", quietly = TRUE)) {
    expect_identical(names(glanced), names(broom::glance(cox)))
    shown <- c(".fitted", ".se.fit", ".resid")
    for (type in c("lp", "expected")) {
      expect_equal(
        as.data.frame(augment(fit, lung, type.predict = type, se_fit = TRUE)[shown]),
        as.data.frame(broom::augment(cox, data = lung, type.predict = type)[shown]),
        tolerance = 1e-6, ignore_attr = TRUE
      )
    }
    expect_equal(
      as.data.frame(tidy(fit, conf.int = TRUE, exponentiate = TRUE)),
      as.data.frame(broom::tidy(cox, conf.int = TRUE, exponentiate = TRUE)), tolerance = 1e-6
    )
  }
  new <- augment(fit, newdata = lung[3:1, ], type.predict = "lp", se_fit = TRUE)
  expect_equal(new$.fitted, unname(predict(cox, lung[3:1, ])), tolerance = 1e-7)
  expect_refused(augment(nn_fit(mpg ~ wt, mtcars), type.predict = "lp"), "argument",
    "is for censored times", from = "augment")
  gone <- lung
  without <- nn_fit(formula, gone)
  rm(gone)
  expect_true(is.na(glance(without)$statistic.sc))
  expect_equal(glance(without)$statistic.log, glanced$statistic.log)
  augmented <- augment(fit, type.predict = "link")
  expect_equal(augmented$.fitted, unname(predict(cox, reference = "sample")))
  expect_equal(augmented$.resid, unname(residuals(cox)))
  net <- nn_fit(formula, lung, hidden_units = 2, epochs = 3, seed = 1)
  expect_identical(glance(net)$nevent, sum(lung$status == 2))
  expect_refused(tidy(net), "argument", "is for linear models")
  for (generic in list(hatvalues, influence)) expect_refused(generic(fit), "argument", "does not go with censored times")
})
