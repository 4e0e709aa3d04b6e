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
  # Integrated by hand, on a grid that is finer than all steps.
  values <- fit$outcome$values
  events <- sort(unique(values[values[, "event"] > 0, "time"]))
  at <- unique(quantile(events, 1:100 / 100, type = 1, names = FALSE))
  p <- predict(fit, lung, type = "survival", times = at)
  p[is.na(p)] <- min(p, na.rm = TRUE) # a stratum ends before the other
  scores <- brier_scores(values, survival_of(fit, seq_len(226), at), at, rep(1, 226))
  expect_equal(table$brier, sum(scores[-100] * diff(at)) / max(at))
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
  # At each time by hand; after the last time in training the curve stays where it is.
  event <- held$status == 2
  at <- sort(unique(held$time[event]))
  last <- max(train$time)
  scores <- vapply(at, function(t) {
    p <- predict(net, held, type = "survival", times = min(t, last))[, 1]
    brier_by_hand(held$time, event, rep(1, nrow(held)), p, t)
  }, 0)
  expect_equal(row$brier, sum(head(scores, -1) * diff(at)) / max(at), tolerance = 1e-6)
})
