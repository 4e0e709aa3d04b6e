censored <- function() {
  set.seed(9)
  rows <- data.frame(x = stats::rnorm(60), s = rep(c("a", "b"), 30), z = stats::runif(60))
  rows$time <- round(stats::rexp(60, exp(rows$x / 2)), 1) + 0.1
  rows$status <- stats::rbinom(60, 1, 0.7)
  rows
}

test_that("risks and curves are torch's, with strata and without", {
  skip_if_no_torch()
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  strata <- survival::strata
  rows <- censored()
  formulas <- list(Surv(time, status) ~ x + z, Surv(time, status) ~ x + strata(s))
  for (formula in formulas) {
    for (units in list(integer(), 3L)) {
      fit <- nn_fit(formula, rows, hidden_units = units, seed = 1)
      new <- rows[1:6, ]
      new$x[2] <- NA
      new$s[3] <- NA
      for (type in c("lp", "risk", "response", "link", "survival")) {
        expect_scored(fit, new, type = type, info = type)
      }
      expect_scored(fit, new, type = "survival", times = c(1e4, -1, 0, 0.7, 1))
    }
  }
  linear <- nn_fit(formulas[[2]], rows)
  linear$call$data <- rows # where they are found from elsewhere, too
  expect_scored(linear, rows[1:5, ], type = "expected")
  expect_scored(linear, rows[1:5, ], type = "survival", times = c(0.5, 1), se.fit = TRUE)
  expect_scored(linear, rows[1:3, ], type = "lp", se.fit = TRUE)
  expect_scored(linear, rows[1:3, ], type = "risk", reference = "zero")
})
