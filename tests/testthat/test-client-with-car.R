skip_if_no_torch()
skip_if_not_installed("car")

# By name: set-up does not install it, so it is not among the packages that are suggested.
of_car <- function(name) getExportedValue("car", name)
d <- client_data()
local_workspace()
pairs <- client_pairs(where = globalenv())
whole <- pairs[setdiff(names(pairs), "deficient")]

test_that("tests of terms and of hypotheses are those of lm() and glm()", {
  numbers <- function(table) as.matrix(as.data.frame(table))
  anova_of_car <- of_car("Anova")
  expect_same_answer(pairs, function(model) numbers(anova_of_car(model)))
  expect_same_answer(whole, function(model) numbers(anova_of_car(model, type = "III")))
  expect_same_answer(whole[c("poisson", "gamma")], function(model) {
    numbers(anova_of_car(model, test.statistic = "Wald"))
  })
  hypothesis <- of_car("linearHypothesis")
  expect_same_answer(whole, function(model) numbers(hypothesis(model, "woolB = 0")))
  two <- c("woolB = 0", "tensionM = tensionH")
  expect_same_answer(whole[names(whole) != "padded" & names(whole) != "gamma"], function(model) {
    numbers(hypothesis(model, two))
  })
  expect_same_answer(whole["lm"], function(model) {
    numbers(hypothesis(model, "woolB = 0", white.adjust = TRUE))
  })
})

test_that("what else it makes of a model is, too", {
  expect_same_answer(whole, of_car("vif"))
  expect_same_answer(whole, function(model) unlist(of_car("deltaMethod")(model, "woolB^2")))
  numbers <- function(answer) Filter(is.numeric, as.list(unclass(answer)))
  for (name in c("ncvTest", "durbinWatsonTest", "hccm", "sigmaHat", "outlierTest")) {
    ask <- of_car(name)
    expect_same_answer(whole["lm"], function(model) withr::with_seed(1, numbers(ask(model))))
  }
  expect_same_answer(whole["poisson"], function(model) numbers(of_car("outlierTest")(model)))
})

test_that("its pictures are drawn", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  plain <- nn_fit(breaks ~ wool + z, d)
  for (name in c("avPlots", "crPlots", "residualPlots", "qqPlot", "influencePlot")) {
    expect_no_error(utils::capture.output(of_car(name)(plain)))
  }
})

test_that("of a fit with replicates the covariance is theirs", {
  fit <- nn_fit(breaks ~ wool, d, bootstrap = 20, seed = 1)
  found <- of_car("linearHypothesis")(fit, "woolB = 0", test = "Chisq")
  expected <- coef(fit)[["woolB"]]^2 / vcov(fit)["woolB", "woolB"]
  expect_equal(found$Chisq[2], expected, tolerance = 1e-8)
  given <- of_car("linearHypothesis")(fit, "woolB = 0", test = "Chisq", vcov. = 2 * vcov(fit))
  expect_equal(given$Chisq[2], found$Chisq[2] / 2, tolerance = 1e-8)
})
