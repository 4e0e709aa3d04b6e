skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("rows that are given are measured by predict(), beside the fit's own", {
  own <- seq(1, 150, 2)
  fit <- nn_fit(Sepal.Length ~ ., iris[own, ], hidden_units = 2, epochs = 20, seed = 1)
  new <- iris[-own, ]
  about <- about_fit_of(fit, new)
  table <- measures_table(fit, given_fit(about))
  off <- new$Sepal.Length - predict(fit, new)
  expect_identical(table$data, c("given", "training"))
  expect_equal(table$rmse[1], sqrt(mean(off^2)))
  expect_equal(table[-1, ], performance_table(fit))
  text <- made_text(report_quality(about))
  expect_match(text, paste("Rows given as data 75", signif(table$rmse[1], 4)), fixed = TRUE)
  expect_match(text, "pictures are of the 75 rows given", fixed = TRUE)
  expect_match(made_text(report_facts(about)), "rows given", fixed = TRUE)
  expect_null(given_fit(about_fit_of(fit, iris[own, ])))
})

test_that("of classes the table, the calibration and the area under the curve are of these rows", {
  own <- seq(1, 150, 2)
  two <- transform(iris, long = factor(Sepal.Length > 5.8, labels = c("no", "yes")))
  fit <- nn_fit(long ~ Petal.Width + Sepal.Width, two[own, ], epochs = 20, hidden_units = 2,
    seed = 1, keep_data = FALSE)
  new <- two[-own, ]
  about <- about_fit_of(fit, new)
  table <- measures_table(fit, given_fit(about))
  p <- predict(fit, new)
  right <- (p > 0.5) == (new$long == "yes")
  expect_equal(table$accuracy, mean(right))
  pairs <- outer(p[new$long == "yes"], p[new$long == "no"], function(a, b) (a > b) + (a == b) / 2)
  expect_equal(table$roc_auc, mean(pairs))
  expect_match(made_text(report_quality(about)), "predicted: rows given as data", fixed = TRUE)
  calibration <- made_text(report_calibration(about))
  expect_match(calibration, "Of the rows given as data", fixed = TRUE)
  brier <- signif(mean((p - (new$long == "yes"))^2), 4)
  expect_match(calibration, paste("yes", brier), fixed = TRUE)
})

test_that("of counts there is the mean deviance, of censored times the concordance", {
  fit <- nn_fit(breaks ~ wool, warpbreaks[-(1:9), ], loss = "poisson_nll")
  new <- warpbreaks[1:9, ]
  about <- about_fit_of(fit, new)
  of <- poisson()$dev.resids(new$breaks, predict(fit, new), rep(1, 9))
  table <- measures_table(fit, given_fit(about))
  expect_equal(table$deviance, c(mean(of), deviance(fit) / 45))

  skip_if_not_installed("survival")
  lung <- survival::lung
  fit <- nn_fit(survival::Surv(time, status) ~ age + sex, lung[1:150, ])
  about <- about_fit_of(fit, lung[151:228, ])
  expected <- survival::concordance(fit, newdata = lung[151:228, ])$concordance
  text <- made_text(report_quality(about))
  expect_match(text, paste("Rows given as data 78 33", signif(expected, 4)), fixed = TRUE)
})
