test_that("the parts of the Brier score add up to it", {
  set.seed(1)
  p <- round(runif(200), 1) # with ties
  happened <- runif(200) < p^2
  parts <- brier_parts(p, happened)
  expect_equal(parts[["score"]], mean((p - happened)^2))
  expect_equal(
    parts[["miscalibration"]] - parts[["discrimination"]] + parts[["uncertainty"]], parts[["score"]]
  )
  expect_gt(parts[["miscalibration"]], 0)
  expect_gt(parts[["discrimination"]], 0)
})

test_that("true probabilities are not miscalibrated, and one for all does not discriminate", {
  happened <- c(rep(c(TRUE, FALSE), c(2, 8)), rep(c(TRUE, FALSE), c(7, 3)))
  parts <- brier_parts(rep(c(0.2, 0.7), each = 10), happened)
  expect_equal(parts[["miscalibration"]], 0)
  same <- brier_parts(rep(0.45, 20), happened)
  expect_equal(unname(same[c("miscalibration", "discrimination")]), c(0, 0))
  expect_equal(same[["score"]], same[["uncertainty"]])
})

test_that("the isotonic line pools equal probabilities and what falls", {
  expect_equal(recalibrated(c(0.5, 0.5, 0.9), c(FALSE, TRUE, TRUE)), c(0.5, 0.5, 1))
  expect_equal(recalibrated(c(0.9, 0.1), c(FALSE, TRUE)), c(0.5, 0.5))
  expect_equal(recalibrated(c(0.9, 0.1, 0.2), c(TRUE, FALSE, TRUE)), c(1, 0, 1))
  expect_equal(recalibrated(0.3, TRUE), 1)
})

test_that("weights are as rows repeated", {
  set.seed(2)
  p <- round(runif(60), 1)
  happened <- runif(60) < p
  weights <- rep_len(1:3, 60)
  again <- rep(seq_along(p), weights)
  expect_equal(recalibrated(p, happened)[order(p, -happened)],
    isoreg(as.double(happened[order(p, -happened)]))$yf)
  expect_equal(recalibrated(p, happened, weights)[again], recalibrated(p[again], happened[again]))
  expect_equal(brier_parts(p, happened, weights), brier_parts(p[again], happened[again]))
  expect_equal(
    reliability_bins(list(p = p, happened = happened, weights = weights))[c("p", "share")],
    reliability_bins(list(p = p[again], happened = happened[again]))[c("p", "share")]
  )
})

test_that("the Brier score of a weighted fit is, in the report, of rows by their weights", {
  skip_if_no_torch()
  weights <- rep_len(c(0, 1, 4), 32)
  fit <- nn_fit(factor(am) ~ wt, mtcars, weights = weights, epochs = 20, optimizer = "adam")
  one <- judged_probabilities(fit)$classes[[1]]
  expect_length(one$p, sum(weights > 0))
  expect_equal(
    brier_parts(one$p, one$happened, one$weights)[["score"]],
    weighted.mean((predict(fit, type = "prob")[, 2] - mtcars$am)^2, weights)
  )
})

test_that("bins have their rows, means and limits", {
  bins <- reliability_bins(list(p = c(0, 0.05, 0.95, 1), happened = c(FALSE, TRUE, TRUE, TRUE)))
  expect_identical(bins$from, c(0, 0.9))
  expect_identical(bins$rows, c(2L, 2L))
  expect_equal(bins$share, c(0.5, 1))
  test <- stats::prop.test(7, 20, correct = FALSE)
  limits <- wilson(7 / 20, 20)
  expect_equal(c(limits$low, limits$high), as.vector(test$conf.int))
})

test_that("rows held out are judged where there are some, or those not seen by their networks", {
  skip_if_no_torch()
  held <- nn_fit(factor(am) ~ wt, mtcars, validation = 0.25, seed = 1)
  judged <- judged_probabilities(held)
  expect_match(judged$words, "held out")
  expect_length(judged$classes, 1)
  expect_identical(judged$classes[[1]]$name, "1")
  expect_length(judged$classes[[1]]$p, 8)
  rows <- sort(held$validation_rows)
  expect_equal(judged$classes[[1]]$p, as.vector(held$fitted[rows, ]))
  expect_identical(judged$classes[[1]]$happened, mtcars$am[rows] == 1)

  tuned <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 2, seed = 1)
  judged <- judged_probabilities(tuned)
  one <- judged$classes[[1]]
  expect_match(judged$words, "not seen it")
  expect_equal(ifelse(one$happened, one$p, 1 - one$p), 1 - as.double(tuned$held_out$residual))

  expect_match(judged_probabilities(nn_fit(factor(am) ~ wt, mtcars))$words, "trained on")
})

test_that("of three classes each has its part", {
  skip_if_no_torch()
  skip_if_not_installed("htmltools")
  fit <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 20, seed = 1)
  text <- made_text(report_calibration(about_fit_of(fit)))
  expect_match(text, "setosa .* versicolor .* virginica .* all classes")
  y <- outer(as.integer(iris$Species), 1:3, "==")
  expect_match(text, paste("all classes", signif(mean(rowSums((y - fit$fitted)^2)), 4)))
})

test_that("where there are no probabilities there is none, and a word why", {
  skip_if_no_torch()
  skip_if_not_installed("htmltools")
  scores <- nn_fit(Species ~ ., iris, loss = "multi_margin", epochs = 3, seed = 1)
  expect_match(made_text(report_calibration(about_fit_of(scores))), "are no probabilities")
  expect_null(report_calibration(about_fit_of(nn_fit(mpg ~ wt, mtcars))))
})
