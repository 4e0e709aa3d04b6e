use_survival("inst", functions = FALSE)

# coxph() of the same call, with survival's functions in reach.
reference <- function(formula, data, ...) {
  environment(formula) <- list2env(
    list(Surv = survival::Surv, strata = survival::strata), parent = parent.frame()
  )
  rlang::inject(survival::coxph(!!formula, data, control = exact, !!!rlang::enexprs(...)))
}

expect_coxph <- function(fit, cox, tolerance = 1e-7) {
  expect_equal(coef(fit), coef(cox), tolerance = tolerance)
  covariance <- cox$naive.var %||% cox$var
  known <- !is.na(coef(cox))
  expect_equal(
    unname(vcov(fit, complete = FALSE)), covariance[known, known, drop = FALSE],
    tolerance = tolerance
  )
  expect_equal(as.numeric(logLik(fit)), cox$loglik[2], tolerance = 1e-8)
  expect_equal(fit$baseline$log_likelihood[1], cox$loglik[1], tolerance = 1e-8)
  expect_identical(attr(logLik(fit), "df"), attr(logLik(cox), "df") + 0)
  expect_equal(BIC(fit), BIC(cox), tolerance = 1e-8)
  if (is.null(cox$weights) || is.null(cox$naive.var)) {
    expect_equal(
      survival::concordance(fit)$concordance, unname(cox$concordance["concordance"]),
      tolerance = 1e-8
    )
  }
}

cases <- list(
  lung = list(Surv(time, status) ~ age + sex + ph.ecog, lung),
  veteran = list(Surv(time, status) ~ trt * celltype + karno + age, survival::veteran),
  ovarian = list(Surv(futime, fustat) ~ age + factor(rx) + ecog.ps, survival::ovarian),
  colon = list(
    Surv(time, status) ~ rx + strata(etype) + log(age) + nodes + differ, survival::colon
  ),
  pbc = list(Surv(time, status == 2) ~ age + edema + log(bili) + log(protime), survival::pbc),
  kidney = list(Surv(time, status) ~ age + sex + disease, survival::kidney),
  rats = list(Surv(time, status) ~ rx + strata(litter), survival::rats),
  heart = list(Surv(start, stop, event) ~ (age + surgery) * transplant, survival::heart),
  bladder = list(Surv(stop, event) ~ rx + size + number + strata(enum), survival::bladder)
)

test_that("a fit without hidden units is coxph(), on survival's data sets", {
  for (name in names(cases)) {
    formula <- cases[[name]][[1]]
    data <- cases[[name]][[2]]
    fit <- nn_fit(formula, data)
    expect_coxph(fit, reference(formula, data))
    expect_identical(fit$stopped, "converged", label = name)
  }
})

test_that("with weights, an offset, subset, other ties and starts in strata, too", {
  fit <- nn_fit(Surv(time, status) ~ age + offset(sex / 2), lung,
    weights = ph.karno, subset = sex == 1 | age > 50
  )
  expect_coxph(fit, reference(Surv(time, status) ~ age + offset(sex / 2), lung,
    weights = ph.karno, subset = sex == 1 | age > 50, robust = FALSE
  ))
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex, inst), lung, weights = ph.karno / 7)
  cox <- reference(Surv(time, status) ~ age + strata(sex, inst), lung, weights = ph.karno / 7)
  expect_equal(coef(fit), coef(cox), tolerance = 1e-7)
  expect_equal(unname(vcov(fit)), cox$naive.var, tolerance = 1e-7)
  fit <- nn_fit(Surv(time, status) ~ age, lung, loss = list("cox", ties = "breslow"))
  expect_coxph(fit, reference(Surv(time, status) ~ age, lung, ties = "breslow"))
  heart <- survival::heart
  fit <- nn_fit(Surv(start, stop, event) ~ age + year + strata(transplant), heart)
  expect_coxph(fit, reference(Surv(start, stop, event) ~ age + year + strata(transplant), heart))
})

