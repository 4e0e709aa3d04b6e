skip_if_no_torch()

test_that("a pair that is there prints no verdict, and one that is not does", {
  there <- capture.output(print(lm_compare(c ~ u, thermometer)))
  expect_false(any(grepl("nn_fit(): ", there, fixed = TRUE)))
  missed <- lm_compare(c ~ u, thermometer, optimizer = "sgd", epochs = 100, seed = 1)
  text <- paste(capture.output(print(missed)), collapse = " ")
  expect_match(text, "nn_fit(): not there yet: six digits need about", fixed = TRUE)
})

test_that("tidy() of a pair has lm's table, and its interval", {
  pair <- lm_compare(mpg ~ wt, mtcars)
  expect_identical(tidy(pair), pair$coefficients)
  limits <- tidy(pair, conf.int = TRUE, conf.level = 0.9)
  expect_equal(
    as.matrix(limits[c("conf.low", "conf.high")]),
    unname(confint(lm(mpg ~ wt, mtcars), level = 0.9)), ignore_attr = TRUE
  )
})

test_that("the rest is as of any comparison", {
  pair <- lm_compare(mpg ~ wt, mtcars)
  expect_identical(glance(pair)$method, c("lm", "nn_fit"))
  expect_equal(unname(pair$mse), glance(pair)$mse)
  expect_identical(nrow(augment(pair)), 64L)
  expect_identical(as.data.frame(pair), as.data.frame(tidy(pair)))
})
