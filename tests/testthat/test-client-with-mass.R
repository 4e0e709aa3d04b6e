skip_if_no_torch()
skip_if_not_installed("MASS")

d <- client_data()
local_workspace()
pairs <- client_pairs(where = globalenv())

test_that("MASS takes fits as it takes lm() and glm()", {
  expect_same_answer(pairs, MASS::studres)
  expect_same_answer(pairs, MASS::stdres)
  whole <- pairs[c("lm", "weighted", "poisson", "logistic")]
  table <- function(model) as.matrix(as.data.frame(model))
  expect_same_answer(whole, function(model) table(MASS::dropterm(model, test = "Chisq")))
  expect_same_answer(whole["poisson"], function(model) table(MASS::addterm(model, ~ . + w)))
  expect_same_answer(pairs["gamma"], function(model) unlist(MASS::gamma.shape(model)))
  expect_same_answer(pairs["lm"], function(model) MASS::boxcox(model, plotit = FALSE))
  expect_same_answer(pairs["lm"], function(model) {
    deparse1(formula(MASS::stepAIC(model, trace = 0)))
  })
})

test_that("so does boot", {
  skip_if_not_installed("boot")
  diagnosed <- getExportedValue("boot", "glm.diag")
  expect_same_answer(pairs[c("poisson", "gamma")], diagnosed)
  crossed <- getExportedValue("boot", "cv.glm")
  expect_same_answer(pairs[c("lm", "poisson")], function(model) {
    withr::with_seed(1, crossed(d, model, K = 3)$delta)
  })
})
