skip_if_no_torch()
skip_if_not_installed("multcomp")

# By name: set-up does not install it, so it is not among the packages that are suggested.
of_multcomp <- function(name) getExportedValue("multcomp", name)
d <- client_data()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic"))
glht <- of_multcomp("glht")

test_that("hypotheses are tested as of lm() and glm(), by t and by z", {
  adjusted <- of_multcomp("adjusted")
  numbers <- function(general) {
    test <- summary(general, test = adjusted("bonferroni"))$test
    c(unlist(test[c("coefficients", "sigma", "tstat", "pvalues")]), general$df)
  }
  all_pairs <- of_multcomp("mcp")(tension = "Tukey")
  expect_same_answer(pairs, function(model) {
    suppressWarnings(numbers(glht(model, linfct = all_pairs))) # of an interaction
  })
  expect_same_answer(pairs, function(model) numbers(glht(model, linfct = "woolB = 0")))
  expect_same_answer(pairs["lm"], function(model) {
    of_multcomp("cld")(suppressWarnings(glht(model, linfct = all_pairs)))$mcletters$Letters
  })
})

test_that("of a fit with replicates the covariance is theirs", {
  fit <- nn_fit(breaks ~ wool, d, bootstrap = 20, seed = 1)
  found <- summary(glht(fit, linfct = "woolB = 0"))$test
  expect_equal(unname(found$sigma), sqrt(vcov(fit)["woolB", "woolB"]), tolerance = 1e-8)
})
