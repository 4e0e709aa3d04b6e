skip_if_no_torch()

test_that("rows that are the fit's own are not called others", {
  fit <- nn_fit(Ozone ~ Wind + Temp, airquality, hidden_units = 2, epochs = 2, seed = 1)
  said <- function(data) shared_words(report_rows(about_fit_of(fit), data)$shared)
  expect_match(said(airquality[1:50, ]), "was trained on these rows, or on their equals")
  expect_null(said(airquality)) # all of them
  expect_match(said(transform(airquality[1:50, ], Wind = Wind + 0.01)), "^These are other rows")
  mixed <- rbind(airquality[1:4, ], transform(airquality[1:4, ], Wind = 99))
  expect_match(said(mixed), "Of these 8 rows, 4 are, or equal, .*: of those this is no test")
  expect_match(said(rbind(mixed[5, ], airquality[1, ])[c(1, 2, 2), ]), "Of these 3 rows, 1 are")
})

test_that("rows held out are told from those trained on, and zero weights count as neither", {
  weights <- rep_len(c(1, 1, 0), 150)
  fit <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2, validation = 1:20, seed = 1,
    weights = weights)
  shared <- function(data) report_rows(about_fit_of(fit), data)$shared
  expect_match(shared_words(shared(iris[1:20, ])), "held out")
  some <- shared(iris[c(11:20, 21:29), ])
  expect_identical(some[c("trained", "held_out", "n")], list(trained = 6L, held_out = 7L, n = 19L))
  expect_match(shared_words(some), "6 are, or equal, .*, and 7 rows that it held out: of those")
})

test_that("where the fit's own rows are not at hand, nothing is claimed", {
  data <- iris
  fit <- nn_fit(Species ~ ., data, hidden_units = 2, epochs = 2, seed = 1)
  data <- NULL
  expect_null(report_rows(about_fit_of(fit), iris[1:30, ])$shared)
  expect_null(shared_words(NULL))
})

test_that("matrices, several outcomes and censored times have such rows too", {
  x <- as.matrix(mtcars[2:3])
  y <- as.matrix(mtcars[c("mpg", "wt")])
  fit <- nn_fit(x, y, epochs = 2, optimizer = "adam")
  expect_identical(report_rows(about_fit_of(fit), list(x[1:9, ], y[1:9, ]))$shared$trained, 9L)
  expect_identical(report_rows(about_fit_of(fit), list(x[1:9, ], y[1:9, ] + 1))$shared$trained, 0L)
  skip_if_not_installed("survival")
  lung <- survival::lung
  fit <- nn_fit(survival::Surv(time, status) ~ age + strata(sex), lung)
  expect_identical(report_rows(about_fit_of(fit), lung[1:40, ])$shared$trained, 40L)
})

test_that("the page says it beside the measures", {
  skip_if_not_installed("htmltools")
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  about <- about_fit_of(fit, mtcars[1:9, ])
  expect_match(made_text(report_quality(about)), "9 rows given as data. The fit was trained on")
  expect_match(made_text(report_data(about)), "The fit was trained on these rows")
})
