use_survival()

lung$high <- lung$ph.ecog > 1
heart <- survival::heart

expect_survfit <- function(fit, cox, ...) {
  plain <- function(x) {
    x <- unclass(x)
    x[c("call", "newdata")] <- NULL # the second of newer versions of survival
    x
  }
  expect_equal(
    plain(survival::survfit(fit, ...)), plain(survival::survfit(cox, ...)), tolerance = 1e-7
  )
  # Of what the fit holds alone.
  expect_equal(
    plain(survival::survfit(fit, ..., se.fit = FALSE)),
    plain(survival::survfit(cox, ..., se.fit = FALSE)), tolerance = 1e-8
  )
}

test_that("curves of the reference and of new rows are survival's", {
  formulas <- list(
    Surv(time, status) ~ age + ph.ecog,
    Surv(time, status) ~ age + strata(sex),
    Surv(time, status) ~ age + strata(sex) + strata(high)
  )
  for (formula in formulas) {
    fit <- nn_fit(formula, lung)
    cox <- survival::coxph(formula, lung, control = exact)
    expect_survfit(fit, cox)
    expect_survfit(fit, cox, lung[c(20, 5, 9), ])
    expect_survfit(fit, cox, lung[20, ])
  }
})

test_that("limits are as they are asked for", {
  pairs <- survival_pairs()
  for (name in setdiff(names(pairs), "factor")) {
    cox <- pairs[[name]][[1]]
    fit <- pairs[[name]][[2]]
    for (type in c("log-log", "plain", "logit", "arcsin", "none")) {
      found <- survival::survfit(fit, conf.int = 0.8, conf.type = type)
      expected <- survival::survfit(cox, conf.int = 0.8, conf.type = type)
      parts <- c("surv", "cumhaz", "std.err", "std.chaz", "lower", "upper", "conf.int", "conf.type")
      for (part in parts) expect_equal(found[[part]], expected[[part]], tolerance = 1e-6)
    }
    found <- survival::survfit(fit, stype = 2, ctype = 1, start.time = 20)
    expected <- survival::survfit(cox, stype = 2, ctype = 1, start.time = 20)
    expect_equal(found$std.err, expected$std.err, tolerance = 1e-6)
  }
})

test_that("a path of changing predictors has one curve", {
  formula <- Surv(start, stop, event) ~ age + transplant
  path <- data.frame(
    start = c(0, 30), stop = c(30, 400), event = 0, age = -5, transplant = factor(0:1), who = 1
  )
  found <- survival::survfit(nn_fit(formula, heart), path, id = who)
  expected <- survival::survfit(survival::coxph(formula, heart, control = exact), path, id = who)
  expect_equal(found$surv, expected$surv, tolerance = 1e-7)
  expect_equal(found$std.err, expected$std.err, tolerance = 1e-7)
})

test_that("curves of networks, and of fits whose data are gone, have no standard errors", {
  net <- nn_fit(Surv(time, status) ~ age, lung, hidden_units = 2, epochs = 3, seed = 1)
  expect_null(survival::survfit(net)$std.err)
  expect_refused(survival::survfit(net, se.fit = TRUE), "argument", "se.fit is for the curves",
    "no standard errors")
  expect_refused(survival::survfit(net, stype = 2), "argument", "stype is for the curves")
  shrunk <- nn_fit(Surv(time, status) ~ age, lung, penalty = 0.1)
  expect_null(survival::survfit(shrunk)$std.err)
  expect_refused(survival::survfit(shrunk, se.fit = TRUE), "argument", "A penalty draws them")
  gone <- lung
  fit <- nn_fit(Surv(time, status) ~ age, gone)
  gone$time <- rev(gone$time)
  expect_refused(survival::survfit(fit, se.fit = TRUE), "argument", "data are not what they were",
    "se.fit = FALSE")
  said <- expect_warning(curve <- survival::survfit(fit), class = "nnfit_warning_no_errors")
  expect_match(flat_message(said), "survfit() reads the rows of the fit again", fixed = TRUE)
  expect_identical(curve, survival::survfit(fit, se.fit = FALSE))
  rm(gone)
  expect_warning(survival::survfit(fit), class = "nnfit_warning_no_errors")
  expect_length(survival::survfit(fit, se.fit = FALSE)$surv, length(unique(lung$time)))
})

test_that("with weights, starts and Breslow's ties, too", {
  fit <- nn_fit(Surv(time, status) ~ age, lung, weights = ph.karno)
  cox <- survival::coxph(Surv(time, status) ~ age, lung,
    weights = ph.karno, control = exact, robust = FALSE
  )
  expect_survfit(fit, cox)
  formula <- Surv(start, stop, event) ~ age + year + strata(transplant)
  expect_survfit(nn_fit(formula, heart), survival::coxph(formula, heart, control = exact))
  fit <- nn_fit(Surv(time, status) ~ age, lung, loss = list("cox", ties = "breslow"))
  expect_survfit(fit, survival::coxph(Surv(time, status) ~ age, lung,
    ties = "breslow", control = exact
  ))
})

test_that("survival prints, summarises and draws them", {
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  curves <- survival::survfit(fit)
  expect_output(print(curves), "sex=1")
  expect_named(quantile(curves, 0.5), c("quantile", "lower", "upper"))
  expect_length(summary(curves, times = 100)$surv, 2)
  path <- withr::local_tempfile(fileext = ".png")
  grDevices::png(path)
  plot(curves)
  grDevices::dev.off()
  expect_gt(file.size(path), 1000)
})

test_that("other fits and rows that are missing are refused", {
  expect_refused(survival::survfit(nn_fit(mpg ~ wt, mtcars)), "argument", "is for censored times")
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  new <- lung[1:3, ]
  new$age[2] <- NA
  expect_refused(survival::survfit(fit, new), "data", "newdata must have rows", "1 row has missing")
  expect_refused(survival::survfit(fit, std.err = TRUE), "argument", "std.err")
  expect_refused(survival::survfit(fit, se.fit = "a"), "argument", "se.fit must be TRUE or FALSE")
  expect_refused(survival::survfit(fit, conf.int = 95), "argument", "conf.int must be a number")
  expect_refused(survival::survfit(fit, conf.type = "wald"), "argument", "conf.type")
})