test_that("one event, one time, ties everywhere, time 0, huge times, a stratum without events", {
  some <- lung[1:40, ]
  expect_same <- function(data, formula = Surv(time, status) ~ age + ph.ecog) {
    cox <- reference(formula, data)
    fit <- nn_fit(formula, data)
    expect_coxph(fit, cox)
    expect_equal(residuals(fit), residuals(cox), tolerance = 1e-6)
    own <- survival::survfit(fit, se.fit = FALSE)
    cox$model <- as_coxph(fit)$model
    expect_equal(own$surv, survival::survfit(cox, se.fit = FALSE)$surv, tolerance = 1e-6)
  }
  expect_same(transform(some, time = ceiling(time / 300)))
  expect_same(transform(some, time = 5))
  expect_same(transform(some, time = replace(time, c(1, 3), 0)))
  expect_same(transform(some, time = time * 1e300))
  expect_same(transform(some, age = age + 1e6))
  expect_same(transform(some, status = status == 2))
  quiet <- transform(some, status = ifelse(sex == 2, 1, status))
  expect_same(quiet, Surv(time, status) ~ age + ph.ecog + strata(sex))
  curve <- predict(nn_fit(Surv(time, status) ~ age + strata(sex), quiet), quiet,
    type = "survival", times = 100, se.fit = TRUE
  )
  expect_identical(unname(curve$fit[quiet$sex == 2, 1]), rep(1, sum(quiet$sex == 2)))
  expect_identical(unname(curve$se.fit[quiet$sex == 2, 1]), rep(0, sum(quiet$sex == 2)))
  expect_same(
    transform(some, status = replace(rep(1, 40), 7, 2)), Surv(time, status) ~ age
  )
  # Tiny times keep their order, where coxph() has one time.
  plain <- nn_fit(Surv(time, status) ~ age + ph.ecog, some)
  tiny <- nn_fit(Surv(time, status) ~ age + ph.ecog, transform(some, time = time * 1e-300))
  expect_equal(coef(tiny), coef(plain))
  expect_equal(vcov(tiny), vcov(plain))
})

test_that("columns that add nothing are NA, as in coxph()", {
  formula <- Surv(time, status) ~ age + I(2 * age) + sex + strata(sex)
  cox <- reference(formula, lung)
  expect_warning(fit <- nn_fit(formula, lung), class = "nnfit_warning_collinear")
  expect_identical(is.na(coef(fit)), is.na(coef(cox)))
  expect_coxph(fit, cox)
})

test_that("Surv() is found without survival, by its name, in a column and as y", {
  plain <- coef(nn_fit(Surv(time, status) ~ age + strata(sex), lung))
  named <- nn_fit(survival::Surv(time, status) ~ age + survival::strata(sex), lung)
  expect_equal(unname(coef(named)), unname(plain))
  times <- survival::Surv(lung$time, lung$status)
  both <- coef(nn_fit(Surv(time, status) ~ age + sex, lung))
  expect_equal(coef(nn_fit(as.matrix(lung[c("age", "sex")]), times)), both)
  expect_equal(coef(nn_fit(lung[c("age", "sex")], times)), both)
  lung$times <- times
  expect_equal(coef(nn_fit(times ~ age + sex, lung)), both)
  # A name of the user's own comes first.
  Surv <- function(time, status) survival::Surv(time, status == 3)
  expect_refused(nn_fit(Surv(time, status) ~ age, lung), "data", "must have a row with an event")
})

test_that("rows with missing times are left out like others", {
  lung$time[3] <- NA
  lung$age[5] <- NA
  fit <- nn_fit(Surv(time, status) ~ age, lung, na.action = na.exclude)
  expect_coxph(fit, reference(Surv(time, status) ~ age, lung))
  expect_identical(unname(which(is.na(residuals(fit)))), c(3L, 5L))
  times <- survival::Surv(lung$time, lung$status)
  expect_equal(unname(coef(nn_fit(as.matrix(lung["age"]), times))), unname(coef(fit)))
})

test_that("what a partial likelihood can not compare is refused by name", {
  refused <- function(formula, ..., kind = "data") {
    expect_refused(nn_fit(formula, lung), kind, ..., from = "nn_fit")
  }
  refused(Surv(time, status, type = "left") ~ age, "censored on the right, not of type left")
  refused(Surv(time, time + 5, type = "interval2") ~ age, "not of type interval")
  refused(Surv(time, factor(status)) ~ age, "not of type mright")
  refused(Surv(-time, status) ~ age, "data must not have times below 0", "225 rows have one")
  refused(Surv(time, 0 * status) ~ age, "data must have a row with an event", "All 225 rows")
  refused(Surv(time, status) ~ age + cluster(inst), "the term cluster(inst)",
    "sandwich::vcovCL(fit, cluster = ~id, cadjust = FALSE)")
  refused(Surv(time, status) ~ age + frailty(inst), "the term frailty(inst)", "strata()")
  refused(Surv(time, status) ~ survival::pspline(age), "the term survival::pspline(age)")
  refused(Surv(time, status) ~ 1, "must have a predictor", kind = "argument")
  refused(Surv(time, status) ~ strata(sex), "must have a predictor", kind = "argument")
  expect_refused(nn_fit(matrix(1:3), survival::Surv(1:3, c(0, 0, 0))), "data", "y must have a row")
})

