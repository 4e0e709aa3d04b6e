skip_if_no_torch()
skip_if_not_installed("effects")

d <- client_data()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic", "gamma"))

test_that("effects are those of lm() and glm()", {
  expect_same_answer(pairs, function(model) as.data.frame(effects::Effect("tension", model)))
  expect_same_answer(pairs, function(model) {
    as.data.frame(effects::Effect(c("wool", "tension"), model))
  })
  expect_same_answer(pairs, function(model) as.data.frame(effects::allEffects(model)))
  expect_same_answer(pairs, function(model) {
    suppressMessages(as.data.frame(effects::effect("wool", model)))
  })
  expect_same_answer(pairs["gamma"], function(model) {
    lapply(effects::predictorEffects(model), as.data.frame)
  })
})

test_that("another covariance may be given", {
  skip_if_not_installed("sandwich")
  expect_same_answer(pairs["lm"], function(model) {
    as.data.frame(effects::Effect("wool", model, vcov. = sandwich::vcovHC))
  })
})

test_that("a network is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused <- function(code, name) {
    expect_refused(code, "argument", paste0(name, "() is for linear models"), from = name)
  }
  refused(effects::Effect("wt", network), "Effect")
  refused(effects::effect("wt", network), "effect")
  refused(effects::allEffects(network), "allEffects")
})
