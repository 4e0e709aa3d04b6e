skip_if_no_torch()

refused <- function(code, ...) expect_refused(code, "argument", ..., from = "lm_compare")

line <- lm(mpg ~ wt, mtcars)
linear <- nn_fit(mpg ~ wt, mtcars)
network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 3, seed = 1)

test_that("any number of fits are compared, under their names", {
  counts <- glm(mpg ~ wt, Gamma("log"), mtcars)
  made <- lm_compare(line, counts, linear, net = network)
  expect_s3_class(made, "lm_compare", exact = TRUE)
  expect_identical(names(made$methods), c("lm", "glm", "nn_fit", "net"))
  expect_identical(made$reference, line)
  table <- tidy(made)
  expect_identical(unique(table$method), c("lm", "glm", "nn_fit"))
  expect_equal(table$estimate[3:4], unname(coef(counts)))
  expect_equal(table$std.error[3:4], unname(summary(counts)$coefficients[, 2]))
  expect_true(all(is.na(table$gap[3:4])))
  expect_lt(max(abs(table$gap[5:6])), 1e-8)
  glanced <- glance(made)
  expect_equal(glanced$AIC[c(1, 3)], c(AIC(line), AIC(linear)), tolerance = 1e-8)
  expect_identical(glanced$verdict[1:2], c("the reference", "another model: Gamma(log)"))
})

test_that("fits of a kind are numbered", {
  wider <- lm(mpg ~ wt + hp, mtcars)
  made <- lm_compare(line, wider, linear)
  expect_identical(names(made$methods), c("lm_1", "lm_2", "nn_fit"))
  expect_identical(glance(made)$verdict[2], "another model: it has other terms")
  again <- lm_compare(linear, network, line)
  expect_identical(names(again$methods), c("nn_fit_1", "nn_fit_2", "lm"))
})

test_that("glm() and nn_fit() of one family have gaps", {
  d <- mtcars
  made <- lm_compare(glm(am ~ wt, binomial(), d), nn_fit(am ~ wt, d, loss = "bce_with_logits"))
  expect_lt(max(abs(made$coefficients$gap_se)), 1e-4)
})

test_that("one lm() and a network are compared too", {
  made <- lm_compare(line, network)
  expect_identical(unique(made$coefficients$method), "lm")
  expect_equal(glance(made)$mse[2], mean((mtcars$mpg - fitted(network))^2))
})

test_that("what can not be compared is refused", {
  refused(lm_compare(line), "y is missing", "the nn_fit() to set beside x")
  refused(lm_compare(linear), "y is missing", "the lm() to set beside x")
  refused(lm_compare(linear, 3), "y must be an lm(), glm() or nn_fit(), not 3")
  refused(lm_compare(line, linear, more = "a"), "more must be an lm()")
  refused(lm_compare(linear, network), "y must be an lm() or a glm()", "standard errors")
  refused(lm_compare(lm(c ~ u, thermometer), linear), "same rows", "11", "32")
  refused(lm_compare(lm(hp ~ wt, mtcars), linear), "of one outcome", "other values")
  refused(lm_compare(lm(cbind(mpg, hp) ~ wt, mtcars), linear), "x must be a fit of one outcome")
  species <- nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2, seed = 1)
  refused(lm_compare(lm(Sepal.Length ~ 1, iris), species), "y must be a fit of one outcome")
  unkept <- glm(am ~ wt, binomial(), mtcars, y = FALSE)
  refused(lm_compare(unkept, nn_fit(am ~ wt, mtcars)), "y = FALSE")
})
