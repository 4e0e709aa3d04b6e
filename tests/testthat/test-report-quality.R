skip_if_no_torch()
skip_if_not_installed("htmltools")

text_of <- function(fit) made_text(report_quality(about_fit_of(fit)))

test_that("measures are those of the summary, of the rows held out too", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 9, validation = 0.25, seed = 1)
  table <- performance_table(fit)
  expect_match(text_of(fit), paste("Rows held out 8", signif(table$rmse[2], 4)), fixed = TRUE)
})

test_that("of classes there is the table of what each was predicted as", {
  fit <- few_classes()
  made <- report_quality(about_fit_of(fit))
  expect_match(made_text(made), "Observed as a as a name that ... as b", fixed = TRUE)
  expect_match(made_text(made), "rows held out")
  counts <- confusion_picture(fit, NULL)
  expect_identical(sum(counts$n), 8L)
})

test_that("a table of very many classes is left out", {
  confusion <- data.frame(observed = factor(1:40), part = "training")
  expect_match(made_text(confusion_tables(confusion)), "40 classes would be too wide")
})

test_that("of quantiles there is the share below each", {
  fit <- nn_fit(mpg ~ wt, mtcars, loss = list("quantile", level = 0.9), seed = 1)
  below <- mean(mtcars$mpg <= fit$fitted)
  expect_match(text_of(fit), paste("Level Rows trained on 0.9", signif(below, 4)), fixed = TRUE)
  expect_null(report_coverage(nn_fit(mpg ~ wt, mtcars)))
})

test_that("of censored times there is what tells who lives longer", {
  skip_if_not_installed("survival")
  text <- text_of(nn_fit(survival::Surv(time, status) ~ age + sex, survival::lung))
  expect_match(text, "Events Concordance Standard error")
  expect_match(text, "martingale")
})

test_that("a fit that diverged says so", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  fit$fitted[1] <- NaN
  section <- report_section("quality", "Quality", report_quality, about_fit_of(fit))
  expect_match(part_text(as.character(section)), "predictions of this fit are not finite")
})

test_that("it is said that measures are over several outcomes", {
  both <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_match(made_text(report_measures(both)), "its mean over the 2 outcomes", fixed = TRUE)
})
