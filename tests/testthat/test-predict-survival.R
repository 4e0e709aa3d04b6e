use_survival()

cox <- survival::coxph(Surv(time, status) ~ age + strata(sex) + ph.ecog, lung, control = exact)
fit <- nn_fit(Surv(time, status) ~ age + strata(sex) + ph.ecog, lung)
new <- lung[c(7, 1, 30, 12), ]
heart <- survival::heart

test_that("linear predictors and risks are those of coxph(), by each reference", {
  for (reference in c("strata", "sample", "zero")) {
    for (type in c("lp", "risk")) {
      expect_equal(
        predict(fit, new, type = type, reference = reference),
        predict(cox, new, type = type, reference = reference), tolerance = 1e-8
      )
      expect_equal(
        unname(predict(fit, type = type, reference = reference)),
        unname(predict(cox, type = type, reference = reference)), tolerance = 1e-8
      )
    }
    expect_equal(
      predict(fit, new, type = "lp", reference = reference, se.fit = TRUE),
      predict(cox, new, type = "lp", reference = reference, se.fit = TRUE), tolerance = 1e-7
    )
  }
  sure <- predict(fit, new, type = "risk", se.fit = TRUE)
  expect_equal(sure$se.fit, sure$fit * predict(fit, new, type = "lp", se.fit = TRUE)$se.fit)
})

test_that("the response is a risk beside the reference, and the link its logarithm", {
  sample <- predict(cox, new, reference = "sample")
  expect_equal(predict(fit, new, type = "link"), sample, tolerance = 1e-8)
  expect_equal(predict(fit, new), exp(sample), tolerance = 1e-8)
  expect_equal(unname(fitted(fit)), unname(exp(predict(cox, reference = "sample"))),
    tolerance = 1e-8)
  sure <- predict(fit, new, type = "link", se.fit = TRUE)
  expect_equal(sure$se.fit, predict(cox, new, reference = "sample", se.fit = TRUE)$se.fit,
    tolerance = 1e-7)
  limits <- predict(fit, new, interval = "confidence")
  expect_equal(limits[, "upr"], exp(sure$fit + qnorm(0.975) * sure$se.fit))
})

test_that("standard errors of the fit's own rows are there too", {
  own <- predict(fit, type = "lp", se.fit = TRUE)
  expect_equal(own$se.fit, unname(predict(cox, se.fit = TRUE)$se.fit), tolerance = 1e-7,
    ignore_attr = TRUE)
})

test_that("curves are those of survfit(), each row's in its stratum", {
  times <- c(0, 50.5, 400, 200)
  found <- predict(fit, new, type = "survival", times = times)
  expect_identical(dimnames(found), list(row.names(new), c("0.0", "50.5", "400.0", "200.0")))
  curves <- survival::survfit(cox, new, se.fit = FALSE)
  for (i in seq_len(nrow(new))) {
    expected <- summary(curves[i], times = sort(times))$surv
    expect_equal(unname(found[i, order(times)]), expected, tolerance = 1e-8)
  }
  all <- predict(fit, new, type = "survival")
  expect_identical(colnames(all), as.character(sort(unique(lung$time[lung$status == 2]))))
  late <- max(lung$time[lung$sex == 2])
  expect_identical(
    unname(is.na(predict(fit, new, type = "survival", times = late + 1)[, 1])), new$sex == 2
  )
})

test_that("risks and their logarithms have limits", {
  sure <- predict(fit, new, type = "lp", se.fit = TRUE)
  limits <- predict(fit, new, type = "lp", interval = "confidence", level = 0.8)
  expect_equal(limits[, "lwr"], sure$fit - qnorm(0.9) * sure$se.fit)
  expect_identical(dimnames(limits), list(row.names(new), c("fit", "lwr", "upr")))
  risks <- predict(fit, new, type = "risk", interval = "confidence", level = 0.8, se.fit = TRUE)
  expect_equal(risks$fit, exp(limits))
  expect_equal(risks$se.fit, predict(fit, new, type = "risk", se.fit = TRUE)$se.fit)
  own <- predict(fit, type = "risk", interval = "confidence")
  expect_equal(own["7", ], predict(fit, new, type = "risk", interval = "confidence")["7", ])
  replicated <- nn_fit(Surv(time, status) ~ age, lung, bootstrap = 3, seed = 1)
  expect_refused(
    predict(replicated, new, type = "lp", interval = "confidence"), "argument", "with replicates"
  )
})

test_that("curves have the standard errors and limits of survfit()", {
  times <- c(50, 300, 200)
  pairs <- survival_pairs()
  for (name in c("plain", "strata", "weighted", "breslow")) {
    cox <- pairs[[name]][[1]]
    fit <- pairs[[name]][[2]]
    found <- predict(fit, new, type = "survival", times = times, se.fit = TRUE,
      interval = "confidence", level = 0.9
    )
    expect_identical(dimnames(found$se.fit), list(row.names(new), c("50", "300", "200")))
    expect_identical(names(found$fit), c("50", "300", "200"))
    curves <- survival::survfit(cox, new, conf.int = 0.9)
    for (i in seq_len(nrow(new))) {
      expected <- summary(curves[i], times = sort(times))
      expect_equal(unname(found$se.fit[i, order(times)]), expected$std.err, tolerance = 1e-6)
      limits <- vapply(found$fit[order(times)], function(time) time[i, ], numeric(3))
      expect_equal(limits["lwr", ], expected$lower, tolerance = 1e-6, ignore_attr = TRUE)
      expect_equal(limits["upr", ], expected$upper, tolerance = 1e-6, ignore_attr = TRUE)
    }
    one <- predict(fit, new[2, ], type = "survival", times = 300, interval = "confidence",
      level = 0.9
    )
    expect_equal(one, found$fit[["300"]][2, , drop = FALSE])
  }
  # Nothing has happened before the first event, and nothing is known after the last time.
  ends <- predict(fit, new, type = "survival", times = c(0, 1e4), se.fit = TRUE)
  expect_identical(unname(ends$se.fit[, 1]), rep(0, 4))
  expect_true(all(is.na(ends$se.fit[, 2])))
})

