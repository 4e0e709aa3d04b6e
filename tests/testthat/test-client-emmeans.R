skip_if_no_torch()
skip_if_not_installed("emmeans")

d <- client_data()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic", "gamma", "deficient"))
means <- function(...) suppressMessages(as.data.frame(summary(emmeans::emmeans(...))))

test_that("means are those of lm() and glm(), on either scale", {
  expect_same_answer(pairs, function(model) means(model, ~tension))
  expect_same_answer(pairs, function(model) means(model, ~tension, type = "response"))
  expect_same_answer(pairs, function(model) means(model, ~ tension | wool))
  expect_same_answer(pairs["lm"], function(model) means(model, ~wool, at = list(z = 2)))
  expect_same_answer(pairs["poisson"], function(model) means(model, ~wool, offset = 1))
})

test_that("contrasts, pairs and slopes are", {
  grid <- function(model) suppressMessages(emmeans::emmeans(model, ~tension))
  expect_same_answer(pairs, function(model) as.data.frame(pairs(grid(model), type = "response")))
  expect_same_answer(pairs, function(model) as.data.frame(emmeans::contrast(grid(model), "poly")))
  expect_same_answer(pairs["lm"], function(model) {
    as.data.frame(emmeans::emtrends(model, ~wool, var = "z"))
  })
  plain <- list(lm(breaks ~ wool * tension, d), nn_fit(breaks ~ wool * tension, d))
  expect_same_answer(list(plain = plain), function(model) {
    as.data.frame(emmeans::joint_tests(model))
  })
})

test_that("another covariance may be given, as a function or a matrix", {
  skip_if_not_installed("sandwich")
  expect_same_answer(pairs["lm"], function(model) means(model, ~wool, vcov. = sandwich::vcovHC))
  expect_same_answer(pairs["lm"], function(model) {
    means(model, ~wool, vcov. = sandwich::vcovHC(model))
  })
})

test_that("with replicates the errors are theirs", {
  fit <- nn_fit(breaks ~ wool, d, bootstrap = 20, seed = 1)
  found <- means(fit, ~wool)
  at <- rbind(c(1, 0), c(1, 1))
  expect_equal(found$SE, sqrt(diag(at %*% vcov(fit) %*% t(at))), tolerance = 1e-8)
})

test_that("functions in the formula are found in the data", {
  ask <- function(model) means(model, ~tension)
  expected <- ask(lm(breaks ~ tension + log(z), d))
  expect_equal(ask(nn_fit(breaks ~ tension + log(z), d)), expected, tolerance = 1e-6)
})

test_that("a network is refused, in words", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  error <- expect_error(emmeans::emmeans(network, ~wt))
  expect_match(flat_message(error), "emmeans() is for linear models", fixed = TRUE)
  expect_match(flat_message(error), "no meaning one by one", fixed = TRUE)
  expect_refused(
    emmeans::emm_basis(network, NULL, NULL, NULL), "argument", "emmeans() is for linear models"
  )
})
