skip_if_no_torch()

d <- client_data()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic", "gamma"))

test_that("tables by broom's generics are broom's of lm() and glm()", {
  skip_if_not_installed("broom")
  plain <- function(table) as.data.frame(table)
  limits <- function(model) {
    if (inherits(model, "nn_fit")) return(plain(tidy(model, conf.int = TRUE, conf.level = 0.9)))
    by_wald <- confint.default(model, level = 0.9)
    if (!inherits(model, "glm")) by_wald <- confint(model, level = 0.9)
    cbind(plain(tidy(model)), conf.low = unname(by_wald[, 1]), conf.high = unname(by_wald[, 2]))
  }
  expect_same_answer(pairs[1:4], limits) # of gamma they are by the t distribution
  expect_same_answer(pairs[3:5], function(model) plain(tidy(model, exponentiate = TRUE)))
  expect_same_answer(pairs, function(model) plain(glance(model)))
  expect_same_answer(pairs, function(model) sort(names(augment(model))))
  rows <- d[1:4, c("wool", "tension", "z", "half", "o")]
  expect_same_answer(pairs["lm"], function(model) plain(augment(model, newdata = rows)))
  expect_same_answer(pairs[3:5], function(model) {
    plain(augment(model, newdata = rows, type.predict = "link"))[".fitted"]
  })
})

# As car::linearHypothesis() and the like have it: by coef() and vcov() alone.
test_that("linear hypotheses are tested by coef() and vcov()", {
  hypothesis <- function(model) {
    combine <- matrix(0, 2, length(coef(model)))
    combine[1, 2] <- combine[2, 3] <- 1
    apart <- combine %*% coef(model)
    statistic <- t(apart) %*% solve(combine %*% vcov(model) %*% t(combine), apart)
    c(statistic / 2, pf(statistic / 2, 2, df.residual(model), lower.tail = FALSE))
  }
  expect_same_answer(pairs, hypothesis)
})