test_that("what is missing or of another stratum is NA", {
  other <- new
  other$age[1] <- NA
  other$sex[2] <- 3
  expect_warning(
    found <- predict(fit, other, type = "survival", times = 100),
    class = "nnfit_warning_levels"
  )
  expect_identical(unname(is.na(found[, 1])), c(TRUE, TRUE, FALSE, FALSE))
  expect_warning(lp <- predict(fit, other, type = "lp"), class = "nnfit_warning_levels")
  expect_identical(unname(is.na(lp)), c(TRUE, TRUE, FALSE, FALSE))
})

test_that("an offset counts relative to its mean in training", {
  fit <- nn_fit(Surv(time, status) ~ age + offset(ph.ecog), lung)
  cox <- survival::coxph(Surv(time, status) ~ age + offset(ph.ecog), lung, control = exact)
  # Newer versions of survival leave the offset as it is: a number is added to all.
  known <- lung[!is.na(lung$ph.ecog), ]
  slope <- coef(cox)[["age"]]
  expected <- slope * (known$age - mean(known$age)) + known$ph.ecog - mean(known$ph.ecog)
  expect_equal(unname(log(fitted(fit))), expected, tolerance = 1e-8)
  expect_equal(unname(predict(fit, known[5:9, ], type = "lp")), expected[5:9], tolerance = 1e-8)
  expect_lt(sd(cox$linear.predictors - expected), 1e-8)
  expect_equal(
    unname(predict(fit, new, type = "survival", times = 300)[, 1]),
    drop(summary(survival::survfit(cox, new, se.fit = FALSE), times = 300)$surv),
    tolerance = 1e-8, ignore_attr = TRUE
  )
})

test_that("curves of a network are those of the baseline at its risks", {
  for (ties in c("efron", "breslow")) {
    net <- nn_fit(Surv(time, status) ~ age + ph.ecog + strata(sex), lung,
      hidden_units = 3, epochs = 20, seed = 1, loss = list("cox", ties = ties), weights = ph.karno
    )
    lung$link <- log(fitted(net))
    alone <- survival::coxph(Surv(time, status) ~ strata(sex) + offset(link), lung,
      weights = ph.karno, ties = ties
    )
    expect_equal(as.numeric(logLik(net)), alone$loglik, tolerance = 1e-6)
    expect_equal(unname(residuals(net)), unname(residuals(alone)), tolerance = 1e-5)
    curves <- survival::survfit(alone, se.fit = FALSE)
    rows <- match(c("sex=1", "sex=2"), paste0("sex=", lung$sex))
    found <- predict(net, lung[rows, ], type = "survival", times = c(100, 300))
    for (i in 1:2) {
      # Of a model without columns the curve is that of the offset 0, or of its mean.
      hazard <- -log(summary(curves[i], times = c(100, 300))$surv)
      moved <- lung$link[rows[i]] - c(0, mean(lung$link))
      gap <- min(vapply(moved, function(by) max(abs(-log(found[i, ]) / exp(by) - hazard)), 0))
      expect_lt(gap, 1e-5)
    }
  }
})

test_that("a network has risks and curves; one with replicates has limits", {
  net <- nn_fit(Surv(time, status) ~ age + ph.ecog, lung,
    hidden_units = 3, epochs = 5, seed = 1, bootstrap = 3
  )
  expect_equal(mean(predict(net, lung, type = "lp")), 0, tolerance = 1e-6)
  curves <- predict(net, new, type = "survival", times = c(100, 300))
  expect_true(all(curves > 0 & curves < 1 & curves[, 1] > curves[, 2]))
  limits <- predict(net, new, interval = "confidence")
  expect_true(all(limits[, "lwr"] <= limits[, "upr"]))
  expect_refused(predict(net, new, type = "lp", reference = "zero"), "argument", "linear models")
  expect_refused(predict(net, new, type = "lp", se.fit = TRUE), "argument", "for linear models")
})

test_that("what does not go together is refused by name", {
  refused <- function(...) {
    arguments <- list(...)
    said <- arguments[["said"]]
    arguments[["said"]] <- NULL
    expect_refused(do.call(predict, c(list(fit), arguments)), "argument", said)
  }
  refused(new, type = "prob", said = "this one is of censored times")
  refused(new, interval = "prediction", said = "prediction does not go with censored times")
  refused(new, type = "lp", interval = "prediction", said = "does not go with censored times")
  refused(type = "survival", said = "newdata must be given")
  refused("path", type = "lp", said = "newdata must be in memory")
  refused(new, times = 3, said = "times goes with type = survival")
  refused(new, type = "survival", times = "a", said = "times must be finite numbers")
  refused(new, reference = "zero", said = "reference goes with type = lp")
  other <- nn_fit(mpg ~ wt, mtcars)
  for (type in c("lp", "risk", "survival", "expected")) {
    expect_refused(predict(other, mtcars, type = type), "argument", "is for censored times")
  }
})

test_that("a fit that was saved predicts the same in another session", {
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, path)
  there <- in_new_session(function(path, new) {
    fit <- readRDS(path)
    list(predict(fit, new, type = "lp"), predict(fit, new, type = "survival", times = 100))
  }, list(path, new))
  expect_identical(there[[1]], predict(fit, new, type = "lp"))
  expect_identical(there[[2]], predict(fit, new, type = "survival", times = 100))
})
