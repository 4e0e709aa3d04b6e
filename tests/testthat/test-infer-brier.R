use_survival()

formula <- Surv(time, status) ~ age + ph.ecog + strata(sex)
fit <- nn_fit(formula, lung)
cox <- survival::coxph(formula, lung, control = exact)

# As Graf and others (1999) define it, row by row and time by time.
brier_by_hand <- function(time, event, weights, p, at) {
  uncensored <- function(t) { # before t; events come first
    prod(vapply(unique(time[!event & time < t]), function(s) {
      lost <- sum(weights[time == s & !event])
      1 - lost / (sum(weights[time > s]) + lost)
    }, numeric(1)))
  }
  each <- vapply(seq_along(time), function(i) {
    if (time[i] <= at && event[i]) return(p[i]^2 / uncensored(time[i]))
    if (time[i] > at || time[i] == at) return((1 - p[i])^2 / uncensored(at))
    0
  }, numeric(1))
  sum(weights * each) / sum(weights)
}

test_that("Brier scores are those of their definition, and near survival's own", {
  at <- c(100, 310, 600)
  values <- fit$outcome$values
  p <- predict(fit, lung, type = "survival", times = at)
  weights <- rep(1:2, 113)
  for (w in list(rep(1, 226), weights)) {
    found <- brier_scores(values, p, at, w)
    expected <- vapply(seq_along(at), function(i) {
      brier_by_hand(values[, "time"], values[, "event"] > 0, w, p[, i], at[i])
    }, numeric(1))
    expect_equal(found, expected, tolerance = 1e-10)
  }
  # Without censoring it is the mean squared distance.
  all <- cbind(time = 1:5, event = 1)
  expect_equal(
    brier_scores(all, matrix(c(0.1, 0.4, 0.5, 0.8, 0.9)), 2.5, rep(1, 5)),
    mean((c(0, 0, 1, 1, 1) - c(0.1, 0.4, 0.5, 0.8, 0.9))^2)
  )
})

test_that("summary() has both, in training and on rows held out", {
  table <- summary(fit)$survival
  expect_identical(table$part, "training")
  expect_equal(table$concordance, unname(cox$concordance["concordance"]))
  expect_equal(table$std_err, unname(cox$concordance["std"]), tolerance = 1e-6)
  expect_identical(table$events, sum(lung$status == 2) + 0)
  # Integrated by hand: all steps are on whole days.
  values <- fit$outcome$values
  at <- seq_len(table$until) - 0.5
  scores <- brier_scores(values, survival_of(fit, seq_len(226), at), at, rep(1, 226))
  expect_equal(table$brier, mean(scores))
  expect_lt(table$brier, table$brier_without)
  curve <- survival::survfit(Surv(time, status) ~ 1, lung)
  expect_equal(
    event_curve(values, rep(1, 226), at), summary(curve, times = at)$surv, tolerance = 1e-10
  )
  net <- nn_fit(formula, lung, hidden_units = 2, epochs = 5, validation = 0.4, seed = 1)
  both <- summary(net)$survival
  expect_identical(both$part, c("training", "validation"))
  expect_identical(sum(both$rows), 226L)
  expect_output(print(summary(net)), "On rows held out: [0-9]+ events, concordance")
  starts <- nn_fit(Surv(start, stop, event) ~ age, survival::heart)
  expect_true(is.na(summary(starts)$survival$brier))
  expect_null(summary(nn_fit(mpg ~ wt, mtcars))[["survival"]])
})

test_that("probabilities of the fit's own rows are those that Python predicts", {
  at <- c(5, 100, 400)
  expect_equal(
    survival_of(fit, 1:30, at), unname(predict(fit, lung[1:30, ], type = "survival", times = at)),
    tolerance = 1e-12
  )
})

test_that("on rows held out both are those of predictions for these rows", {
  train <- lung[1:140, ]
  held <- lung[141:226, ]
  net <- nn_fit(Surv(time, status) ~ age + ph.ecog + ph.karno, lung,
    hidden_units = 4, epochs = 30, validation = 141:226, seed = 1
  )
  row <- subset(summary(net)$survival, part == "validation")
  risk <- predict(net, held, type = "risk")
  expected <- survival::concordance(Surv(time, status) ~ risk, held, reverse = TRUE)
  expect_equal(row$concordance, expected$concordance)
  expect_equal(row$std_err, sqrt(expected$var))
  # On each day by hand, to the last event or to where predictions end.
  event <- held$status == 2
  expect_identical(row$until, as.double(min(max(held$time[event]), max(train$time))))
  at <- seq_len(row$until) - 0.5
  p <- predict(net, held, type = "survival", times = at)
  scores <- vapply(seq_along(at), function(i) {
    brier_by_hand(held$time, event, rep(1, nrow(held)), p[, i], at[i])
  }, 0)
  expect_equal(row$brier, mean(scores), tolerance = 1e-6)
})

test_that("of very many times some are left out", {
  times <- c(3, 1, 9, 4, 4, 12)
  expect_identical(score_steps(times, 9, 100), c(0, 1, 3, 4, 9))
  expect_identical(score_steps(seq_len(1000), 999.5, 11)[c(1, 11)], c(0, 999.5))
  expect_length(score_steps(seq_len(1000), 999.5, 11), 11)
})
