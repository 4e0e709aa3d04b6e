use_survival()
heart <- survival::heart
pairs <- survival_pairs()
new <- lung[c(7, 1, 30, 12), ]
new$time <- c(20, 400, 310, 700)

test_that("expected events of the fit's own rows are those of coxph()", {
  for (name in names(pairs)) {
    cox <- pairs[[name]][[1]]
    fit <- pairs[[name]][[2]]
    expect_equal(
      unname(predict(fit, type = "expected")), unname(predict(cox, type = "expected")),
      tolerance = 1e-6, label = name
    )
    if (startsWith(name, "st")) next # survival wants the data in the workspace
    sure <- predict(fit, type = "expected", se.fit = TRUE)
    expect_equal(unname(sure$se.fit), unname(predict(cox, type = "expected", se.fit = TRUE)$se.fit),
      tolerance = 1e-6, label = name)
  }
})

test_that("those of new rows are, too, with their standard errors", {
  for (name in c("plain", "strata", "factor", "weighted")) {
    expected <- predict(pairs[[name]][[1]], new, type = "expected", se.fit = TRUE)
    found <- predict(pairs[[name]][[2]], new, type = "expected", se.fit = TRUE)
    expect_equal(unname(found$fit), unname(expected$fit), tolerance = 1e-6, label = name)
    expect_equal(unname(found$se.fit), unname(expected$se.fit), tolerance = 1e-6, label = name)
    expect_identical(names(found$fit), row.names(new))
    # What is left of no event by then.
    curve <- predict(pairs[[name]][[2]], new, type = "survival", times = new$time)
    expect_equal(unname(found$fit), unname(-log(diag(curve))), tolerance = 1e-10)
  }
})

test_that("of rows with starts they are differences of hazards", {
  rows <- heart[c(3, 60, 90), ]
  found <- predict(pairs$starts[[2]], rows, type = "expected")
  expect_equal(unname(found), unname(predict(pairs$starts[[1]], rows, type = "expected")),
    tolerance = 1e-6)
  expect_refused(predict(pairs$starts[[2]], rows, type = "expected", se.fit = TRUE), "argument",
    "this outcome has starts", from = "predict")
})

test_that("limits are those of the curves", {
  fit <- pairs$strata[[2]]
  found <- predict(fit, new[2, ], type = "expected", interval = "confidence", level = 0.9)
  curve <- predict(fit, new[2, ], type = "survival", times = 400, interval = "confidence",
    level = 0.9)
  expect_equal(found[, c("fit", "upr", "lwr")], -log(curve[, c("fit", "lwr", "upr")]),
    ignore_attr = TRUE)
  own <- predict(fit, type = "expected", interval = "confidence")
  expect_true(all(own[, "lwr"] >= 0 & own[, "lwr"] <= own[, "fit"]))
})

test_that("a network has them without standard errors", {
  net <- nn_fit(Surv(time, status) ~ age + strata(sex), lung,
    hidden_units = 2, epochs = 5, seed = 1
  )
  expect_equal(predict(net, type = "expected"), (lung$status == 2) - residuals(net))
  curve <- predict(net, new, type = "survival", times = new$time)
  expect_equal(unname(predict(net, new, type = "expected")), -log(diag(curve)), tolerance = 1e-6)
  for (asked in list(list(se.fit = TRUE), list(interval = "confidence"))) {
    expect_refused(do.call(predict, c(list(net, new, type = "expected"), asked)), "argument",
      "for linear models")
  }
})

test_that("nothing is known of missing rows, other strata and after the last time", {
  fit <- pairs$strata[[2]]
  new$time[1] <- 1e5
  new$age[2] <- NA
  new$sex[3] <- 4
  found <- suppressWarnings(predict(fit, new, type = "expected", se.fit = TRUE))
  expect_identical(unname(is.na(found$fit)), c(TRUE, TRUE, TRUE, FALSE))
  expect_identical(unname(is.na(found$se.fit)), c(TRUE, TRUE, TRUE, FALSE))
  none <- suppressWarnings(predict(fit, new[1:3, ], type = "expected", se.fit = TRUE))
  expect_true(all(is.na(unlist(none))))
})

test_that("an outcome is needed", {
  expect_refused(predict(pairs$plain[[2]], new["age"], type = "expected"), "data", "newdata")
  expect_refused(
    predict(pairs$plain[[2]], transform(new, status = factor(status)), type = "expected"), "data",
    "newdata"
  )
  offset <- nn_fit(Surv(time, status) ~ age, lung, offset = ph.ecog / 3)
  expect_refused(
    predict(offset, new, type = "expected", se.fit = TRUE, offset = 1:4 / 3), "argument",
    "offset has to be a column"
  )
})