test_that("options that make no sense with it are refused by name", {
  refused <- function(..., said, kind = "argument") {
    expect_refused(nn_fit(Surv(time, status) ~ age, lung, ...), kind, said, from = "nn_fit")
  }
  refused(loss = "mse", said = "loss mse needs an outcome of numbers")
  refused(loss = "bce_with_logits", said = "needs an outcome of two classes")
  refused(loss = function(p, t) mean((p - t)^2), said = "loss is a function")
  refused(loss = list("cox", ties = "exact"), said = "takes a ties that is")
  refused(class_weights = "balanced", said = "class_weights needs an outcome of classes")
  refused(metrics = "rmse", said = "not for an outcome of censored times")
  expect_refused(nn_fit(time ~ age, lung, loss = "cox"), "argument",
    "needs an outcome of censored times (Surv(time, status))")
  expect_refused(nn_fit(factor(sex) ~ age, lung, loss = "cox"), "argument", "censored times")
})

test_that("files are refused", {
  path <- withr::local_tempfile(fileext = ".parquet")
  skip_if_no_pyarrow()
  write_parquet(lung, path)
  expect_refused(nn_fit(Surv(time, status) ~ age, path), "argument", "formula can not have Surv()")
  expect_refused(nn_fit(time ~ age, path, loss = "cox"), "argument", "needs an outcome of censored")
})

test_that("coefficients without a most likely value are warned of", {
  lung$late <- -lung$time
  expect_warning(
    fit <- nn_fit(Surv(time, status) ~ late, lung), "no most likely value",
    class = "nnfit_warning_separated"
  )
  expect_output(print(fit), "Events told apart without an error")
  expect_refused(vcov(fit), "argument", "no most likely value")
  # A single event, of the oldest.
  one <- lung[order(lung$age), ]
  one$status <- rep(1:2, c(nrow(lung) - 1, 1))
  expect_warning(nn_fit(Surv(time, status) ~ age, one), class = "nnfit_warning_separated")
  # A level, and a column, where coxph() warns of a coefficient that may be infinite.
  apart <- transform(lung, level = factor(ifelse(status == 1 & time > 500, "b", "a")))
  apart$column <- as.numeric(apart$time < 100 & apart$status == 2)
  for (formula in list(
    Surv(time, status) ~ age + level, Surv(time, status) ~ age + level + strata(sex),
    Surv(time, status) ~ column + age
  )) {
    expect_warning(reference(formula, apart), "may be infinite|Ran out of iterations")
    expect_warning(fit <- nn_fit(formula, apart), class = "nnfit_warning_separated")
    for (ask in list(vcov, confint, as_coxph)) {
      expect_refused(ask(fit), "argument", "no most likely")
    }
    expect_refused(predict(fit, apart, type = "lp", se.fit = TRUE), "argument", "no most likely")
    expect_true(all(is.na(tidy(fit)$std.error)))
    expect_null(survival::survfit(fit)$std.err)
  }
  # A penalty makes it a definite one.
  expect_no_warning(nn_fit(Surv(time, status) ~ late, lung, penalty = 0.1))
})

test_that("held-out rows are validated on, with their strata", {
  train <- lung[1:150, ]
  rest <- lung[151:225, ]
  args <- list(hidden_units = 2, epochs = 3, seed = 1)
  formula <- Surv(time, status) ~ age + ph.ecog + strata(sex)
  fit <- function(validation) {
    do.call(nn_fit, c(list(formula, train, validation = validation), args))
  }
  whole <- fit(rest)
  times <- survival::Surv(rest$time, rest$status)
  expect_identical(whole$history, fit(list(rest, times))$history)
  one <- do.call(nn_fit, c(list(formula, train, validation = rest), replace(args, "epochs", 1),
    list(optimizer = "sgd", learn_rate = 1e-30)))
  rest$link <- predict(one, rest, type = "link")
  by_hand <- reference(Surv(time, status) ~ strata(sex) + offset(link), rest)$loglik
  expect_equal(one$history$valid_loss, -by_hand / nrow(rest), tolerance = 1e-5)
  refused <- function(validation, ...) expect_refused(fit(validation), "data", ...)
  refused(list(rest, rest$time), "validation must have an outcome of censored times")
  refused(
    list(rest, survival::Surv(rest$time, rest$time + 1, rest$status)), "have time and event"
  )
  missing <- rest
  missing$sex[1] <- NA
  refused(missing, "validation must not have missing")
})

test_that("folds whose last event has weight 0 are those without its row", {
  skip_if_no_torch()
  skip_if_not_installed("survival")
  lung <- stats::na.omit(survival::lung[1:60, c("time", "status", "age", "sex")])
  lung$g <- rep(1:2, length.out = nrow(lung))
  lung$w <- replace(rep(1:3, length.out = nrow(lung)), order(-lung$time)[1:6], 0)
  lung$status[lung$w == 0] <- 2
  validated <- function(data) {
    nn_cv(survival::Surv(time, status) ~ age + sex, data, weights = w, folds = g, seed = 1)$losses
  }
  expect_equal(validated(lung), validated(lung[lung$w > 0, ]), tolerance = 1e-5)
})
